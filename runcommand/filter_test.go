package runcommand_test

import (
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// filterTransport counts requests and answers each with an empty list.
type filterTransport struct{ requests []*http.Request }

func (f *filterTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	f.requests = append(f.requests, req)
	const emptyList = `{"RequestId":"R-1","TotalCount":0,"Invocations":{"Invocation":[]}}`
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(emptyList))}, nil
}

// filterError asks the client for the invocations with the given status. It returns the
// error, and the number of requests that were sent.
func filterError(t *testing.T, status runcommand.Status) (requests int, err error) {
	t.Helper()
	transport := &filterTransport{}
	client, err := runcommand.NewClient("cn-hangzhou",
		runcommand.WithStaticCredential("id", "secret", ""),
		runcommand.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	calls := 0
	for summary, failed := range client.Invocations(t.Context(), runcommand.Filter{Status: status}) {
		calls++
		assert.Nil(t, summary)
		err = failed
	}
	assert.LessOrEqual(t, calls, 1)
	return len(transport.requests), err
}

func TestAFilterTakesTheStatusesThatTheServiceFiltersBy(t *testing.T) {
	t.Parallel()
	for _, status := range []runcommand.Status{
		"", "Pending", "Scheduled", "Running", "Stopping", "Success", "Failed", "PartialFailed", "Stopped", "Finished",
	} {
		t.Run("status "+string(status), func(t *testing.T) {
			t.Parallel()
			requests, err := filterError(t, status)
			require.NoError(t, err)
			assert.Equal(t, 1, requests)
		})
	}
}

func TestAFilterWithAnotherStatusSendsNothing(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]runcommand.Status{
		"a word that is no status":       "Done",
		"another letter case":            "running",
		"a blank around it":              "Running ",
		"a blank alone":                  " ",
		"two statuses":                   "Running,Failed",
		"a status of one instance":       runcommand.StatusTimeout,
		"another status of one instance": runcommand.StatusCancelled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests, err := filterError(t, status)
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			assert.ErrorContains(t, err, "Filter: Status")
			assert.ErrorContains(t, err, "PartialFailed", "the error lists the allowed statuses")
			assert.Zero(t, requests)
		})
	}
}

func TestAFilterByStatusLeavesOutRowsWithAnotherStatus(t *testing.T) {
	t.Parallel()
	// The service may return rows that do not match the filter.
	const rows = `[
		{"InvokeId":"t-ok","InvocationStatus":"Success","InvokeStatus":"Finished"},
		{"InvokeId":"t-bad","InvocationStatus":"Failed","InvokeStatus":"Finished"},
		{"InvokeId":"t-part","InvocationStatus":"PartialFailed","InvokeStatus":"PartialFailed"},
		{"InvokeId":"t-wait","InvocationStatus":"Scheduled","InvokeStatus":"Running"},
		{"InvokeId":"t-stop","InvocationStatus":"Stopped","InvokeStatus":"Stopped"},
		{"InvokeId":"t-old","InvokeStatus":"Running"},
		{"InvokeId":"t-none"}]`
	for status, want := range map[runcommand.Status][]string{
		"":              {"t-ok", "t-bad", "t-part", "t-wait", "t-stop", "t-old", "t-none"},
		"Success":       {"t-ok", "t-none"},
		"Finished":      {"t-ok", "t-bad", "t-none"},
		"Failed":        {"t-bad", "t-none"},
		"PartialFailed": {"t-part", "t-none"},
		"Scheduled":     {"t-wait", "t-none"},
		"Running":       {"t-wait", "t-old", "t-none"},
		"Stopped":       {"t-stop", "t-none"},
		"Stopping":      {"t-none"},
		"Pending":       {"t-none"},
	} {
		for _, instance := range []string{"", "i-1"} {
			t.Run("status "+string(status)+" on instance "+instance, func(t *testing.T) {
				t.Parallel()
				srv := runcommandtest.Start(t)
				srv.Control("DescribeInvocations", func(runcommandtest.Call) runcommandtest.Verdict {
					return runcommandtest.Answer(http.StatusOK, `{"RequestId":"R-1","Invocations":{"Invocation":`+rows+`}}`)
				})
				var ids []string
				for s, err := range srv.Client().Invocations(t.Context(), runcommand.Filter{Status: status, InstanceID: instance}) {
					require.NoError(t, err)
					ids = append(ids, s.InvocationID)
				}
				assert.Equal(t, want, ids)
			})
		}
	}
}

// TestAnInvocationOptionCannotChangeAnInvocation checks the parameter type of an option. If
// an option took an *Invocation, a program could call the option with any invocation and
// change that invocation.
func TestAnInvocationOptionCannotChangeAnInvocation(t *testing.T) {
	t.Parallel()
	option := reflect.TypeFor[runcommand.InvocationOption]()
	require.Equal(t, 1, option.NumIn())
	assert.NotEqual(t, reflect.TypeFor[*runcommand.Invocation](), option.In(0))
}

func TestBothDefaultsOfAttemptsAreTheSame(t *testing.T) {
	t.Parallel()
	assert.Equal(t, poll.DefaultAttempts, runcommand.DefaultAttempts)
}
