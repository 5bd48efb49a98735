package runcommandtest

import (
	"cmp"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A codeCase is a code that the API reference lists for RunCommand, and a way to get it
// from this server: by a request, by a request to a server with options, or by a fault.
// A fault is used when the reason of the code cannot exist locally.
type codeCase struct {
	code   errors.Code
	status int
	params params // parameters to add to a command that is accepted without them
	opts   config // options of the server
	before params // nil: no earlier command; else parameters to add to it
	reason string // why no request produces the code on this server
	fault  Fault  // the fault that produces the code instead
}

// tags returns the parameters of n tags. The parameter list is their common name prefix.
func tags(list string, n int) params {
	p := params{}
	for i := range n {
		p[fmt.Sprintf("%s.%d.Key", list, i+1)] = fmt.Sprintf("key%d", i)
	}
	return p
}

// placeholders returns a script with n parameters.
func placeholders(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "echo {{p%d}}\n", i)
	}
	return b.String()
}

// pairs returns the JSON of n parameters.
func pairs(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`"p%d":"v"`, i))
	}
	return "{" + strings.Join(all, ",") + "}"
}

func merge(a, b params) params {
	c := maps.Clone(a)
	maps.Copy(c, b)
	return c
}

func enabled(script string, parameters string) params {
	return params{"EnableParameter": "true", "CommandContent": script, "Parameters": parameters}
}

func onFault(code errors.Code, status int, reason string) codeCase {
	return codeCase{code: code, status: status, reason: reason, fault: Fault{Kind: FaultRefusal, Code: code}}
}

// runCommandCodes is the table of the ECS API reference, RunCommand, in its
// order: 63 codes.
func runCommandCodes() []codeCase {
	long := func(n int) string { return strings.Repeat("ü", n) }
	byTag := params{"InstanceId.1": "-", "ResourceTag.1.Key": "role"}
	windows := params{"Type": "RunPowerShellScript", "InstanceId.1": "i-win", "Username": "bob"}
	return []codeCase{
		{code: errors.RegionIdApiNotSupported, status: 400, opts: config{closedRegions: []string{"cn-hangzhou"}}},
		{code: errors.MissingParamInstanceId, status: 400, params: params{"InstanceId.1": "-"}},
		{code: errors.NumberExceedTags, status: 400, params: tags("Tag", 21)},
		{code: errors.InvalidTagValueMalformed, status: 400, params: params{"Tag.1.Key": "k", "Tag.1.Value": "see http://x"}},
		{code: errors.DuplicateTagKey, status: 400, params: params{"Tag.1.Key": "k", "Tag.2.Key": "k"}},
		{code: errors.InvalidTagKeyMalformed, status: 400, params: params{"Tag.1.Key": "aliyunkey"}},
		{code: errors.MissingParameterTagKey, status: 400, params: params{"Tag.1.Value": "v"}},
		{code: errors.InvalidContainerIdMalformed, status: 400, params: params{"ContainerId": "abc"}},
		{code: errors.InvalidContainerNameMalformed, status: 400, params: params{"ContainerName": "-web"}},
		{code: errors.InvalidClientTokenMalformed, status: 400, params: params{"ClientToken": "tökén"}},
		{code: errors.CmdParamEmptyKey, status: 400, params: enabled("echo {{ }}", "")},
		{code: errors.CmdParamInvalidParamName, status: 400, params: enabled("echo {{a b}}", "")},
		{code: errors.CmdContentDecodeError, status: 400, params: params{"ContentEncoding": "base64", "CommandContent": "not base64!"}},
		{code: errors.InvalidInstanceNotMatch, status: 400, params: params{"Type": "RunBatScript"}},
		{code: errors.MissingParamFrequency, status: 400, params: params{"RepeatMode": "Period"}},
		{code: errors.InvalidParamFrequency, status: 400, params: params{"Frequency": "every day"}},
		{code: errors.ParameterKeyDuplicate, status: 400, params: enabled("{{a}}", `{"a":"1","A":"2"}`)},
		{code: errors.ParameterNotMatched, status: 400, params: enabled("{{a}}", `{"b":"1"}`)},
		{code: errors.WindowsPasswordNameMissed, status: 400, params: windows},
		{code: errors.ParameterDisabled, status: 400, params: params{"Parameters": `{"a":"1"}`}},
		{code: errors.InvalidParameterWorkingDir, status: 400, params: params{"WorkingDir": "/" + long(200)}},
		{code: errors.NumberExceedResourceTags, status: 400, params: merge(tags("ResourceTag", 21), params{"InstanceId.1": "-"})},
		{code: errors.MissingParameterResourceTagKey, status: 400, params: params{"InstanceId.1": "-", "ResourceTag.1.Value": "v"}},
		{code: errors.InvalidResourceTagKeyMalformed, status: 400, params: params{"InstanceId.1": "-", "ResourceTag.1.Key": "acs:x"}},
		{code: errors.InvalidResourceTagValueMalformed, status: 400, params: byTag.with("ResourceTag.1.Value", long(129))},
		{code: errors.DuplicateResourceTagKey, status: 400, params: byTag.with("ResourceTag.2.Key", "role")},
		{code: errors.InvalidResourceTagInstanceNotFound, status: 400, params: byTag.with("ResourceTag.1.Value", "nobody")},
		{code: errors.InvalidResourceTagConflictWithInstanceIds, status: 400, params: params{"ResourceTag.1.Key": "role"}},
		{code: errors.CmdContentExceedLimit, status: 403, params: params{"CommandContent": strings.Repeat("x", 18*1024+1)}},
		{code: errors.CmdNameExceedLimit, status: 403, params: params{"Name": long(129)}},
		{code: errors.CmdDescExceedLimit, status: 403, params: params{"Description": long(513)}},
		{code: errors.CmdCountExceedQuota, status: 403, params: params{"KeepCommand": "true"},
			opts: config{limits: Limits{KeptCommands: 1}}, before: params{}},
		{code: errors.CmdParamCountExceedLimit, status: 403, params: enabled(placeholders(21), "")},
		{code: errors.CmdParamNameExceedLimit, status: 403, params: enabled("{{"+strings.Repeat("n", 65)+"}}", "")},
		{code: errors.InstanceIdsExceedLimit, status: 403, opts: config{limits: Limits{Instances: 1}}, params: params{"InstanceId.2": "i-2"}},
		{code: errors.InvocationExceedQuota, status: 403, opts: config{limits: Limits{DailyInvocations: 1}}, before: params{}},
		{code: errors.ParameterCountExceedLimit, status: 403, params: enabled(placeholders(20), pairs(11))},
		{code: errors.ParameterKeyExceedLimit, status: 403, params: enabled("{{a}}", `{"`+strings.Repeat("n", 65)+`":"1"}`)},
		{code: errors.ParameterTypeNotSupported, status: 403, params: enabled("{{a}}", `{"a":1}`)},
		{code: errors.UsernameExceedLimit, status: 403, params: params{"Username": long(256)}},
		{code: errors.WindowsPasswordNameExceedLimit, status: 403, params: params{"WindowsPasswordName": long(256)}},
		onFault(errors.ParameterStoreNotSupported, 403, "there is no parameter store, so every region would be without one"),
		onFault(errors.TemporaryAccessKeyError, 403, "there is no parameter store to use a temporary key for"),
		onFault(errors.ParameterStoreInvalidParameters, 403, "there is no parameter store with entries"),
		onFault(errors.ParameterStoreNoPermission, 403, "there is no parameter store with permissions"),
		onFault(errors.OperationDeniedBidOwnResource, 403, "there are no reseller accounts"),
		onFault(errors.OperationForbidden, 403, "the account may do everything"),
		{code: errors.IdempotentParameterMismatch, status: 403, params: params{"ClientToken": "t"}, before: params{"Name": "other"}},
		{code: errors.IdempotentProcessing, status: 403, params: params{"ClientToken": "t"},
			reason: "a call is accepted at once, so none is ever in progress", fault: Fault{Kind: FaultTokenBusy}},
		{code: errors.InvalidStatusResourceGroup, status: 403, params: params{"ResourceGroupId": "rg-new"}},
		{code: errors.InvalidParameterCharacterCommandName, status: 403, params: params{"Name": "a\x00b"}},
		{code: errors.InvalidParameterCharacterCommandDescription, status: 403, params: params{"Description": "a\xffb"}},
		{code: errors.InvalidParameterCharacterCommandWorkingDir, status: 403, params: params{"WorkingDir": "/a\x1b"}},
		{code: errors.InvalidLauncherLengthLimitExceeded, status: 403, params: params{"Launcher": long(1025)}},
		{code: errors.InvalidParameterCharsetParameters, status: 403, params: enabled("{{a}}", "{\"a\":\"\xff\"}")},
		{code: errors.InvalidCmdTypeNotFound, status: 404, params: params{"Type": "RunPython"}},
		{code: errors.InvalidRepeatModeNotFound, status: 404, params: params{"RepeatMode": "Twice"}},
		{code: errors.InvalidRegionIdNotFound, status: 404, params: params{"RegionId": "cn-atlantis"}},
		{code: errors.InvalidInstanceNotFound, status: 404, params: params{"InstanceId.2": "i-404"}},
		onFault(errors.InvalidCmdIdNotFound, 404, "RunCommand makes its command itself, so the command is always there"),
		{code: errors.InvalidResourceGroupNotFound, status: 404, params: params{"ResourceGroupId": "rg-404"}},
		{code: errors.InvalidTerminationModeNotFound, status: 404, params: params{"TerminationMode": "Softly"}},
		onFault(errors.InternalErrorDispatch, 500, "delivery in memory cannot fail"),
	}
}

func TestEveryCodeOfTheRunCommandPage(t *testing.T) {
	t.Parallel()
	table := runCommandCodes()
	require.Len(t, table, 63)
	seen := map[errors.Code]bool{}
	for _, row := range table {
		assert.False(t, seen[row.code], "%s twice", row.code)
		seen[row.code] = true
		t.Run(string(row.code), func(t *testing.T) {
			t.Parallel()
			row.opts.resourceGroups = []ResourceGroup{{ID: "rg-1"}, {ID: "rg-new", Changing: true}}
			s, c := newService(t, row.opts)
			s.AddInstance(
				Instance{ID: "i-1", Tags: map[string]string{"role": "web"}},
				Instance{ID: "i-win", OS: Windows},
			)
			command := echo("i-1")
			for name, value := range row.params {
				command = command.with(name, value)
			}
			runs := 0
			if row.before != nil {
				first := command
				for name, value := range row.before {
					first = first.with(name, value)
				}
				c.run(first)
				runs++
			}
			if row.reason != "" {
				s.Inject(row.fault)
			}
			a := c.call("RunCommand", command)
			assert.Equal(t, row.code, a.code(), a.raw)
			assert.Equal(t, row.status, a.status)
			assert.Equal(t, row.status, row.code.HTTPStatus(), "both tables of statuses agree")
			assert.Equal(t, runs, s.Executions("i-1"), "a refused call runs nothing")
			assert.Empty(t, s.Pending())
			a = c.call("RunCommand", echo("i-2"))
			if row.opts.closedRegions == nil && row.opts.limits.DailyInvocations == 0 {
				assert.Equal(t, 200, a.status, "the command without the additions is accepted: %s", a.raw)
			}
		})
	}
}

// The server and the client each have a table of statuses. The statuses in both tables
// must be the same.
func TestEveryDocumentedCodeIsAnsweredWithItsStatus(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	for _, code := range errors.Codes() {
		want := cmp.Or(code.HTTPStatus(), 400) // error codes of instances have no HTTP status
		s.Inject(Fault{Kind: FaultRefusal, Code: code})
		a := c.call("StopInvocation", params{"RegionId": "cn-hangzhou"})
		assert.Equal(t, code, a.code())
		assert.Equal(t, want, a.status, "%s", code)
	}
}
