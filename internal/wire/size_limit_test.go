package wire_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// repeatElement returns n copies of an element, separated by commas.
func repeatElement(element string, n int) string {
	return strings.TrimSuffix(strings.Repeat(element+",", n), ",")
}

func TestWhatAReplyMayHold(t *testing.T) {
	t.Parallel()
	rows := func(elements string) string {
		return `{"RequestId":"R","Invocations":{"Invocation":[` + elements + `]}}`
	}
	instances := func(elements string) string { return rows(`{"InvokeInstances":{"InvokeInstance":[` + elements + `]}}`) }
	tags := func(elements string) string { return rows(`{"Tags":{"Tag":[` + elements + `]}}`) }
	for name, tc := range map[string]struct {
		body string
		much bool
	}{
		"50 invocations of 500 instances and 20 tags": {rows(repeatElement(`{"Tags":{"Tag":[`+repeatElement(`{"TagKey":"k","TagValue":"v"}`, 20)+`]},"InvokeInstances":{"InvokeInstance":[`+repeatElement(`{"InstanceId":"i","ExitCode":0}`, 500)+`]}}`, 50)), false},
		"500 rows":                              {rows(repeatElement("{}", 500)), false},
		"501 rows":                              {rows(repeatElement("{}", 501)), true},
		"501 rows that are null":                {rows(repeatElement("null", 501)), true},
		"501 rows that are text":                {rows(repeatElement(`"x,y"`, 501)), true},
		"501 rows of two lists":                 {rows(repeatElement("{}", 300)) + `,"Novel":[` + repeatElement("{}", 201) + `]`, true},
		"text with all that marks rows":         {rows(`{"CommandName":"` + strings.Repeat(`{},[],\",`, 1000) + `"}`), false},
		"32768 instances":                       {instances(repeatElement("{}", 32768)), false},
		"32769 instances":                       {instances(repeatElement("{}", 32769)), true},
		"32769 instances that are lists":        {instances(repeatElement("[]", 32769)), true},
		"32769 tags":                            {tags(repeatElement("{}", 32769)), true},
		"32 lists and objects in one another":   {`{"RequestId":"R","TotalCount":0,"Novel":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `}`, false},
		"33 lists and objects in one another":   {`{"RequestId":"R","TotalCount":0,"Novel":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `}`, true},
		"more than a million members":           {`{"RequestId":"R","TotalCount":0,` + repeatElement(`"a":1`, 1<<20) + `}`, true},
		"a megabyte that is not UTF-8":          {`{"RequestId":"R","TotalCount":0,"Novel":"` + strings.Repeat("\xff", 1<<20) + `"}`, true},
		"half a megabyte that is not UTF-8":     {`{"RequestId":"R","TotalCount":0,"Novel":"` + strings.Repeat("\xff", 1<<19) + `"}`, false},
		"two megabytes of another alphabet":     {`{"RequestId":"R","TotalCount":0,"Novel":"` + strings.Repeat("界", 1<<20) + `"}`, false},
		"brackets that close what was not open": {"]]]}}}", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := wire.Decode([]byte(tc.body), &wire.DescribeInvocationsReply{})
			if tc.much {
				assert.ErrorIs(t, err, wire.ErrTooMuch)
			} else {
				assert.NotErrorIs(t, err, wire.ErrTooMuch)
			}
		})
	}
}

func TestTheRowsOfInstancesAreAllThere(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		list string
		want int
	}{
		"none": {`{}`, 0}, "null": {`null`, 0}, "an empty list": {`{"InvokeInstance":[]}`, 0}, "text": {`"none"`, 0},
		"three":                   {`{"InvokeInstance":[{"InstanceId":"i"},null,"odd"]}`, 3},
		"small letters":           {`{"invokeInstance":[{"instanceId":"i"}]}`, 1},
		"beside a list of theirs": {`{"Novel":[1,2,3,[4]],"InvokeInstance":[{"InstanceId":"i"}]}`, 1},
		"many":                    {`{"InvokeInstance":[` + repeatElement(`{"InstanceId":"i"}`, 2000) + `]}`, 2000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r wire.DescribeInvocationsReply
			require.NoError(t, wire.Decode([]byte(`{"RequestId":"R","Invocations":{"Invocation":[{"InvokeId":"t-1","InvokeInstances":`+tc.list+`,"Timeout":7}]}}`), &r))
			require.Len(t, r.Rows(), 1)
			assert.Len(t, r.Rows()[0].Instances(), tc.want)
			assert.EqualValues(t, 7, r.Rows()[0].Timeout, "what follows is read")
		})
	}
}

func TestRefusalsAreBoundedToo(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"many values":          `{"RequestId":"R","Code":"Throttling","Novel":[` + repeatElement("{}", 501) + `]}`,
		"deep values":          `{"RequestId":"R","Code":"Throttling","Novel":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`,
		"a long text in XML":   `<Error><RequestId>R</RequestId><Code>Throttling</Code><Message>` + strings.Repeat("x", 64<<10) + `</Message></Error>`,
		"many elements in XML": `<Error>` + strings.Repeat("<a/>", 20_000) + `<RequestId>R</RequestId><Code>Throttling</Code></Error>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, ok := wire.DecodeError([]byte(body))
			assert.False(t, ok)
		})
	}
	_, ok := wire.DecodeError([]byte(`{"RequestId":"R","Code":"Throttling","Message":"` + strings.Repeat("x", 15<<20) + `"}`))
	assert.True(t, ok, "a long message is a message")
}

func TestWordsForSuccess(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"OK": true, "ok": true, "Success": true, "SUCCESS": true, "0": true, "200": true, " 200 ": true, "true": true,
		"": false, "Throttling": false, "403": false, "NotOK": false, "Successor": false,
	} {
		assert.Equal(t, want, wire.IsSuccess(code), code)
	}
}
