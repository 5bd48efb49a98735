package runcommand_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestOutputBecomesReadableText(t *testing.T) {
	t.Parallel()
	gb := func(s string) []byte {
		out, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
		require.NoError(t, err)
		return out
	}
	chinese := strings.Repeat("磁盘空间", 20)
	for _, c := range []struct {
		name    string
		output  []byte
		dropped int
		want    string
	}{
		{"none", nil, 0, ""},
		{"ASCII", []byte("ok\n"), 0, "ok\n"},
		{"UTF-8", []byte("磁盘 🙂"), 0, "磁盘 🙂"},
		{"GB18030, as Chinese Windows writes", gb("拒绝访问。\r\n"), 0, "拒绝访问。\r\n"},
		{"GB18030 with ASCII around it", gb("Volume 卷 C"), 0, "Volume 卷 C"},
		{"UTF-8 cut within a character at the beginning", []byte(chinese)[1:], 9, "��" + chinese[3:]},
		{"UTF-8 cut within a character at the end", []byte(chinese)[:len(chinese)-1], 9, chinese[:len(chinese)-3] + "�"},
		{"neither", []byte{'a', 0xff, 0xff, 'b'}, 0, "a�b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := runcommand.Result{Output: c.output, Dropped: c.dropped}
			assert.Equal(t, strings.ReplaceAll(c.want, "��", "�"), strings.ReplaceAll(r.Text(), "��", "�"))
		})
	}
}

func TestAResultsErrorTellsHowItEnded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		result runcommand.Result
		is     error
	}{
		{"a non-zero exit code", runcommand.Result{Status: runcommand.StatusFailed, ExitCode: 3, ErrorCode: errors.ExitCodeNonzero}, errors.ErrScript},
		{"a timeout", runcommand.Result{Status: runcommand.StatusTimeout, ErrorCode: errors.ExecutionTimeout}, errors.ErrTimeout},
		{"a stop before the start", runcommand.Result{Status: runcommand.StatusCancelled}, errors.ErrStopped},
		{"a stop while running", runcommand.Result{Status: runcommand.StatusTerminated}, errors.ErrStopped},
		{"an agent offline", runcommand.Result{Status: runcommand.StatusAborted, ErrorCode: errors.ClientNotOnline}, errors.ErrUnavailable},
		{"a missing directory", runcommand.Result{Status: runcommand.StatusInvalid, ErrorCode: errors.DirectoryNotExists}, errors.DirectoryNotExists},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.ErrorIs(t, c.result.Err(), c.is)
		})
	}
	assert.NoError(t, runcommand.Result{Status: runcommand.StatusSuccess}.Err())
	assert.ErrorContains(t, runcommand.Result{Status: runcommand.StatusRunning}.Err(), string(runcommand.StatusRunning), "what has not ended has not succeeded")
}

// DescribeInvocations and DescribeInvocationResults give the same Result for the same row,
// even when the row leaves fields out.
func TestBothOperationsTellTheSameOutcome(t *testing.T) {
	t.Parallel()
	at := func(second int) time.Time { return time.Date(2026, 1, 2, 3, 4, second, 0, time.UTC) }
	const whole = `"StartTime":"2026-01-02T03:04:05Z","StopTime":"2026-01-02T03:04:07Z","ExitCode":"3","Repeats":2,"Output":"aGk=","Dropped":9,` +
		`"ErrorCode":"ExitCodeNonzero","ErrorInfo":"no","OssOutputStatus":"Failed","OssOutputUri":"u","OssOutputErrorCode":"c","OssOutputErrorInfo":"i"`
	failed := runcommand.Result{
		InvocationID: "t-1", InstanceID: "i-1", Status: runcommand.StatusFailed, ExitCode: 3, Exited: true, Output: []byte("hi"), Dropped: 9,
		ErrorCode: errors.ExitCodeNonzero, ErrorInfo: "no", Repeats: 2, Started: at(5), Finished: at(6), Stopped: at(7),
		OSS: runcommand.OSSOutput{Status: "Failed", URI: "u", ErrorCode: "c", ErrorInfo: "i"},
	}
	pending := runcommand.Result{InvocationID: "t-1", InstanceID: "i-1", Status: runcommand.StatusPending, Output: []byte{}}
	for name, c := range map[string]struct {
		row  string
		want runcommand.Result
	}{
		"the names of DescribeInvocations":        {`{"InstanceId":"i-1","InstanceInvokeStatus":"Finished","FinishTime":"2026-01-02T03:04:06Z",` + whole + `}`, failed},
		"the names of DescribeInvocationResults":  {`{"InstanceId":"i-1","InvokeRecordStatus":"Finished","FinishedTime":"2026-01-02T03:04:06Z",` + whole + `}`, failed},
		"no legacy status":                        {`{"InstanceId":"i-1","InvocationStatus":"Failed","FinishedTime":"2026-01-02T03:04:06Z",` + whole + `}`, failed},
		"nothing but a state":                     {`{"InstanceId":"i-1","InvocationStatus":"Pending"}`, pending},
		"an empty output":                         {`{"InstanceId":"i-1","InvocationStatus":"Pending","Output":""}`, pending},
		"an output that is null, and other types": {`{"InstanceId":"i-1","InvocationStatus":"Pending","Output":null,"ErrorCode":1,"StartTime":[],"Repeats":{}}`, pending},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newScript(func(r *http.Request) (*http.Response, error) {
				page := `{"RequestId":"R","Invocations":{"Invocation":[{"InvokeId":"t-1","RepeatMode":"Once","InvokeInstances":{"InvokeInstance":[%s]}}]}}`
				if r.Header.Get("X-Acs-Action") == outputs {
					page = `{"RequestId":"R","Invocation":{"InvocationResults":{"InvocationResult":[%s]}}}`
				}
				return jsonReply(http.StatusOK, fmt.Sprintf(page, c.row))(r)
			}).client(t)
			s, err := client.Invocation("t-1").Describe(t.Context())
			require.NoError(t, err)
			assert.Equal(t, []runcommand.Result{c.want}, s.Instances)
			for r, err := range client.Invocation("t-1").History(t.Context()) {
				require.NoError(t, err)
				assert.Equal(t, c.want, r)
			}
		})
	}
}

func TestDurationIsThatOfTheScript(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	assert.Equal(t, 90*time.Second, runcommand.Result{Started: start, Finished: start.Add(90 * time.Second)}.Duration())
	assert.Zero(t, runcommand.Result{Started: start}.Duration())
	assert.Zero(t, runcommand.Result{Finished: start}.Duration())
	assert.Zero(t, runcommand.Result{Started: start, Finished: start.Add(-time.Second)}.Duration())
}

func TestAReportAnswersForEachInstance(t *testing.T) {
	t.Parallel()
	r := &runcommand.Report{InvocationID: "t-1", Status: runcommand.StatusPartialFailed, Complete: true, Results: []runcommand.Result{
		{InstanceID: "i-1", Status: runcommand.StatusSuccess},
		{InstanceID: "i-2", Status: runcommand.StatusFailed, ExitCode: 3, ErrorCode: errors.ExitCodeNonzero},
	}}
	got, ok := r.Result("i-2")
	assert.True(t, ok)
	assert.Equal(t, 3, got.ExitCode)
	_, ok = r.Result("i-3")
	assert.False(t, ok)
	assert.Len(t, r.Failed(), 1)
	e, ok := errors.AsType[*errors.InvocationError](r.Err())
	require.True(t, ok)
	assert.Equal(t, 2, e.Total)
	assert.Len(t, e.Failed, 1)
	assert.ErrorIs(t, r.Err(), errors.ErrScript)
	assert.NoError(t, (&runcommand.Report{Complete: true, Results: r.Results[:1]}).Err())
	e, ok = errors.AsType[*errors.InvocationError]((&runcommand.Report{Complete: false, Results: r.Results[:1]}).Err())
	require.True(t, ok, "an incomplete report is no success")
	assert.Empty(t, e.Failed)

	var none *runcommand.Report
	assert.ErrorIs(t, none.Err(), errors.ErrInvalidArgument)
	assert.Nil(t, none.Failed())
	_, ok = none.Result("i-1")
	assert.False(t, ok)
}

func TestOnlyKnownEndsAreTerminal(t *testing.T) {
	t.Parallel()
	for s, terminal := range map[runcommand.Status]bool{
		runcommand.StatusPending: false, runcommand.StatusScheduled: false, runcommand.StatusRunning: false,
		runcommand.StatusStopping: false, "": false, "Brand-new": false,
		runcommand.StatusSuccess: true, runcommand.StatusFailed: true, runcommand.StatusPartialFailed: true,
		runcommand.StatusError: true, runcommand.StatusTimeout: true, runcommand.StatusInvalid: true,
		runcommand.StatusAborted: true, runcommand.StatusCancelled: true, runcommand.StatusTerminated: true,
		runcommand.StatusStopped: true,
	} {
		assert.Equal(t, terminal, s.Terminal(), s)
	}
}

// A failure after the script has begun is not retryable, whatever its code says: the command would run twice.
func TestOnlyACommandThatNeverBeganIsRetryable(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		result runcommand.Result
		retry  bool
		hasRun bool
	}{
		{"the agent was offline", runcommand.Result{Status: runcommand.StatusAborted, ErrorCode: errors.ClientNotOnline}, true, false},
		{"the agent went offline during the run", runcommand.Result{Status: runcommand.StatusAborted, ErrorCode: errors.ClientNotOnline, Started: began}, false, true},
		{"the instance was restarted during the run", runcommand.Result{Status: runcommand.StatusError, ErrorCode: errors.InstanceRestarted, Started: began}, false, true},
		{"the run was interrupted", runcommand.Result{Status: runcommand.StatusError, ErrorCode: errors.ExecutionInterrupted, Started: began}, false, true},
		{"the agent could not begin", runcommand.Result{Status: runcommand.StatusError, ErrorCode: errors.ExecutionException}, true, false},
		{"the script failed", runcommand.Result{Status: runcommand.StatusFailed, ErrorCode: errors.ExitCodeNonzero, ExitCode: 1, Exited: true, Started: began}, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := c.result.Err()
			assert.Equal(t, c.retry, errors.Retryable(err))
			failure, ok := errors.AsType[*errors.InstanceError](err)
			require.True(t, ok)
			assert.Equal(t, c.hasRun, failure.Began)
		})
	}
}
