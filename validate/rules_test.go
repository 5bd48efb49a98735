package validate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/validate"
)

const fullID = "4c01db0b339c4c01db0b339c4c01db0b339c4c01db0b339c4c01db0b339c0123"

// For each rule about the form of a value, the table has valid values, and invalid values with
// their codes. TestEverySingleBreachAndEveryPairReportsExactlyTheExpectedSet has the full list of
// codes.
func TestValuesOfEveryFormAreAcceptedOrRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		do   func(c *validate.Command)
		want string
	}{
		{"no region", func(c *validate.Command) { c.RegionID = "" }, ""},
		{"region with digits", func(c *validate.Command) { c.RegionID = "cn-north-2-gov-1" }, ""},
		{"region with a blank", func(c *validate.Command) { c.RegionID = "cn hangzhou" }, "RegionId InvalidRegionId.NotFound"},
		{"region that would change the host", func(c *validate.Command) { c.RegionID = "x.example.com" }, "RegionId InvalidRegionId.NotFound"},
		{"one byte of content", func(c *validate.Command) { c.Content, c.Parameters = []byte{0}, nil }, ""},
		{"content that is not UTF-8", func(c *validate.Command) { c.Content = append(c.Content, 0xff, 0xfe) }, ""},
		{"an id of any form", func(c *validate.Command) { c.InstanceIDs[0] = "some thing" }, ""},
		{"an id given twice", func(c *validate.Command) { c.InstanceIDs[0] = c.InstanceIDs[1] }, ""},
		{"a path with blanks", func(c *validate.Command) { c.WorkingDir = `C:\Program Files` }, ""},
		{"a name with every sort of character", func(c *validate.Command) { c.Name = "\x00 \x7f\u2028\ufffd\ufeff中🦉\U0010ffff" }, ""},

		{"mode Process", func(c *validate.Command) { c.TerminationMode = "Process" }, ""},
		{"mode ProcessTree", func(c *validate.Command) { c.TerminationMode = "ProcessTree" }, ""},
		{"mode in another case", func(c *validate.Command) { c.TerminationMode = "processtree" }, "TerminationMode InvalidTerminationMode.NotFound"},
		{"repeat Once", func(c *validate.Command) { c.RepeatMode = "Once" }, ""},
		{"repeat NextRebootOnly", func(c *validate.Command) { c.RepeatMode = "NextRebootOnly" }, ""},
		{"repeat EveryReboot", func(c *validate.Command) { c.RepeatMode = "EveryReboot" }, ""},
		{"repeat DryRun", func(c *validate.Command) { c.RepeatMode = "DryRun" }, ""},
		{"repeat in another case", func(c *validate.Command) { c.RepeatMode = "once" }, "RepeatMode InvalidRepeatMode.NotFound"},
		{"Once with a schedule", func(c *validate.Command) { every("rate(5m)")(c); c.RepeatMode = "Once" }, ""},
		{"EveryReboot with a schedule", func(c *validate.Command) { every("rate(5m)")(c); c.RepeatMode = "EveryReboot" }, ""},
		{"a schedule without a mode", every("rate(5m)"), ""},

		{"container id", func(c *validate.Command) { c.ContainerID = fullID }, ""},
		{"container id in capitals", func(c *validate.Command) { c.ContainerID = strings.ToUpper(fullID) }, ""},
		{"container id of docker", func(c *validate.Command) { c.ContainerID = "docker://" + fullID }, ""},
		{"container id of containerd", func(c *validate.Command) { c.ContainerID = "containerd://" + fullID }, ""},
		{"container id of cri-o", func(c *validate.Command) { c.ContainerID = "cri-o://" + fullID }, ""},
		{"container id of another runtime", func(c *validate.Command) { c.ContainerID = "podman://" + fullID }, "ContainerId InvalidContainerId.Malformed"},
		{"container id of one digit less", func(c *validate.Command) { c.ContainerID = fullID[1:] }, "ContainerId InvalidContainerId.Malformed"},
		{"container id of one digit more", func(c *validate.Command) { c.ContainerID = fullID + "0" }, "ContainerId InvalidContainerId.Malformed"},
		{"container id with a letter after f", func(c *validate.Command) { c.ContainerID = "g" + fullID[1:] }, "ContainerId InvalidContainerId.Malformed"},
		{"container id with a control character", func(c *validate.Command) { c.ContainerID = "\x10" + fullID[1:] }, "ContainerId InvalidContainerId.Malformed"},
		{"container name of one character", func(c *validate.Command) { c.ContainerName = "a" }, ""},
		{"container name of all characters", func(c *validate.Command) { c.ContainerName = "/7Web_app.v-1" }, ""},
		{"container name of two slashes", func(c *validate.Command) { c.ContainerName = "/a/b" }, "ContainerName InvalidContainerName.Malformed"},
		{"container name of a slash", func(c *validate.Command) { c.ContainerName = "/" }, "ContainerName InvalidContainerName.Malformed"},
		{"container name that begins with a dot", func(c *validate.Command) { c.ContainerName = ".a" }, "ContainerName InvalidContainerName.Malformed"},
		{"container name in Chinese", func(c *validate.Command) { c.ContainerName = "a中" }, "ContainerName InvalidContainerName.Malformed"},
		{"container id and name", func(c *validate.Command) { c.ContainerID, c.ContainerName = fullID, "web" }, ""},
		{"user and directory in a container", func(c *validate.Command) { c.ContainerName, c.Username, c.WorkingDir = "web", "u", "/" }, ""},
		{"container id on windows", func(c *validate.Command) { c.ContainerID, c.Type = fullID, "RunBatScript" }, "ContainerId InvalidInstance.NotMatch"},

		{"windows as System", func(c *validate.Command) { c.Type, c.Username = "RunBatScript", "SYSTEM" }, ""},
		{"windows without a user", func(c *validate.Command) { c.Type = "RunBatScript" }, ""},
		{"windows user with a password name", func(c *validate.Command) {
			c.Type, c.Username, c.WindowsPasswordName = "RunBatScript", "bob", "pw"
		}, ""},
		{"bat user without a password name", func(c *validate.Command) { c.Type, c.Username = "RunBatScript", "bob" }, "WindowsPasswordName WindowsPasswordName.Missed"},
		{"linux user without a password name", func(c *validate.Command) { c.Username = "bob" }, ""},
		{"password name on linux", func(c *validate.Command) { c.WindowsPasswordName = "pw" }, ""},

		{"token with every printable character", func(c *validate.Command) { c.ClientToken = " ~-_." }, ""},
		{"token with a byte above ASCII", func(c *validate.Command) { c.ClientToken = "a\x80" }, "ClientToken InvalidClientToken.Malformed"},
		{"token with the first character above ASCII", func(c *validate.Command) { c.ClientToken = "\u0080" }, "ClientToken InvalidClientToken.Malformed"},
		{"token with the last character of ASCII", func(c *validate.Command) { c.ClientToken = "\x7f" }, ""},
		{"OSS bucket alone", func(c *validate.Command) { c.OSSOutputDelivery = "oss://bucket" }, ""},
		{"OSS bucket and slash", func(c *validate.Command) { c.OSSOutputDelivery = "oss://bucket/" }, ""},
		{"OSS without bucket", func(c *validate.Command) { c.OSSOutputDelivery = "oss:///prefix" }, "OssOutputDelivery InvalidParameter"},

		{"tag key that begins with Aliyun", func(c *validate.Command) { c.Tags[0].Key = "Aliyun" }, ""},
		{"tag key that holds acs: further on", func(c *validate.Command) { c.Tags[0].Key = "xacs:" }, ""},
		{"tag value that begins with acs:", func(c *validate.Command) { c.Tags[0].Value = "acs:x" }, ""},
		{"tag key of a blank", func(c *validate.Command) { c.Tags[0].Key = " " }, ""},
		{"tag keys that differ by case", func(c *validate.Command) { c.Tags[0].Key, c.Tags[1].Key = "k", "K" }, ""},
		{"tag key with http: alone", func(c *validate.Command) { c.Tags[0].Key = "http:/x" }, ""},

		{"parameters unused in a disabled script", func(c *validate.Command) { c.EnableParameter, c.Parameters = false, nil }, ""},
		{"an empty map while disabled", func(c *validate.Command) { c.EnableParameter, c.Parameters = false, map[string]string{} }, ""},
		{"a name without a value", func(c *validate.Command) { c.Parameters = nil }, ""},
		{"a key in another case", func(c *validate.Command) { c.Parameters = map[string]string{"nAmE": ""} }, ""},
		{"a long value", func(c *validate.Command) { c.Parameters["name"] = strings.Repeat("v", 1<<16) }, ""},
		{"a key that is a built-in", addPair("ACS::InstanceId", "x"), "Parameters Parameter.NotMatched"},
		{"a script with its own braces while disabled", func(c *validate.Command) {
			c.EnableParameter, c.Parameters = false, nil
			addContent("{{.Name}} {{}}")(c)
		}, ""},
		{"stored values", addContent("{{oos:a/b.c}} {{ oos-secret: x }}"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := byID()
			tt.do(c)
			assert.Equal(t, tt.want, strings.Join(found(validate.Limits{}.Check(c)), ", "))
		})
	}
}

func TestEveryByteOfAContainerIDIsChecked(t *testing.T) {
	t.Parallel()
	for b := range 256 {
		c := byID()
		c.ContainerID = string([]byte{byte(b)}) + fullID[1:]
		legal := strings.ContainsRune("0123456789abcdefABCDEF", rune(b))
		assert.Equal(t, legal, validate.Limits{}.Check(c) == nil, "%q", byte(b))
	}
}

func TestEveryByteOfARegionIsChecked(t *testing.T) {
	t.Parallel()
	for b := range 256 {
		c := byID()
		c.RegionID = "cn" + string([]byte{byte(b)}) + "x"
		legal := strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-", rune(b))
		violations := validate.Limits{}.Check(c)
		assert.Equal(t, legal, violations == nil, "%q", byte(b))
		if !legal {
			assert.Contains(t, violations[0].Message, "byte 3 of 4")
		}
	}
}

func TestChecksThatTheServiceDoesNotDocumentSaySo(t *testing.T) {
	t.Parallel()
	local := map[string]bool{
		"RegionId InvalidRegionId.NotFound":             true,
		"OssOutputDelivery InvalidParameter":            true,
		"ContainerName InvalidInstance.NotMatch":        true,
		"Parameters InvalidParameterCharset.Parameters": true,
		"Timeout InvalidTimeout.ExceedLimit":            true,
	}
	localByName := map[string]bool{"an empty id": true, "dry run on a schedule": true, "a quoted value for Bat": true}
	for _, b := range breaches {
		if strings.Contains(b.name, "not UTF-8") {
			localByName[b.name] = true
		}
	}
	for _, b := range breaches {
		base := "by id"
		for name := range bases {
			if b.fits(name) {
				base = name
			}
		}
		c := bases[base]()
		b.do(c)
		for _, v := range (validate.Limits{}).Check(c) {
			want := local[v.Field+" "+string(v.Code)] || localByName[b.name]
			assert.Equal(t, want, v.Local, b.name)
			assert.Equal(t, want, strings.Contains(v.Message, "the client's own check"), b.name)
			assert.True(t, v.Code.Known(), b.name)
		}
	}
}

func TestViolationsComeInTheOrderOfTheRules(t *testing.T) {
	t.Parallel()
	c := &validate.Command{
		RegionID: "?", Type: "?", Description: "\xff", Name: strings.Repeat("n", 200), Launcher: strings.Repeat("n", 2000), OSSOutputDelivery: "?",
		ContainerID: "?", ClientToken: "é", TerminationMode: "?", ResourceTags: []validate.Tag{{}}, Tags: []validate.Tag{{}},
		InstanceIDs: []string{""}, Parameters: map[string]string{"": ""}, RepeatMode: "?", Timeout: -1,
	}
	every("rate(1s)")(c)
	assert.Equal(t, []string{
		"RegionId InvalidRegionId.NotFound",
		"Type InvalidCmdType.NotFound",
		"CommandContent MissingCommandContent",
		"ResourceTag InvalidResourceTag.ConflictWithInstanceIds",
		"InstanceId MissingParam.InstanceId",
		"Name CmdName.ExceedLimit",
		"Launcher InvalidLauncher.LengthLimitExceeded",
		"Description InvalidParameterCharacter.CommandDescription",
		"OssOutputDelivery InvalidParameter",
		"ContainerId InvalidContainerId.Malformed",
		"ClientToken InvalidClientToken.Malformed",
		"TerminationMode InvalidTerminationMode.NotFound",
		"ResourceTag.1.Key MissingParameter.ResourceTagKey",
		"Tag.1.Key MissingParameter.TagKey",
		"Parameters Parameter.Disabled",
		"Parameters CmdParam.EmptyKey",
		"RepeatMode InvalidRepeatMode.NotFound",
		"Frequency InvalidParam.Frequency",
		"Timeout InvalidTimeout.ExceedLimit",
	}, found(validate.Limits{}.Check(c)))
}
