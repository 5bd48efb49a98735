package validate_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

const million = 1_000_000

func TestAbsurdSizesGiveAFewShortViolations(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		do   func(c *validate.Command)
		want []string
	}{
		{"a million ids", func(c *validate.Command) { c.InstanceIDs = numbered("i-%d", million) }, []string{"InstanceId InstanceIds.ExceedLimit"}},
		{"a million empty ids", func(c *validate.Command) { c.InstanceIDs = make([]string, million) },
			[]string{"InstanceId MissingParam.InstanceId", "InstanceId InstanceIds.ExceedLimit"}},
		{"a script of 100 MB", func(c *validate.Command) { c.Content = make([]byte, 100<<20) },
			[]string{"CommandContent CmdContent.ExceedLimit"}},
		{"a script of 100 MB full of placeholders", func(c *validate.Command) { c.Content = bytes.Repeat([]byte("{{a.b}}{{}"), 10<<20) },
			[]string{"CommandContent CmdContent.ExceedLimit"}},
		{"a script of a megabyte of bad placeholders", func(c *validate.Command) { c.Content, c.Parameters = bytes.Repeat([]byte("{{}}"), 150_000), nil },
			[]string{"CommandContent CmdContent.ExceedLimit", "CommandContent CmdParam.EmptyKey"}},
		{"a million tags without keys", func(c *validate.Command) { c.Tags = make([]validate.Tag, million) },
			append([]string{"Tag NumberExceed.Tags"}, numbered("Tag.%d.Key MissingParameter.TagKey", 20)...)},
		{"a million parameters", func(c *validate.Command) { c.Parameters = pairs(million) }, []string{"Parameters ParameterCount.ExceedLimit"}},
		{"a name of 100 MB", func(c *validate.Command) { c.Name = strings.Repeat("n", 100<<20) }, []string{"Name CmdName.ExceedLimit"}},
		{"a token of 100 MB", func(c *validate.Command) { c.ClientToken = strings.Repeat("é", 50<<20) }, []string{"ClientToken InvalidClientToken.Malformed"}},
		{"a container id of 100 MB", func(c *validate.Command) { c.ContainerID = strings.Repeat("0", 100<<20) }, []string{"ContainerId InvalidContainerId.Malformed"}},
		{"a tag key of 100 MB", func(c *validate.Command) { c.Tags[0].Key = strings.Repeat("k", 100<<20) }, []string{"Tag.1.Key InvalidTagKey.Malformed"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := byID()
			tt.do(c)
			violations := validate.Limits{}.Check(c)
			assert.Equal(t, tt.want, found(violations))
			for _, v := range violations {
				assert.LessOrEqual(t, len(v.Error()), 300)
			}
			assert.LessOrEqual(t, len((&errors.ValidationError{Violations: violations}).Error()), 4096+len("; and 1000000 more"))
			assert.LessOrEqual(t, len(validate.Limits{}.Warnings(c, time.Unix(0, 0))), 3)
		})
	}
}

func TestAVeryHighLimitStillWorks(t *testing.T) {
	t.Parallel()
	c := byID()
	c.Tags = addTags(nil, 100_000)
	c.Tags[99_999].Key = c.Tags[0].Key
	assert.Equal(t, []string{"Tag.100000.Key Duplicate.TagKey"}, found(validate.Limits{Tags: million}.Check(c)))
}

func TestANilAndAZeroCommandAreRefused(t *testing.T) {
	t.Parallel()
	violations := validate.Limits{}.Check(nil)
	require.Equal(t, []string{"Request MissingParameter"}, found(violations))
	assert.True(t, violations[0].Local)
	assert.Equal(t, []string{
		"Type MissingType", "CommandContent MissingCommandContent", "InstanceId MissingParam.InstanceId",
	}, found(validate.Limits{}.Check(&validate.Command{})))
	assert.Empty(t, validate.Limits{}.Warnings(nil, time.Time{}))
	assert.Empty(t, validate.Limits{}.Warnings(&validate.Command{}, time.Time{}))
}

func TestNoViolationOrWarningRepeatsAValue(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t"
	long := strings.Repeat(secret, 200)
	c := &validate.Command{
		RegionID: "R" + secret, Type: secret, Content: []byte("{{.Field}}" + long), Name: long, Description: long, WorkingDir: long,
		Timeout: -1, EnableParameter: true, Parameters: map[string]string{"key": "\xff" + secret, strings.Repeat("k", 1200): secret, "": secret, "KEY": ""},
		RepeatMode: secret, Username: long, WindowsPasswordName: long, InstanceIDs: []string{secret, "", secret},
		ResourceTags: []validate.Tag{{"http://" + secret, long}}, Tags: []validate.Tag{{long, "http://" + secret}, {"acs:" + secret, ""}, {secret, ""}, {secret, ""}},
		ContainerID: secret, ContainerName: "-" + secret, ClientToken: long + "é", TerminationMode: secret, Launcher: long, OSSOutputDelivery: secret,
	}
	violations := validate.Limits{}.Check(c)
	assert.Greater(t, len(violations), 20)
	err := &errors.ValidationError{Violations: violations}
	for _, text := range []string{fmt.Sprint(violations), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", violations), fmt.Sprint(validate.Limits{}.Warnings(c, time.Time{}))} {
		assert.NotContains(t, text, secret)
		assert.NotContains(t, strings.ToLower(text), secret)
	}
}

func TestCheckIsSafeForConcurrentUseAndChangesNothing(t *testing.T) {
	t.Parallel()
	shared, untouched := everythingWrong(), everythingWrong()
	want := found(validate.Limits{}.Check(shared))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				assert.Equal(t, want, found(validate.Limits{}.Check(shared)))
				validate.Limits{}.Warnings(shared, time.Unix(0, 0))
			}
		})
	}
	wg.Wait()
	assert.Equal(t, untouched, shared)
}
