package validate_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// A breach is a change of a valid command that breaks one rule.
type breach struct {
	name string
	// on lists the names of the bases (see the variable bases) that the breach can be applied to.
	// The value "" means all bases.
	on string
	// touches lists the parts of the command that the breach changes, and the parts whose
	// rules depend on the change. Two breaches with no such part in common are independent.
	touches string
	do      func(c *validate.Command)
	want    string // the expected violation as "Field Code"; commas separate several violations
}

// breaches has a row for every rule.
var breaches = []breach{
	{"region in capitals", "", "region", func(c *validate.Command) { c.RegionID = "CN-hangzhou" }, "RegionId InvalidRegionId.NotFound"},
	{"no type", "by id,by resource tags,scheduled", "type", func(c *validate.Command) { c.Type = "" }, "Type MissingType"},
	{"unknown type", "by id,by resource tags,scheduled", "type", func(c *validate.Command) { c.Type = "runshellscript" }, "Type InvalidCmdType.NotFound"},

	{"no content", "", "size empty illegal builtin long names pairs match", func(c *validate.Command) { c.Content = nil; delete(c.Parameters, "name") }, "CommandContent MissingCommandContent"},
	{"content over 24 KB of Base64", "", "size keep", addContent(strings.Repeat("#", 18432)), "CommandContent CmdContent.ExceedLimit"},
	{"kept content over 18 KB of Base64", "", "size keep", func(c *validate.Command) {
		c.KeepCommand = true
		addContent(strings.Repeat("#", 13824))(c)
	}, "CommandContent CmdContent.ExceedLimit"},

	{"no instance", "by id,windows,scheduled", "targets", func(c *validate.Command) { c.InstanceIDs = nil }, "InstanceId MissingParam.InstanceId"},
	{"no resource tag", "by resource tags", "targets rtag2 rtag3k rtag3v rtag4 rtag5 rtag6", func(c *validate.Command) { c.ResourceTags = nil }, "InstanceId MissingParam.InstanceId"},
	{"ids beside resource tags", "", "targets", func(c *validate.Command) {
		c.InstanceIDs, c.ResourceTags = append(c.InstanceIDs, "i-9"), append(c.ResourceTags, validate.Tag{Key: "k"})
	}, "ResourceTag InvalidResourceTag.ConflictWithInstanceIds"},
	{"an empty id", "by id,windows,scheduled", "targets", func(c *validate.Command) { c.InstanceIDs[1] = "" }, "InstanceId MissingParam.InstanceId"},
	{"over 100 ids", "by id,windows,scheduled", "targets", func(c *validate.Command) { c.InstanceIDs = append(c.InstanceIDs, numbered("i-x%d", 98)...) }, "InstanceId InstanceIds.ExceedLimit"},
	{"over 20 resource tags", "by resource tags", "targets", func(c *validate.Command) { c.ResourceTags = addTags(c.ResourceTags, 15) }, "ResourceTag NumberExceed.ResourceTags"},
	{"over 20 tags", "", "tags", func(c *validate.Command) { c.Tags = addTags(c.Tags, 15) }, "Tag NumberExceed.Tags"},

	{"long name", "", "name", func(c *validate.Command) { c.Name = strings.Repeat("中", 129) }, "Name CmdName.ExceedLimit"},
	{"long description", "", "description", func(c *validate.Command) { c.Description = strings.Repeat("中", 513) }, "Description CmdDesc.ExceedLimit"},
	{"long directory", "", "dir", func(c *validate.Command) { c.WorkingDir = strings.Repeat("d", 201) }, "WorkingDir InvalidParameter.WorkingDir"},
	{"long user", "by id,by resource tags,scheduled", "user", func(c *validate.Command) { c.Username = strings.Repeat("u", 256) }, "Username Username.ExceedLimit"},
	{"long password name", "", "password", func(c *validate.Command) { c.WindowsPasswordName = strings.Repeat("p", 256) }, "WindowsPasswordName WindowsPasswordName.ExceedLimit"},
	{"long launcher", "", "launcher", func(c *validate.Command) { c.Launcher = strings.Repeat("l", 1025) }, "Launcher InvalidLauncher.LengthLimitExceeded"},
	{"name that is not UTF-8", "", "name", func(c *validate.Command) { c.Name += "\xff" }, "Name InvalidParameterCharacter.CommandName"},
	{"description that is not UTF-8", "", "description", func(c *validate.Command) { c.Description = "\xc3(" }, "Description InvalidParameterCharacter.CommandDescription"},
	{"directory that is not UTF-8", "", "dir", func(c *validate.Command) { c.WorkingDir = "/srv/\xd6\xd0" }, "WorkingDir InvalidParameterCharacter.CommandWorkingDir"},
	{"user that is not UTF-8", "by id,by resource tags,scheduled", "user", func(c *validate.Command) { c.Username = "\x80" }, "Username InvalidParameter"},
	{"password name that is not UTF-8", "", "password", func(c *validate.Command) { c.WindowsPasswordName = "p\xfe" }, "WindowsPasswordName InvalidParameter"},
	{"launcher that is not UTF-8", "", "launcher", func(c *validate.Command) { c.Launcher = "sh \xed\xa0\x80" }, "Launcher InvalidParameter"},
	{"resource group that is not UTF-8", "", "group", func(c *validate.Command) { c.ResourceGroupID = "rg-\xf4" }, "ResourceGroupId InvalidParameter"},
	{"OSS prefix that is not UTF-8", "", "oss", func(c *validate.Command) { c.OSSOutputDelivery = "oss://b/\xff" }, "OssOutputDelivery InvalidParameter"},
	{"an id that is not UTF-8", "by id,windows,scheduled", "targets", func(c *validate.Command) { c.InstanceIDs[1] += "\xff" }, "InstanceId InvalidParameter"},
	{"windows user without password", "windows", "user password", func(c *validate.Command) { c.Username = "bob" }, "WindowsPasswordName WindowsPasswordName.Missed"},
	{"output not to OSS", "", "oss", func(c *validate.Command) { c.OSSOutputDelivery = "s3://bucket/prefix" }, "OssOutputDelivery InvalidParameter"},

	{"short container id", "by id,by resource tags,scheduled", "cid", func(c *validate.Command) { c.ContainerID = "4c01db0b339c" }, "ContainerId InvalidContainerId.Malformed"},
	{"bad container name", "by id,by resource tags,scheduled", "cname", func(c *validate.Command) { c.ContainerName = "-web" }, "ContainerName InvalidContainerName.Malformed"},
	{"container on windows", "windows", "cid cname", func(c *validate.Command) { c.ContainerName = "web" }, "ContainerName InvalidInstance.NotMatch"},
	{"token not ASCII", "", "token", func(c *validate.Command) { c.ClientToken = "tökén" }, "ClientToken InvalidClientToken.Malformed"},
	{"unknown termination mode", "", "termination", func(c *validate.Command) { c.TerminationMode = "Tree" }, "TerminationMode InvalidTerminationMode.NotFound"},

	{"tag without key", "", "tag2", func(c *validate.Command) { c.Tags[1].Key = "" }, "Tag.2.Key MissingParameter.TagKey"},
	{"long tag key", "", "tag3k", func(c *validate.Command) { c.Tags[2].Key = strings.Repeat("k", 65) }, "Tag.3.Key InvalidTagKey.Malformed"},
	{"long tag value", "", "tag3v", func(c *validate.Command) { c.Tags[2].Value = strings.Repeat("v", 129) }, "Tag.3.Value InvalidTagValue.Malformed"},
	{"reserved tag key", "", "tag4", func(c *validate.Command) { c.Tags[3].Key = "aliyun-x" }, "Tag.4.Key InvalidTagKey.Malformed"},
	{"address in a tag", "", "tag5", func(c *validate.Command) { c.Tags[4].Value = "see https://x" }, "Tag.5.Value InvalidTagValue.Malformed"},
	{"repeated tag key", "", "tag6", func(c *validate.Command) { c.Tags[5].Key = c.Tags[0].Key }, "Tag.6.Key Duplicate.TagKey"},
	{"tag key that is not UTF-8", "", "tag2", func(c *validate.Command) { c.Tags[1].Key += "\xff" }, "Tag.2.Key InvalidTagKey.Malformed"},
	{"tag value that is not UTF-8", "", "tag4v", func(c *validate.Command) { c.Tags[3].Value += "\xff" }, "Tag.4.Value InvalidTagValue.Malformed"},
	{"resource tag key that is not UTF-8", "by resource tags", "rtag2", func(c *validate.Command) { c.ResourceTags[1].Key += "\xff" }, "ResourceTag.2.Key InvalidResourceTagKey.Malformed"},
	{"resource tag value that is not UTF-8", "by resource tags", "rtag5", func(c *validate.Command) { c.ResourceTags[4].Value += "\xff" }, "ResourceTag.5.Value InvalidResourceTagValue.Malformed"},
	{"resource tag without key", "by resource tags", "rtag2", func(c *validate.Command) { c.ResourceTags[1].Key = "" }, "ResourceTag.2.Key MissingParameter.ResourceTagKey"},
	{"reserved resource tag key", "by resource tags", "rtag3k", func(c *validate.Command) { c.ResourceTags[2].Key = "acs:x" }, "ResourceTag.3.Key InvalidResourceTagKey.Malformed"},
	{"long resource tag value", "by resource tags", "rtag3v", func(c *validate.Command) { c.ResourceTags[2].Value = strings.Repeat("v", 129) }, "ResourceTag.3.Value InvalidResourceTagValue.Malformed"},
	{"address in a resource tag key", "by resource tags", "rtag4", func(c *validate.Command) { c.ResourceTags[3].Key = "http://x" }, "ResourceTag.4.Key InvalidResourceTagKey.Malformed"},
	{"repeated resource tag key", "by resource tags", "rtag6", func(c *validate.Command) { c.ResourceTags[5].Key = c.ResourceTags[0].Key }, "ResourceTag.6.Key Duplicate.ResourceTagKey"},

	{"parameters while disabled", "", "empty illegal builtin long names match", func(c *validate.Command) { c.EnableParameter = false; addPair("x", "")(c) }, "Parameters Parameter.Disabled"},
	{"a name missing in the script", "", "empty", addContent("{{ \n }}"), "CommandContent CmdParam.EmptyKey"},
	{"an illegal name in the script", "", "illegal", addContent("{{.Name}}"), "CommandContent CmdParam.InvalidParamName"},
	{"an unknown built-in", "", "builtin", addContent("{{ACS::Weather}}"), "CommandContent CmdParam.InvalidParamName"},
	{"a long name in the script", "", "long", addContent("{{" + strings.Repeat("n", 65) + "}}"), "CommandContent CmdParamName.ExceedLimit"},
	{"over 20 names in the script", "", "names", addContent(placeholders(20)), "CommandContent CmdParamCount.ExceedLimit"},
	{"over 20 parameters", "", "names pairs", func(c *validate.Command) {
		addContent(placeholders(21))(c)
		maps.Copy(c.Parameters, pairs(21))
	}, "CommandContent CmdParamCount.ExceedLimit,Parameters ParameterCount.ExceedLimit"},
	{"an empty parameter name", "", "match0", addPair("", "v"), "Parameters CmdParam.EmptyKey"},
	{"a long parameter name", "", "match1", addPair(strings.Repeat("k", 65), "v"), "Parameters ParameterKey.ExceedLimit"},
	{"a name repeated in another case", "", "match", func(c *validate.Command) { addPair("name", "")(c); addPair("NAME", "v")(c) }, "Parameters ParameterKey.Duplicate"},
	{"an unused parameter", "", "match", addPair("unused", "v"), "Parameters Parameter.NotMatched"},
	{"a quoted value for Bat", "windows", "type", func(c *validate.Command) {
		c.Type, c.QuotedParameters = "RunBatScript", []string{"name"}
	}, "Parameters InvalidParameter"},
	{"a zero byte in a quoted value", "", "match names", func(c *validate.Command) {
		addPair("name", "'\x00'")(c)
		c.QuotedParameters = []string{"name"}
	}, "Parameters InvalidParameterCharset.Parameters"},
	{"a value that is not UTF-8", "", "match names", addPair("name", "\xff"), "Parameters InvalidParameterCharset.Parameters"},

	{"unknown repeat mode", "by id,by resource tags,windows", "repeat", func(c *validate.Command) { c.RepeatMode = "Twice" }, "RepeatMode InvalidRepeatMode.NotFound"},
	{"period without a schedule", "", "repeat frequency", func(c *validate.Command) {
		c.RepeatMode, c.Frequency = "Period", frequency.Schedule{}
	}, "Frequency MissingParam.Frequency"},
	{"unreadable schedule", "", "frequency", func(c *validate.Command) { _, c.FrequencyErr = frequency.Parse("every day") }, "Frequency InvalidParam.Frequency"},
	{"rate under 60 s", "", "frequency timeout", every("rate(59s)"), "Frequency InvalidParam.Frequency"},
	{"rate over 7 days", "", "frequency", every("rate(8d)"), "Frequency InvalidParam.Frequency"},
	{"rate under the timeout", "", "frequency timeout", func(c *validate.Command) { every("rate(5m)")(c); c.Timeout = 301 * time.Second }, "Frequency InvalidParam.Frequency"},
	{"cron under 10 s", "", "frequency timeout", func(c *validate.Command) { every("*/9 * * * * *")(c); c.Timeout = time.Second }, "Frequency InvalidParam.Frequency"},
	{"cron under the timeout", "", "frequency timeout", func(c *validate.Command) { every("0 */5 * * * *")(c); c.Timeout = 301 * time.Second }, "Frequency InvalidParam.Frequency"},
	{"dry run on a schedule", "scheduled", "repeat frequency", func(c *validate.Command) { c.RepeatMode = "DryRun" }, "Frequency InvalidParam.Frequency"},
	{"negative timeout", "", "timeout", func(c *validate.Command) { c.Timeout = -time.Second }, "Timeout InvalidTimeout.ExceedLimit"},
	{"timeout of half a second more", "", "timeout", func(c *validate.Command) { c.Timeout += time.Second / 2 }, "Timeout InvalidTimeout.ExceedLimit"},
}

// TestEverySingleBreachAndEveryPairReportsExactlyTheExpectedSet proves P12 of
// internal/DESIGN.md.
func TestEverySingleBreachAndEveryPairReportsExactlyTheExpectedSet(t *testing.T) {
	t.Parallel()
	checks := 0
	for name, base := range bases {
		require.Empty(t, validate.Limits{}.Check(base()), name)
		for i, first := range breaches {
			if !first.fits(name) {
				continue
			}
			assertBreaches(t, name, base(), first)
			checks++
			for _, second := range breaches[i+1:] {
				if second.fits(name) && independent(first, second) {
					assertBreaches(t, name, base(), first, second)
					assertBreaches(t, name, base(), second, first)
					checks += 2
				}
			}
		}
	}
	t.Logf("P12: %d rules, %d commands of one or two breaches, every one reported exactly", len(breaches), checks)
}

func TestAllIndependentBreachesTogetherAreAllReported(t *testing.T) {
	t.Parallel()
	most := 0
	for name, base := range bases {
		var chosen []breach
		for _, b := range breaches {
			if b.fits(name) && !slices.ContainsFunc(chosen, func(o breach) bool { return !independent(b, o) }) {
				chosen = append(chosen, b)
			}
		}
		assertBreaches(t, name, base(), chosen...)
		most = max(most, len(chosen))
	}
	assert.Greater(t, most, 25)
	t.Logf("P12: up to %d breaches at once, all reported", most)
}

func assertBreaches(t *testing.T, base string, c *validate.Command, list ...breach) {
	t.Helper()
	var names, want []string
	for _, b := range list {
		b.do(c)
		names = append(names, b.name)
		want = append(want, strings.Split(b.want, ",")...)
	}
	assert.ElementsMatch(t, want, found(validate.Limits{}.Check(c)), "%s: %s", base, strings.Join(names, " + "))
}

func (b breach) fits(base string) bool {
	return b.on == "" || slices.Contains(strings.Split(b.on, ","), base)
}

func independent(a, b breach) bool {
	touched := strings.Fields(a.touches)
	return !slices.ContainsFunc(strings.Fields(b.touches), func(s string) bool { return slices.Contains(touched, s) })
}

// everythingWrong returns a command that breaks as many rules at once as possible.
func everythingWrong() *validate.Command {
	c := byResourceTags()
	var chosen []breach
	for _, b := range breaches {
		if b.fits("by resource tags") && !slices.ContainsFunc(chosen, func(o breach) bool { return !independent(b, o) }) {
			chosen = append(chosen, b)
			b.do(c)
		}
	}
	return c
}

func addContent(s string) func(*validate.Command) {
	return func(c *validate.Command) { c.Content = append(c.Content, s...) }
}

func addPair(key, value string) func(*validate.Command) {
	return func(c *validate.Command) {
		if c.Parameters == nil {
			c.Parameters = make(map[string]string)
		}
		c.Parameters[key] = value
	}
}

func addTags(tags []validate.Tag, n int) []validate.Tag {
	for _, k := range numbered("more%d", n) {
		tags = append(tags, validate.Tag{Key: k})
	}
	return tags
}

func every(expr string) func(*validate.Command) {
	return func(c *validate.Command) { c.Frequency = frequency.MustParse(expr) }
}
