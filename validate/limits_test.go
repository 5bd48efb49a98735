package validate_test

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// A limitCase tests a rule that allows at most limit characters, bytes or entries.
type limitCase struct {
	name    string
	limit   int
	limits  func(l *validate.Limits, n int) // sets the limit to n
	set     func(c *validate.Command, n int, char string)
	charset []string
	want    string
}

var (
	ascii    = []string{"a"}
	anything = []string{"a", "中", "🦉"}
)

// limitCases has a row for every limit on a length or a count.
var limitCases = []limitCase{
	{"name", 128, func(l *validate.Limits, n int) { l.Name = n },
		func(c *validate.Command, n int, char string) { c.Name = strings.Repeat(char, n) }, anything, "Name CmdName.ExceedLimit"},
	{"description", 512, func(l *validate.Limits, n int) { l.Description = n },
		func(c *validate.Command, n int, char string) { c.Description = strings.Repeat(char, n) }, anything, "Description CmdDesc.ExceedLimit"},
	{"working directory", 200, func(l *validate.Limits, n int) { l.WorkingDir = n },
		func(c *validate.Command, n int, char string) { c.WorkingDir = strings.Repeat(char, n) }, anything, "WorkingDir InvalidParameter.WorkingDir"},
	{"user name", 255, func(l *validate.Limits, n int) { l.Username = n },
		func(c *validate.Command, n int, char string) { c.Username = strings.Repeat(char, n) }, anything, "Username Username.ExceedLimit"},
	{"password name", 255, func(l *validate.Limits, n int) { l.WindowsPasswordName = n },
		func(c *validate.Command, n int, char string) { c.WindowsPasswordName = strings.Repeat(char, n) }, anything, "WindowsPasswordName WindowsPasswordName.ExceedLimit"},
	{"launcher", 1024, func(l *validate.Limits, n int) { l.Launcher = n },
		func(c *validate.Command, n int, char string) { c.Launcher = strings.Repeat(char, n) }, anything, "Launcher InvalidLauncher.LengthLimitExceeded"},
	{"container name", 255, func(l *validate.Limits, n int) { l.ContainerName = n },
		func(c *validate.Command, n int, char string) { c.ContainerName = strings.Repeat(char, n) }, ascii, "ContainerName InvalidContainerName.Malformed"},
	{"container name after a slash", 255, func(l *validate.Limits, n int) { l.ContainerName = n },
		func(c *validate.Command, n int, char string) { c.ContainerName = "/" + strings.Repeat(char, n) }, ascii, "ContainerName InvalidContainerName.Malformed"},
	{"client token", 64, func(l *validate.Limits, n int) { l.ClientToken = n },
		func(c *validate.Command, n int, char string) { c.ClientToken = strings.Repeat(char, n) }, ascii, "ClientToken InvalidClientToken.Malformed"},
	{"tag key", 64, func(l *validate.Limits, n int) { l.TagKey = n },
		func(c *validate.Command, n int, char string) { c.Tags[4].Key = strings.Repeat(char, n) }, anything, "Tag.5.Key InvalidTagKey.Malformed"},
	{"tag value", 128, func(l *validate.Limits, n int) { l.TagValue = n },
		func(c *validate.Command, n int, char string) { c.Tags[4].Value = strings.Repeat(char, n) }, anything, "Tag.5.Value InvalidTagValue.Malformed"},
	{"resource tag key", 64, func(l *validate.Limits, n int) { l.TagKey = n },
		func(c *validate.Command, n int, char string) {
			c.InstanceIDs, c.ResourceTags = nil, []validate.Tag{{Key: strings.Repeat(char, n)}}
		}, anything, "ResourceTag.1.Key InvalidResourceTagKey.Malformed"},
	{"resource tag value", 128, func(l *validate.Limits, n int) { l.TagValue = n },
		func(c *validate.Command, n int, char string) {
			c.InstanceIDs, c.ResourceTags = nil, []validate.Tag{{Key: "k", Value: strings.Repeat(char, n)}}
		}, anything, "ResourceTag.1.Value InvalidResourceTagValue.Malformed"},
	{"parameter name in the script", 64, func(l *validate.Limits, n int) { l.ParameterName = n },
		func(c *validate.Command, n int, char string) {
			addContent("{{" + strings.Repeat(char, n) + "}}")(c)
		}, ascii, "CommandContent CmdParamName.ExceedLimit"},
	{"instances", 100, func(l *validate.Limits, n int) { l.Instances = n },
		func(c *validate.Command, n int, _ string) { c.InstanceIDs = numbered("i-%d", n) }, ascii, "InstanceId InstanceIds.ExceedLimit"},
	{"tags", 20, func(l *validate.Limits, n int) { l.Tags = n },
		func(c *validate.Command, n int, _ string) { c.Tags = addTags(nil, n) }, ascii, "Tag NumberExceed.Tags"},
	{"resource tags", 20, func(l *validate.Limits, n int) { l.ResourceTags = n },
		func(c *validate.Command, n int, _ string) { c.InstanceIDs, c.ResourceTags = nil, addTags(nil, n) }, ascii, "ResourceTag NumberExceed.ResourceTags"},
	{"parameters in the script", 20, func(l *validate.Limits, n int) { l.ParameterNames = n },
		func(c *validate.Command, n int, _ string) { c.Content, c.Parameters = []byte(placeholders(n)), nil }, ascii, "CommandContent CmdParamCount.ExceedLimit"},
	{"parameters", 20, func(l *validate.Limits, n int) { l.Parameters = n },
		func(c *validate.Command, n int, _ string) {
			c.Content, c.Parameters = []byte(placeholders(n)), pairs(n)
		}, ascii, "Parameters ParameterCount.ExceedLimit"},
	{"script, three bytes are four in Base64", 18432, func(l *validate.Limits, n int) { l.Content = n / 3 * 4 },
		func(c *validate.Command, n int, char string) {
			c.Parameters, c.Content = nil, []byte(strings.Repeat(char, n)[:n])
		}, anything, "CommandContent CmdContent.ExceedLimit"},
	{"script that is kept", 13824, func(l *validate.Limits, n int) { l.KeptContent = n / 3 * 4 },
		func(c *validate.Command, n int, char string) {
			c.KeepCommand, c.Parameters, c.Content = true, nil, []byte(strings.Repeat(char, n)[:n])
		}, anything, "CommandContent CmdContent.ExceedLimit"},
}

func TestEveryLimitIsExact(t *testing.T) {
	t.Parallel()
	for _, tt := range limitCases {
		for _, char := range tt.charset {
			t.Run(tt.name+" in "+char, func(t *testing.T) {
				t.Parallel()
				assertLimit(t, tt, withRoomForNames(tt, validate.Limits{}), tt.limit, char)
			})
		}
	}
}

func TestEveryLimitCanBeChanged(t *testing.T) {
	t.Parallel()
	for _, tt := range limitCases {
		for _, limit := range []int{12, tt.limit * 2} {
			t.Run(fmt.Sprintf("%s %d", tt.name, limit), func(t *testing.T) {
				t.Parallel()
				var l validate.Limits
				tt.limits(&l, limit)
				assertLimit(t, tt, withRoomForNames(tt, l), limit, tt.charset[0])
			})
		}
	}
}

// withRoomForNames raises the limit on names in the script. Each value needs a name in the script.
// Without the higher limit, the limit on names would be reached before the limit on values.
func withRoomForNames(b limitCase, l validate.Limits) validate.Limits {
	if b.name == "parameters" {
		l.ParameterNames = 1000
	}
	return l
}

func assertLimit(t *testing.T, b limitCase, l validate.Limits, limit int, char string) {
	t.Helper()
	for _, n := range []int{limit - 1, limit} {
		c := byID()
		b.set(c, n, char)
		assert.Empty(t, l.Check(c), "%d of %d", n, limit)
	}
	c := byID()
	b.set(c, limit+1, char)
	violations := l.Check(c)
	require.Equal(t, []string{b.want}, found(violations))
	assert.False(t, violations[0].Local)
	assert.Contains(t, violations[0].Message, strconv.Itoa(limit), "the limit")
	if b.name != "parameter name in the script" {
		assert.Contains(t, violations[0].Message, strconv.Itoa(limit+1), "the size of what was given")
	}
	assert.ErrorIs(t, violations[0], violations[0].Code)
}

func TestALongParameterNameIsReportedWhateverTheScript(t *testing.T) {
	t.Parallel()
	for _, char := range anything {
		c := byID()
		c.Parameters[strings.Repeat(char, 65)] = ""
		violations := validate.Limits{}.Check(c)
		require.Equal(t, []string{"Parameters ParameterKey.ExceedLimit"}, found(violations))
		assert.Contains(t, violations[0].Message, "65 characters")
	}
}

func TestInstancesNeverExceed500(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		limit, given int
		want         []string
	}{
		{300, 300, []string{}},
		{300, 301, []string{"InstanceId InstanceIds.ExceedLimit"}},
		{500, 500, []string{}},
		{501, 501, []string{"InstanceId InstanceIds.ExceedLimit"}},
		{math.MaxInt, 501, []string{"InstanceId InstanceIds.ExceedLimit"}},
		{-1, 101, []string{"InstanceId InstanceIds.ExceedLimit"}},
		{-1, 100, []string{}},
	} {
		t.Run(fmt.Sprintf("%d of %d", tt.given, tt.limit), func(t *testing.T) {
			t.Parallel()
			c := byID()
			c.InstanceIDs = numbered("i-%d", tt.given)
			assert.Equal(t, tt.want, found(validate.Limits{Instances: tt.limit}.Check(c)))
		})
	}
}

func TestWithDefaultsSetsEveryField(t *testing.T) {
	t.Parallel()
	defaults := reflect.ValueOf(validate.Limits{}.WithDefaults())
	for i := range defaults.NumField() {
		assert.Positive(t, defaults.Field(i).Int(), defaults.Type().Field(i).Name)
	}
	assert.Equal(t, validate.Limits{}.WithDefaults(), validate.Limits{}.WithDefaults().WithDefaults())

	given := reflect.New(defaults.Type()).Elem()
	for i := range given.NumField() {
		given.Field(i).SetInt(int64(i) + 1)
	}
	l := given.Interface().(validate.Limits)
	assert.Equal(t, l, l.WithDefaults(), "what is set stays")
}

func TestTheBoundsOfASchedule(t *testing.T) {
	t.Parallel()
	const refused = "Frequency InvalidParam.Frequency"
	for _, tt := range []struct {
		name, expr string
		timeout    time.Duration
		want       []string
	}{
		{"a rate of 59 s", "rate(59s)", time.Second, []string{refused}},
		{"a rate of 60 s and the default timeout of 60 s", "rate(60s)", 0, nil},
		{"a rate of 61 s", "rate(61s)", 0, nil},
		{"a rate of 7 days", "rate(7d)", 0, nil},
		{"a rate of 7 days and a second", "rate(604801s)", 0, []string{refused}},
		{"a rate one second above the timeout", "rate(121s)", 2 * time.Minute, nil},
		{"a rate equal to the timeout", "rate(120s)", 2 * time.Minute, nil},
		{"a rate one second under the timeout", "rate(119s)", 2 * time.Minute, []string{refused}},
		{"a rate too short for both reasons", "rate(30s)", 0, []string{refused, refused}},
		{"a clock every 11 s", "0/11 0 * * * *", 5 * time.Second, nil},
		{"a clock every 10 s", "0/10 0 * * * *", 5 * time.Second, nil},
		{"a clock every 9 s", "0/9 0 * * * *", 5 * time.Second, []string{refused}},
		{"a clock whose gap shows across the minute", "0/59 * * * * ?", time.Second, []string{refused}},
		{"a clock every minute and the default timeout", "0 * * * * *", 0, nil},
		{"a clock every 30 s and the default timeout", "*/30 * * * * *", 0, []string{refused}},
		{"a clock equal to the timeout", "0 */5 * * * *", 5 * time.Minute, nil},
		{"a clock one second under the timeout", "0 */5 * * * *", 301 * time.Second, []string{refused}},
		{"a clock that fires once", "0 0 0 1 1 ? 2030", 300 * time.Hour, nil},
		{"a clock that never fires", "0 0 0 31 2 ?", 0, nil},
		{"one moment, whatever the timeout", "at(2022-06-06 13:15:30)", 300 * time.Hour, nil},
		{"a negative timeout is not compared", "rate(60s)", -time.Second, []string{"Timeout InvalidTimeout.ExceedLimit"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := byID()
			every(tt.expr)(c)
			c.Timeout = tt.timeout
			assert.ElementsMatch(t, tt.want, found(validate.Limits{}.Check(c)))
		})
	}
}

func TestTheBoundsOfAScheduleCanBeChanged(t *testing.T) {
	t.Parallel()
	l := validate.Limits{RateMin: 10 * time.Second, RateMax: time.Hour, MinInterval: time.Second}
	for expr, want := range map[string][]string{
		"rate(10s)":    {},
		"rate(9s)":     {"Frequency InvalidParam.Frequency"},
		"rate(1h)":     {},
		"rate(3601s)":  {"Frequency InvalidParam.Frequency"},
		"* 0 0 * * ?":  {},
		"0 0 0 1 1 ? ": {},
	} {
		c := byID()
		every(strings.TrimSpace(expr))(c)
		c.Timeout = time.Second
		assert.Equal(t, want, found(l.Check(c)), expr)
	}
}

func TestAnUnreadableScheduleKeepsItsCause(t *testing.T) {
	t.Parallel()
	c := byID()
	cause := errors.New("from elsewhere")
	c.FrequencyErr = cause
	violations := validate.Limits{}.Check(c)
	require.Len(t, violations, 1)
	assert.ErrorIs(t, violations[0], cause)
	assert.ErrorIs(t, violations[0], errors.InvalidParamFrequency)
	assert.Equal(t, "is not a schedule", violations[0].Message)
}
