package runcommandtest

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// refusalCode returns the code with which a command is refused. The code is empty when
// the command is accepted.
func (c *caller) refusalCode(add params) errors.Code {
	c.tb.Helper()
	command := echo("i-1")
	for name, value := range add {
		command = command.with(name, value)
	}
	return c.call("RunCommand", command).code()
}

func TestAValueAtItsLimitIsAccepted(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.AddInstance(Instance{ID: "i-1", Tags: map[string]string{"key0": ""}}, Instance{ID: "i-win", OS: Windows})
	runes := func(n int) string { return strings.Repeat("字", n) }
	windows := params{"Type": "RunBatScript", "InstanceId.1": "i-win", "Username": "bob"}
	for name, test := range map[string]struct {
		inTime params
		beyond params
		code   errors.Code
	}{
		"name":                      {params{"Name": runes(128)}, params{"Name": runes(129)}, errors.CmdNameExceedLimit},
		"description":               {params{"Description": runes(512)}, params{"Description": runes(513)}, errors.CmdDescExceedLimit},
		"directory":                 {params{"WorkingDir": runes(200)}, params{"WorkingDir": runes(201)}, errors.InvalidParameterWorkingDir},
		"user":                      {params{"Username": runes(255)}, params{"Username": runes(256)}, errors.UsernameExceedLimit},
		"password":                  {windows.with("WindowsPasswordName", runes(255)), windows.with("WindowsPasswordName", runes(256)), errors.WindowsPasswordNameExceedLimit},
		"System needs no password":  {windows.with("Username", "SYSTEM"), windows, errors.WindowsPasswordNameMissed},
		"launcher":                  {params{"Launcher": runes(1024)}, params{"Launcher": runes(1025)}, errors.InvalidLauncherLengthLimitExceeded},
		"token":                     {params{"ClientToken": strings.Repeat("t", 64)}, params{"ClientToken": strings.Repeat("t", 65)}, errors.InvalidClientTokenMalformed},
		"token of blanks and signs": {params{"ClientToken": "a b~!"}, params{"ClientToken": "a\tb"}, errors.InvalidClientTokenMalformed},
		"plain content":             {params{"CommandContent": strings.Repeat("x", 18*1024)}, params{"CommandContent": strings.Repeat("x", 18*1024+1)}, errors.CmdContentExceedLimit},
		"kept content": {params{"KeepCommand": "true", "CommandContent": strings.Repeat("x", 13_824)},
			params{"KeepCommand": "true", "CommandContent": strings.Repeat("x", 13_825)}, errors.CmdContentExceedLimit},
		"content in Base64":       {base64Content(18 * 1024), base64Content(18*1024 + 1), errors.CmdContentExceedLimit},
		"tags":                    {tags("Tag", 20), tags("Tag", 21), errors.NumberExceedTags},
		"tag key":                 {params{"Tag.1.Key": runes(64)}, params{"Tag.1.Key": runes(65)}, errors.InvalidTagKeyMalformed},
		"tag key of another case": {params{"Tag.1.Key": "Aliyun"}, params{"Tag.1.Key": "aliyun"}, errors.InvalidTagKeyMalformed},
		"tag key with an address": {params{"Tag.1.Key": "http:/x"}, params{"Tag.1.Key": "https://x"}, errors.InvalidTagKeyMalformed},
		"tag value":               {params{"Tag.1.Key": "k", "Tag.1.Value": runes(128)}, params{"Tag.1.Key": "k", "Tag.1.Value": runes(129)}, errors.InvalidTagValueMalformed},
		"resource tags": {params{"InstanceId.1": "-", "ResourceTag.1.Key": "key0"},
			merge(tags("ResourceTag", 21), params{"InstanceId.1": "-"}), errors.NumberExceedResourceTags},
		"passed parameters":             {enabled(placeholders(20), pairs(10)), enabled(placeholders(20), pairs(11)), errors.ParameterCountExceedLimit},
		"defined parameters":            {enabled(placeholders(20), ""), enabled(placeholders(21), ""), errors.CmdParamCountExceedLimit},
		"a parameter used often is one": {enabled(strings.Repeat("{{a}} {{ A }}", 30), ""), enabled(placeholders(21)+"{{p1}}", ""), errors.CmdParamCountExceedLimit},
		"parameter name":                {enabled("{{"+strings.Repeat("n", 64)+"}}", ""), enabled("{{"+strings.Repeat("n", 65)+"}}", ""), errors.CmdParamNameExceedLimit},
		"parameter alphabet":            {enabled("{{a-Z_9}}", ""), enabled("{{a.b}}", ""), errors.CmdParamInvalidParamName},
		"no parameters":                 {params{"Parameters": "{}"}, params{"Parameters": `{"a":""}`}, errors.ParameterDisabled},
		"empty value":                   {enabled("{{a}}", `{"a":""}`), enabled("{{a}}", `{"":""}`), errors.CmdParamEmptyKey},
		"strings only":                  {enabled("{{a}}", `{"a":"1"}`), enabled("{{a}}", `{"a":null}`), errors.ParameterTypeNotSupported},
		"an object":                     {enabled("{{a}}", ` {"a":"1"} `), enabled("{{a}}", `["a"]`), errors.InvalidParameterFormat},
		"valid JSON":                    {enabled("{{a}}", `{"a":"\u0041"}`), enabled("{{a}}", `{"a":"1"`), errors.InvalidParameterFormat},
		"no NUL":                        {enabled("{{a}}", `{"a":"\\u0000"}`), enabled("{{a}}", `{"a":"\u0000"}`), errors.InvalidParameterCharsetParameters},
		"container id": {params{"ContainerId": "containerd://" + strings.Repeat("aF", 32)},
			params{"ContainerId": "podman://" + strings.Repeat("aF", 32)}, errors.InvalidContainerIdMalformed},
		"container name":         {params{"ContainerName": "/" + strings.Repeat("n", 254)}, params{"ContainerName": strings.Repeat("n", 256)}, errors.InvalidContainerNameMalformed},
		"timeout":                {params{"Timeout": "1"}, params{"Timeout": "0"}, errors.InvalidParameterFormat},
		"long timeout":           {params{"Timeout": "9007199254740991"}, params{"Timeout": "9007199254740992"}, errors.InvalidParameterFormat},
		"whole timeout":          {params{"Timeout": "60"}, params{"Timeout": "60.5"}, errors.InvalidParameterFormat},
		"a flag":                 {params{"KeepCommand": "true"}, params{"KeepCommand": "TRUE"}, errors.InvalidParameterFormat},
		"another flag":           {params{"EnableParameter": "false"}, params{"EnableParameter": "1"}, errors.InvalidParameterFormat},
		"repeat mode":            {params{"RepeatMode": "DryRun"}, params{"RepeatMode": "dryrun"}, errors.InvalidRepeatModeNotFound},
		"termination":            {params{"TerminationMode": "ProcessTree"}, params{"TerminationMode": "processtree"}, errors.InvalidTerminationModeNotFound},
		"a line as a name":       {params{"Name": "disk 清理 🧹"}, params{"Name": "a\nb"}, errors.InvalidParameterCharacterCommandName},
		"a name without tabs":    {params{"Name": "a b"}, params{"Name": "a\tb"}, errors.InvalidParameterCharacterCommandName},
		"a line as a directory":  {params{"WorkingDir": "/srv/a b"}, params{"WorkingDir": "/srv\r\n"}, errors.InvalidParameterCharacterCommandWorkingDir},
		"lines in a description": {params{"Description": "a\nb\tc"}, params{"Description": "a\x07"}, errors.InvalidParameterCharacterCommandDescription},
		"content is needed":      {params{"CommandContent": " "}, params{"CommandContent": ""}, "MissingCommandContent"},
		"a type is needed":       {params{}, params{"Type": "-"}, "MissingType"},
	} {
		assert.Empty(t, c.refusalCode(test.inTime), name)
		assert.Equal(t, test.code, c.refusalCode(test.beyond), name)
	}
}

func base64Content(n int) params {
	return params{"ContentEncoding": "BASE64", "CommandContent": base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", n)))}
}

func TestBase64IsReadWithOrWithoutPaddingAndLineBreaks(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	for content, ok := range map[string]bool{
		"ZWNobw==": true, "ZWNobw": true, "ZWNo\r\nbw==": true, " ZWNobw==\n": true,
		"ZW*obw==": false, "Z": false, "====": false, "ZWNo_w==": false,
	} {
		code := c.refusalCode(params{"ContentEncoding": "Base64", "CommandContent": content})
		if !ok {
			assert.Equal(t, errors.CmdContentDecodeError, code, content)
			continue
		}
		assert.Empty(t, code, content)
		all := s.Invocations()
		assert.Equal(t, "echo", string(all[len(all)-1].Script))
	}
	assert.Empty(t, c.refusalCode(params{"ContentEncoding": "gzip", "CommandContent": "ZWNobw=="}), "another encoding means plain text")
	all := s.Invocations()
	assert.Equal(t, "ZWNobw==", string(all[len(all)-1].Script))
}

func TestAHundredInstancesAreOneCall(t *testing.T) {
	t.Parallel()
	s, c, ids := manyInstances(t, 101, config{})
	c.run(echo(ids[:100]...))
	assert.Equal(t, errors.InstanceIdsExceedLimit, c.call("RunCommand", echo(ids...)).code())
	for _, id := range ids {
		s.AddInstance(Instance{ID: id, Tags: map[string]string{"fleet": "1"}})
	}
	assert.Equal(t, errors.InstanceIdsExceedLimit, c.call("RunCommand", echo().with("ResourceTag.1.Key", "fleet")).code(), "or too many by tag")
	assert.Equal(t, errors.InstanceIdsExceedLimit, c.call("DescribeCloudAssistantStatus", params{"RegionId": "cn-hangzhou"}.to(ids...)).code())

	_, raised, ids := manyInstances(t, 300, config{limits: Limits{Instances: 300}})
	raised.run(echo(ids...))
}

func TestATimeoutCanHaveALimit(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{limits: Limits{MaxTimeout: time.Hour}})
	assert.Empty(t, c.refusalCode(params{"Timeout": "3600"}))
	assert.Equal(t, errors.InvalidTimeoutExceedLimit, c.refusalCode(params{"Timeout": "3601"}))
}

func TestTheLongestTimeoutIsReportedAsItWasSent(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{})
	c.run(echo("i-1").with("Timeout", "9007199254740991"))
	a := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou"})
	assert.Contains(t, a.raw, `"Timeout":9007199254740991`)
}

func TestTheQuotaOfADayEndsWithTheDay(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, limits: Limits{DailyInvocations: 2}})
	c.run(echo("i-1"))
	c.run(echo("i-1"))
	s.Advance(12*time.Hour - time.Second)
	assert.Equal(t, errors.InvocationExceedQuota, c.call("RunCommand", echo("i-1")).code())
	s.Advance(time.Second)
	c.run(echo("i-1"))
}

// The checks run in the documented order. The first check that fails decides the reply.
func TestTheFirstBrokenRuleAnswers(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{limits: Limits{DailyInvocations: 1}})
	c.run(echo("i-1").with("ClientToken", "t"))
	command := params{"InstanceId.1": "i-404"}
	steps := []struct {
		add  params
		code errors.Code
	}{
		{params{"ClientToken": "other"}, errors.InvalidInstanceNotFound}, // instances are checked before the quota
		{params{"ClientToken": "t"}, errors.InvalidInstanceNotFound},     // instances are checked before the token
		{params{"ResourceGroupId": "rg"}, errors.InvalidInstanceNotFound},
		{params{"RegionId": "nowhere"}, errors.InvalidRegionIdNotFound},
		{params{"Frequency": "never"}, errors.InvalidParamFrequency},
		{params{"Timeout": "x"}, errors.InvalidParameterFormat},
		{params{"RepeatMode": "x"}, errors.InvalidRepeatModeNotFound},
		{params{"Parameters": `{"a":"b"}`}, errors.ParameterDisabled},
		{params{"Tag.1.Value": "v"}, errors.MissingParameterTagKey},
		{params{"ClientToken": "ü"}, errors.InvalidClientTokenMalformed},
		{params{"ContainerId": "x"}, errors.InvalidContainerIdMalformed},
		{params{"Name": strings.Repeat("n", 129)}, errors.CmdNameExceedLimit},
		{params{"ResourceTag.1.Key": "k"}, errors.InvalidResourceTagConflictWithInstanceIds},
		{params{"ContentEncoding": "Base64"}, errors.CmdContentDecodeError},
		{params{"Type": "x"}, errors.InvalidCmdTypeNotFound},
		{params{"CommandContent": ""}, "MissingCommandContent"},
	}
	for _, step := range steps {
		command = merge(command, step.add)
		assert.Equal(t, step.code, c.refusalCode(command), "%v", step.add)
	}
}
