package runcommand_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

func TestBuilderFillsEveryFieldOfTheRequest(t *testing.T) {
	t.Parallel()
	b := runcommand.PowerShell("echo {{a}} {{b}}").
		Region("cn-hangzhou").Name("name").Description("description").WorkingDir(`C:\tmp`).
		Timeout(90*time.Second).Parameter("a", "1").Parameters(map[string]string{"b": "2"}).
		KeepCommand(true).Username("user").WindowsPasswordName("secret-name").
		Instances("i-1", "i-2").Tag("k", "v").
		ResourceGroup("rg-1").ClientToken("token").KillTree().Launcher("powershell -File").
		OSSOutput("oss://bucket/prefix").Every(5 * time.Minute)
	want := &runcommand.Request{
		RegionID: "cn-hangzhou", Type: runcommand.RunPowerShellScript, Content: []byte("echo {{a}} {{b}}"),
		Name: "name", Description: "description", WorkingDir: `C:\tmp`, Timeout: 90 * time.Second,
		EnableParameter: true, Parameters: map[string]string{"a": "1", "b": "2"},
		Frequency: frequency.MustParse("rate(5m)"), KeepCommand: true,
		Username: "user", WindowsPasswordName: "secret-name", InstanceIDs: []string{"i-1", "i-2"},
		Tags: []runcommand.Tag{{Key: "k", Value: "v"}}, ResourceGroupID: "rg-1", ClientToken: "token",
		TerminationMode: runcommand.TerminateProcessTree, Launcher: "powershell -File",
		OSSOutputDelivery: "oss://bucket/prefix",
	}
	got, err := b.Build()
	require.NoError(t, err)
	assert.Equal(t, want, got)

	container, err := runcommand.Shell("true").ResourceTag("env", "test").ContainerID(hex64).ContainerName("web").Build()
	require.NoError(t, err)
	assert.Equal(t, hex64, container.ContainerID)
	assert.Equal(t, "web", container.ContainerName)
	assert.Equal(t, []runcommand.Tag{{Key: "env", Value: "test"}}, container.ResourceTags)
}

const hex64 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestBuilderHasASetterForEveryField(t *testing.T) {
	t.Parallel()
	setters := map[string]string{ // the setters that do not have the name of their field; the keys are the fields
		"RegionID": "Region", "InstanceIDs": "Instances", "ResourceTags": "ResourceTag", "Tags": "Tag",
		"ResourceGroupID": "ResourceGroup", "OSSOutputDelivery": "OSSOutput",
	}
	builder := reflect.TypeFor[runcommand.Builder]()
	for _, f := range reflect.VisibleFields(reflect.TypeFor[runcommand.Request]()) {
		if !f.IsExported() || f.Name == "Type" || f.Name == "Content" { // Shell, PowerShell and Bat set these two fields
			continue
		}
		name := f.Name
		if s, ok := setters[name]; ok {
			name = s
		}
		_, ok := builder.MethodByName(name)
		assert.True(t, ok, "no setter %s for field %s", name, f.Name)
	}
}

func TestBuildersShareNothing(t *testing.T) {
	t.Parallel()
	base := runcommand.Shell("echo {{a}}").Instances("i-1").Parameter("a", "base").Tag("k", "v")
	first, err := base.Instances("i-2").Parameter("a", "first").Tag("l", "w").Build()
	require.NoError(t, err)
	second, err := base.Instances("i-3").Build()
	require.NoError(t, err)
	assert.Equal(t, []string{"i-1", "i-2"}, first.InstanceIDs)
	assert.Equal(t, []string{"i-1", "i-3"}, second.InstanceIDs)
	assert.Equal(t, "first", first.Parameters["a"])
	assert.Equal(t, "base", second.Parameters["a"])

	second.InstanceIDs[0], second.Content[0], second.Parameters["a"], second.Tags[0].Key = "changed", 'X', "changed", "changed"
	third, err := base.Build()
	require.NoError(t, err)
	assert.Equal(t, []string{"i-1"}, third.InstanceIDs)
	assert.Equal(t, "echo {{a}}", string(third.Content))
	assert.Equal(t, "base", third.Parameters["a"])
	assert.Equal(t, "k", third.Tags[0].Key)

	elsewhere, err := third.Edit().OnlyInstances("i-8").Build()
	require.NoError(t, err)
	assert.Equal(t, []string{"i-8"}, elsewhere.InstanceIDs)
	edited, err := third.Edit().Instances("i-9").Build()
	require.NoError(t, err)
	assert.Equal(t, []string{"i-1", "i-9"}, edited.InstanceIDs)
	assert.Equal(t, []string{"i-1"}, third.InstanceIDs)
}

func TestTheLastScheduleOfABuilderCounts(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, 1, 2, 3, 4, 5, 6, time.UTC)
	for _, c := range []struct {
		name      string
		build     runcommand.Builder
		mode      runcommand.RepeatMode
		frequency string
	}{
		{"nothing chosen runs once", minimal(), "", ""},
		{"a schedule", minimal().Frequency(frequency.MustParse("rate(2m)")), "", "rate(2m)"},
		{"an interval", minimal().Every(2 * time.Hour), "", "rate(2h)"},
		{"a moment is cut to the second", minimal().At(at), "", "at(2030-01-02 03:04:05 UTC)"},
		{"a cron expression", minimal().Cron("0 15 10 ? * 6L"), "", "0 15 10 ? * 6L"},
		{"a reboot after a schedule", minimal().Every(time.Hour).OnNextReboot(), runcommand.RepeatNextRebootOnly, ""},
		{"every reboot", minimal().OnEveryReboot(), runcommand.RepeatEveryReboot, ""},
		{"a schedule after a reboot", minimal().OnEveryReboot().Every(time.Hour), "", "rate(1h)"},
		{"a dry run after a bad schedule", minimal().Cron("nonsense").DryRun(), runcommand.RepeatDryRun, ""},
		{"Period keeps the schedule", minimal().Every(time.Hour).RepeatMode(runcommand.RepeatPeriod), runcommand.RepeatPeriod, "rate(1h)"},
		{"Once clears the schedule", minimal().Every(time.Hour).RepeatMode(runcommand.RepeatOnce), runcommand.RepeatOnce, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			req, err := c.build.Build()
			require.NoError(t, err)
			assert.Equal(t, c.mode, req.RepeatMode)
			assert.Equal(t, c.frequency, req.Frequency.String())
		})
	}
}

func TestBuildReportsEveryViolationAtOnce(t *testing.T) {
	t.Parallel()
	_, err := runcommand.Shell("").Name(string(make([]rune, 129))).Cron("0 0 0 * *").Build()
	v, ok := errors.AsType[*errors.ValidationError](err)
	require.True(t, ok, "%v", err)
	var fields []string
	for _, violation := range v.Violations {
		fields = append(fields, violation.Field)
	}
	assert.ElementsMatch(t, []string{"CommandContent", "InstanceId", "Name", "Frequency"}, fields)
	assert.ErrorIs(t, err, errors.CmdNameExceedLimit)
	assert.ErrorIs(t, err, errors.ErrLimitExceeded)
	assert.ErrorIs(t, err, errors.MissingParamInstanceId)
	_, ok = errors.AsType[*frequency.ParseError](err)
	assert.True(t, ok, "the reason why the schedule is none is in the chain")
}

func TestEachScheduleMethodReportsABadSchedule(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]runcommand.Builder{
		"no whole interval":         minimal().Every(1500 * time.Millisecond),
		"a negative interval":       minimal().Every(-time.Hour),
		"a crontab line":            minimal().Cron("*/5 * * * *"),
		"a rate where cron belongs": minimal().Cron("rate(5m)"),
		"a moment past the years":   minimal().At(time.Date(12345, 1, 1, 0, 0, 0, 0, time.UTC)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := b.Build()
			_, ok := errors.AsType[*frequency.ParseError](err)
			assert.True(t, ok, "%v", err)
			assert.ErrorIs(t, err, errors.InvalidParamFrequency)
		})
	}
}

func TestLimitsOfTheAccountCountInsteadOfTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	ids := make([]string, 300)
	for i := range ids {
		ids[i] = "i-" + time.Duration(i).String()
	}
	_, err := runcommand.Shell("true").Instances(ids...).Build()
	require.ErrorIs(t, err, errors.InstanceIdsExceedLimit)
	req, err := runcommand.Shell("true").Instances(ids...).Limits(validate.Limits{Instances: 300}).Build()
	require.NoError(t, err)
	assert.ErrorIs(t, req.Validate(), errors.InstanceIdsExceedLimit)
	assert.NoError(t, req.ValidateWith(validate.Limits{Instances: 300}))
}

func TestNilAndZeroRequestsAreRefusedNotPanickedOn(t *testing.T) {
	t.Parallel()
	var none *runcommand.Request
	assert.ErrorIs(t, none.Validate(), errors.ErrMissingArgument)
	assert.Nil(t, none.Warnings(time.Now()))
	assert.ErrorIs(t, (&runcommand.Request{}).Validate(), errors.ErrMissingArgument)
	_, err := none.Edit().Build()
	assert.ErrorIs(t, err, errors.ErrMissingArgument)
	_, err = runcommand.Builder{}.Build()
	assert.ErrorIs(t, err, errors.ErrMissingArgument)
}

func TestARequestSurvivesItsFile(t *testing.T) {
	t.Parallel()
	full, err := runcommand.Shell("echo \xff {{a}}").Name("n").Timeout(90*time.Second).Parameter("a", "<&>").
		Cron("0 0 3 * * ? Asia/Shanghai").KeepCommand(true).Instances("i-1", "i-2").Tag("k", "").
		ClientToken("t").OSSOutput("oss://b/").Build()
	require.NoError(t, err)
	once, err := minimal().Build()
	require.NoError(t, err)
	for name, req := range map[string]*runcommand.Request{
		"full":                    full,
		"minimal":                 once,
		"zero":                    {},
		"an odd timeout":          {Timeout: 1500 * time.Millisecond},
		"a negative odd timeout":  {Timeout: -1500 * time.Millisecond},
		"the longest timeout":     {Timeout: 1<<63 - 1},
		"an unusual, valid value": {Type: "RunFishScript", RepeatMode: "Thrice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := json.Marshal(req)
			require.NoError(t, err)
			var back runcommand.Request
			require.NoError(t, json.Unmarshal(data, &back))
			assert.Equal(t, req, &back)
		})
	}
}

func TestAFileIsReadStrictlyAndCheckedByValidate(t *testing.T) {
	t.Parallel()
	const file = `{"Type":"RunShellScript","CommandContent":"ZGYgLWg=","Timeout":30,"InstanceId":["i-1"],"Frequency":"every day"}`
	var req runcommand.Request
	require.NoError(t, json.Unmarshal([]byte(file), &req), "a bad schedule is no decoding error")
	assert.Equal(t, "df -h", string(req.Content))
	assert.Equal(t, 30*time.Second, req.Timeout)
	assert.ErrorIs(t, req.Validate(), errors.InvalidParamFrequency)
	again, err := json.Marshal(req)
	require.NoError(t, err)
	assert.JSONEq(t, file, string(again), "and is not lost either")
	req.Frequency = frequency.MustParse("rate(5m)")
	assert.NoError(t, req.Validate())

	for name, c := range map[string]struct{ file, names string }{
		"a misspelt name":           {`{"Timout":30}`, "Timout"},
		"content that is no Base64": {`{"Name":"n","CommandContent":"%%%"}`, "CommandContent"},
		"a timeout of words":        {`{"Timeout":"soon"}`, "Timeout"},
		"a timeout beyond counting": {`{"Timeout":1e300}`, "Timeout"},
		"a timeout under counting":  {`{"Timeout":1e-10}`, "Timeout"},
		"one id instead of a list":  {`{"InstanceId":"i-1"}`, "InstanceId"},
		"no object":                 {`[]`, "array"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.ErrorContains(t, json.Unmarshal([]byte(c.file), new(runcommand.Request)), c.names)
		})
	}
}
