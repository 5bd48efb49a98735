package realaccount

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// requestQuestions are about the parameters of RunCommand: how they travel, in which order they are
// checked, and where their limits are.
func requestQuestions() []Question {
	return []Question{
		{
			ID: "form-body", Sources: "wire.md §1, run-command.md §1", Asks: "Does the service read parameters in a form body?",
			Documents: "examples show the query string; the protocol allows a body",
			Assumed:   "read", Where: "internal/transport/attempt.go", Calls: 1, actions: []string{describeInvocations},
			ask: func(ctx context.Context, s *session) (answer, error) {
				a, err := asksPlace(ctx, s, s.body)
				s.cfg.Query = s.cfg.Query || a.value != "read" // so that the other questions can be answered
				return a, err
			},
		},
		{
			ID: "query-string", Sources: "wire.md §1", Asks: "Does the service read parameters in the URL of a POST?",
			Documents: "this is what the generated SDK does", Assumed: "read", Where: "runcommand/option.go", Calls: 1, actions: []string{describeInvocations},
			ask: func(ctx context.Context, s *session) (answer, error) { return asksPlace(ctx, s, s.query) },
		},
		{
			ID: "key-before-parameters", Sources: "wire.md §9", Asks: "Is the access key checked before the parameters?",
			Documents: "the order is unpublished (inferred: yes)", Assumed: "refused with InvalidAccessKeyId.NotFound and HTTP status 404",
			Where: "runcommand/runcommandtest/call.go", Calls: 1,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, err := s.callWith(ctx, s.stranger, runCommand, nil, params{"Type": "NoSuchType"})
				return answer{value: fmt.Sprintf("refused with %s and HTTP status %d", r.Code, r.status)}, err
			},
		},
		{
			ID: "order-of-checks", Sources: "wire.md §9, run-command.md §16", Asks: "In which order are the rules checked when a call breaks many?",
			Documents: "the order is unpublished",
			Assumed: "InvalidCmdType.NotFound, CmdContent.DecodeError, CmdName.ExceedLimit, InvalidParameter.WorkingDir, " +
				"InvalidContainerId.Malformed, InvalidClientToken.Malformed, Duplicate.TagKey, Parameter.Disabled, InvalidRepeatMode.NotFound, " +
				"InvalidTerminationMode.NotFound, InvalidParam.Frequency, InvalidInstance.NotFound",
			Where: "runcommand/runcommandtest/check.go", Calls: len(flaws), Runs: 0, ask: askOrder,
		},
		{
			ID: "name-characters", Sources: "run-command.md §2", Asks: "Are 128 characters outside of the basic plane a legal name?",
			Documents: "128 characters; whether code points or UTF-16 units are counted is not stated", Assumed: "accepted",
			Where: "validate/text.go", Calls: 1, Runs: 1, ask: asksCode(params{"Name": strings.Repeat("😀", 128)}),
		},
		{
			ID: "working-dir-length", Sources: "errors.md §1", Asks: "With which code is a working directory of 201 characters refused?",
			Documents: "InvalidParameter.WorkingDir (inferred)", Assumed: "InvalidParameter.WorkingDir", Where: "validate/place.go", Calls: 1, Runs: 1,
			ask: asksCode(params{"WorkingDir": "/" + strings.Repeat("d", 200)}),
		},
		{
			ID: "type-case", Sources: "run-command.md §2", Asks: "Is a command type in other capitals accepted?", Documents: "unknown",
			Assumed: "InvalidCmdType.NotFound", Where: "validate/enum.go", Calls: 1, Runs: 1, ask: asksCode(params{"Type": "runshellscript"}),
		},
		{
			ID: "repeat-case", Sources: "run-command.md §2", Asks: "Is a repeat mode in other capitals accepted?", Documents: "unknown",
			Assumed: "InvalidRepeatMode.NotFound", Where: "validate/enum.go", Calls: 1, Runs: 1, ask: asksCode(params{"RepeatMode": "once"}),
		},
		{
			ID: "empty-content", Sources: "run-command.md §3", Asks: "With which code is a call without a script refused?",
			Documents: "the gateway's code for a missing parameter (inferred)", Assumed: "MissingCommandContent",
			Where: "runcommand/runcommandtest/check.go", Calls: 1, ask: asksCode(params{"CommandContent": "-"}),
		},
		{
			ID: "base64-lines", Sources: "run-command.md §3", Asks: "Is Base64 with line breaks accepted?", Documents: "unknown", Assumed: "accepted",
			Where: "runcommand/runcommandtest/check.go", Calls: 1, Runs: 1, ask: asksCode(params{"CommandContent": "dHJ1\r\nZQ==\n"}),
		},
		{
			ID: "base64-padding", Sources: "run-command.md §3", Asks: "Is Base64 without padding accepted?", Documents: "unknown", Assumed: "accepted",
			Where: "runcommand/runcommandtest/check.go", Calls: 1, Runs: 1, ask: asksCode(params{"CommandContent": "dHJ1ZQ"}),
		},
		{
			ID: "base64-url", Sources: "run-command.md §3", Asks: "Is Base64 in the URL alphabet accepted?", Documents: "unknown", Assumed: "CmdContent.DecodeError",
			Where: "runcommand/runcommandtest/check.go", Calls: 1, Runs: 1,
			ask: asksCode(params{"CommandContent": base64.URLEncoding.EncodeToString([]byte("true #???>>>"))}),
		},
		{
			ID: "content-size", Sources: "run-command.md §4", Asks: "Are 24 KB of content 24,576 bytes after Base64?",
			Documents: "24 KB after Base64; that a KB has 1024 bytes is inferred", Assumed: "24576 bytes: accepted, 24580 bytes: CmdContent.ExceedLimit",
			Where: "validate/limits.go", Calls: 2, Runs: 2, ask: askContentSize,
		},
		{
			ID: "size-with-parameters", Sources: "run-command.md §4", Asks: "Do parameters count for the size of the content?",
			Documents: "they do, by a formula that is not published", Assumed: "accepted", Where: "validate/script.go", Calls: 1, Runs: 1,
			ask: asksCode(script("true {{p}} #" + strings.Repeat("x", 18_000)).with(params{
				"EnableParameter": "true", "Parameters": `{"p":"` + strings.Repeat("y", 4000) + `"}`,
			})),
		},
		{
			ID: "parameter-base64", Sources: "run-command.md §3", Asks: "Are placeholders found in a script that is sent in Base64?",
			Documents: "in the decoded text (inferred)", Assumed: "printed the value", Where: "runcommand/runcommandtest/run_parameters.go", Calls: 5, Runs: 1,
			actions: runAndLook,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, _, end, err := s.runToEnd(ctx, script(printWord).with(params{"EnableParameter": "true", "Parameters": `{"word":"found"}`}))
				if err != nil || end == nil {
					return answer{value: r.Code}, err
				}
				return yes(strings.TrimSpace(string(end.text())) == "found", "printed the value", "printed another text"), nil
			},
		},
		{
			ID: "parameter-empty-object", Sources: "run-command.md §13", Asks: "Is an empty object of parameters harmless without EnableParameter?",
			Documents: "harmless (inferred)", Assumed: "accepted", Where: "runcommand/runcommandtest/check_parameters.go", Calls: 1, Runs: 1, ask: asksCode(params{"Parameters": "{}"}),
		},
		{
			ID: "parameter-empty-name", Sources: "run-command.md §5", Asks: "With which code is a parameter without a name refused?",
			Documents: "CmdParam.EmptyKey (inferred)", Assumed: "CmdParam.EmptyKey", Where: "validate/parameter.go", Calls: 1, Runs: 1,
			ask: asksCode(params{"EnableParameter": "true", "Parameters": `{"":"x"}`}),
		},
		{
			ID: "parameter-same-name", Sources: "run-command.md §5", Asks: "Are two names that differ in capitals the same name?",
			Documents: "names ignore case; the code is inferred", Assumed: "ParameterKey.Duplicate", Where: "validate/parameter.go", Calls: 1, Runs: 1,
			ask: asksCode(script("true {{a}}").with(params{"EnableParameter": "true", "Parameters": `{"A":"1","a":"2"}`})),
		},
		{
			ID: "parameter-eleven", Sources: "run-command.md §5", Asks: "May more than 10 parameters be passed?",
			Documents: "10 in most texts, 20 in an older one", Assumed: "ParameterCount.ExceedLimit", Where: "runcommand/runcommandtest/check_limits.go", Calls: 1, Runs: 1,
			ask: asksCode(elevenParameters()),
		},
		{
			ID: "parameter-braces", Sources: "run-command.md §5", Asks: "What happens to braces around a text that is no legal name?",
			Documents: "unknown; CmdParam.InvalidParamName is the documented code (inferred)", Assumed: "CmdParam.InvalidParamName",
			Where: "validate/placeholder.go", Calls: 1, Runs: 1, ask: asksCode(script("true '{{ .x }}'").with(params{"EnableParameter": "true"})),
		},
		{
			ID: "builtin-unknown", Sources: "run-command.md §5, errors.md §4", Asks: "Where is an unknown built-in parameter refused?",
			Documents: "the call with CmdParam.InvalidParamName (inferred), or the instance with InvalidSystemBuiltInParameter",
			Assumed:   "accepted, then Invalid InvalidSystemBuiltInParameter", Where: "runcommand/runcommandtest/run_parameters.go", Calls: 5, Runs: 1, actions: runAndLook,
			ask: asksRow(script("true '{{ACS::NoSuchName}}'").with(params{"EnableParameter": "true"})),
		},
		{
			ID: "timeout-zero", Sources: "run-command.md §10", Asks: "How is a timeout of 0 answered?", Documents: "no minimum is documented",
			Assumed: "InvalidParameter.Format", Where: "runcommand/runcommandtest/check.go", Calls: 1, Runs: 1, ask: asksCode(params{"Timeout": "0"}),
		},
		{
			ID: "timeout-most", Sources: "run-command.md §10, errors.md §2", Asks: "Is the longest timeout accepted?",
			Documents: "an upper bound exists for other operations; the number is not published", Assumed: "accepted",
			Where: "validate/schedule.go", Calls: 1, Runs: 1, ask: asksCode(params{"Timeout": "9007199254740991"}),
		},
		{
			ID: "timeout-short", Sources: "run-command.md §10", Asks: "Is a timeout of 1 second raised to 10 seconds?",
			Documents: "RunCommand says nothing; other pages say 10 seconds at least", Assumed: "accepted, then Timeout ExecutionTimeout",
			Where: "runcommand/runcommandtest/run_lifecycle.go", Calls: 8, Runs: 1, actions: runAndLook, ask: asksRow(script(waitShort).with(params{"Timeout": "1"})),
		},
		{
			ID: "tag-prefix-case", Sources: "run-command.md §8, invocations.md §16", Asks: "Is the reserved prefix of tag keys compared without case?",
			Documents: "unknown", Assumed: "accepted", Where: "validate/tag.go", Calls: 1, Runs: 1, ask: asksCode(params{"Tag.1.Key": "Aliyun-x", "Tag.1.Value": "x"}),
		},
		{
			ID: "resource-tags-eleven", Sources: "run-command.md §8", Asks: "May more than 10 resource tags be given?",
			Documents: "20 in the newest text, 10 in older ones", Assumed: "InvalidResourceTag.InstanceNotFound", Where: "validate/limits.go", Calls: 1,
			ask: func(ctx context.Context, s *session) (answer, error) {
				p := params{}
				for i := range 11 {
					p[fmt.Sprintf("ResourceTag.%d.Key", i+1)] = fmt.Sprintf("runcommand-go-no-such-tag-%d", i+1)
					p[fmt.Sprintf("ResourceTag.%d.Value", i+1)] = "none"
				}
				r, err := s.runOn(ctx, nil, p)
				return answer{value: r.outcome("accepted")}, err
			},
		},
		{
			ID: "password-on-linux", Sources: "run-command.md §13", Asks: "Has WindowsPasswordName no effect on Linux?", Documents: "no effect (inferred)",
			Assumed: "accepted", Where: "runcommand/runcommandtest/check.go", Calls: 1, Runs: 1, ask: asksCode(params{"WindowsPasswordName": "runcommand-go-no-such-name"}),
		},
		{
			ID: "launcher", Sources: "run-command.md §11", Asks: "Does a launcher with a quoted extension work without EnableParameter?",
			Documents: "it works independently, and the service normalises the quotes (both inferred)", Assumed: "accepted, then Success",
			Where: "validate/check.go", Calls: 5, Runs: 1, actions: runAndLook, ask: asksRow(params{"Launcher": `sh {{ACS::ScriptFileName|Ext(".sh")}}`}),
		},
	}
}

// asksPlace asks for an unknown invocation. A service that does not read the parameters misses RegionId.
func asksPlace(ctx context.Context, s *session, client *transport.Client) (answer, error) {
	r, err := s.callWith(ctx, client, describeInvocations, nil, params{"InvokeId": noInvocation})
	if err == nil && r.Code == "" {
		return yes(len(r.Invocations.Invocation) == 0, "read", "read in part: the InvokeId had no effect"), nil
	}
	return answer{value: "not read: " + r.Code}, err
}

// A flaw is one broken rule of a call of RunCommand.
type flaw struct {
	code   string
	broken params
	mended params
}

// flaws can all be in one call, and each has a code of its own.
var flaws = []flaw{
	{"InvalidCmdType.NotFound", params{"Type": "NoSuchType"}, params{"Type": "RunShellScript"}},
	{"CmdContent.DecodeError", params{"CommandContent": "!!!"}, script(doNothing)},
	{"CmdName.ExceedLimit", params{"Name": strings.Repeat("n", 129)}, params{"Name": commandName}},
	{"InvalidParameter.WorkingDir", params{"WorkingDir": "/" + strings.Repeat("d", 200)}, params{"WorkingDir": "-"}},
	{"InvalidContainerId.Malformed", params{"ContainerId": "no-container"}, params{"ContainerId": "-"}},
	{"InvalidClientToken.Malformed", params{"ClientToken": strings.Repeat("t", 65)}, params{"ClientToken": "-"}},
	{"Duplicate.TagKey", params{"Tag.1.Key": "a", "Tag.1.Value": "1", "Tag.2.Key": "a", "Tag.2.Value": "2"}, params{"Tag.1.Key": "-", "Tag.1.Value": "-", "Tag.2.Key": "-", "Tag.2.Value": "-"}},
	{"Parameter.Disabled", params{"Parameters": `{"a":"b"}`}, params{"Parameters": "-"}},
	{"InvalidRepeatMode.NotFound", params{"RepeatMode": "NoSuchMode"}, params{"RepeatMode": "-"}},
	{"InvalidTerminationMode.NotFound", params{"TerminationMode": "NoSuchMode"}, params{"TerminationMode": "-"}},
	{"InvalidParam.Frequency", params{"Frequency": "no schedule"}, params{"Frequency": "-"}},
	{"InvalidInstance.NotFound", nil, nil}, // an unknown instance
}

// askOrder sends a call that breaks every rule of flaws, and mends the one that the service names, until
// only one is left. So no call is free of flaws, and nothing runs.
func askOrder(ctx context.Context, s *session) (answer, error) {
	left, p, instances := slices.Clone(flaws), params{}, []string{noInstance}
	for _, f := range left {
		p = p.with(f.broken)
	}
	var order []string
	for len(left) > 1 {
		r, err := s.runOn(ctx, instances, p)
		if err != nil {
			return answer{}, err
		}
		order = append(order, r.outcome("accepted"))
		i := slices.IndexFunc(left, func(f flaw) bool { return f.code == r.Code })
		if i < 0 {
			return answer{strings.Join(order, ", "), "the last one is not among the flaws"}, nil
		}
		if left[i].mended == nil {
			instances = s.cfg.Instances[:1]
		}
		p = p.with(left[i].mended)
		left = slices.Delete(left, i, i+1)
	}
	return answer{value: strings.Join(append(order, left[0].code), ", ")}, nil
}

func askContentSize(ctx context.Context, s *session) (answer, error) {
	var found []string
	for _, size := range []int{18_432, 18_433} {
		content := encoded("true #" + strings.Repeat("x", size-len("true #")))
		r, err := s.run(ctx, params{"CommandContent": content})
		if err != nil {
			return answer{}, err
		}
		found = append(found, fmt.Sprintf("%d bytes: %s", len(content), r.outcome("accepted")))
	}
	return answer{value: strings.Join(found, ", ")}, nil
}

// elevenParameters returns a command with 11 parameters, all of them used.
func elevenParameters() params {
	words, pairs := []string{doNothing}, []string{}
	for i := range 11 {
		words = append(words, fmt.Sprintf("{{p%d}}", i))
		pairs = append(pairs, fmt.Sprintf(`"p%d":"%d"`, i, i))
	}
	return script(strings.Join(words, " ")).with(params{"EnableParameter": "true", "Parameters": "{" + strings.Join(pairs, ",") + "}"})
}
