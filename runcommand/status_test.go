package runcommand_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// When the service gives no overall status, the client computes it from the states of the
// instances, by the rule of the ECS API reference.
func TestTheOverallStatusFollowsTheRule(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want      runcommand.Status
		instances []runcommand.Status
	}{
		{"Pending", nil},
		{"Pending", []runcommand.Status{"Success", "Stopping", "Running", "Scheduled", "Pending"}},
		{"Scheduled", []runcommand.Status{"Failed", "Stopping", "Running", "Scheduled"}},
		{"Running", []runcommand.Status{"Success", "Stopping", "Running"}},
		{"Stopping", []runcommand.Status{"Success", "Stopping"}},
		{"Hibernating", []runcommand.Status{"Success", "Hibernating", "Failed"}},
		{"Running", []runcommand.Status{"Hibernating", "Running"}},
		{"Stopped", []runcommand.Status{"Cancelled", "Terminated", "Stopped"}},
		{"Success", []runcommand.Status{"Success", "Success"}},
		{"Success", []runcommand.Status{"Success", "Terminated"}},
		{"Failed", []runcommand.Status{"Failed", "Error", "Timeout", "Invalid", "Aborted"}},
		{"Failed", []runcommand.Status{"Timeout", "Cancelled"}},
		{"PartialFailed", []runcommand.Status{"Success", "Aborted"}},
		{"PartialFailed", []runcommand.Status{"Success", "Invalid", "Stopped"}},
	} {
		t.Run(fmt.Sprint(c.instances), func(t *testing.T) {
			t.Parallel()
			srv, client := setup(t)
			var instances []string
			for _, s := range c.instances {
				instances = append(instances, fmt.Sprintf(`"InvocationStatus":%q`, s))
			}
			serveInvocation(srv, `"CommandId":"c-1"`, instances...)
			s, err := client.Invocation("t-1").Describe(t.Context())
			require.NoError(t, err)
			assert.Equal(t, c.want, s.Status)
			assert.Len(t, s.Instances, len(c.instances))
		})
	}
}

// The reply of the service may lack the field InvocationStatus and have only the older
// field with the legacy states.
func TestLegacyStatusesAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		legacy string
		exit   int
		want   runcommand.Status
	}{
		{"Running", 0, "Running"},
		{"Stopping", 0, "Stopping"},
		{"Finished", 0, "Success"},
		{"Finished", 3, "Failed"},
		{"Failed", 0, "Failed"},
		{"Stopped", 0, "Stopped"},
		{"PartialFailed", 0, "PartialFailed"},
		{"Brand-new", 0, "Brand-new"},
	} {
		srv, client := setup(t)
		serveInvocation(srv, `"CommandId":"c-1"`, fmt.Sprintf(`"InstanceInvokeStatus":%q,"ExitCode":%d`, c.legacy, c.exit))
		s, err := client.Invocation("t-1").Describe(t.Context())
		require.NoError(t, err)
		assert.Equal(t, c.want, s.Instances[0].Status, "%s with exit code %d", c.legacy, c.exit)
	}
}

// When tags choose the instances, the list of instances may still grow. Only the overall
// status says that no further instance will appear.
func TestAWaitForUnknownInstancesEndsWithTheOverallStatus(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		whole string
		ends  bool
	}{
		"the whole has ended":         {`"InvocationStatus":"Success"`, true},
		"the whole goes on":           {`"InvocationStatus":"Running"`, false},
		"the whole is in a new state": {`"InvocationStatus":"Hibernating"`, false},
		"the whole has no state":      {`"CommandId":"c-1"`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				serveInvocation(srv, c.whole, `"InvocationStatus":"Success"`)
				srv.Control(outputs, func(runcommandtest.Call) runcommandtest.Verdict {
					return runcommandtest.Answer(http.StatusOK, `{"RequestId":"R","Invocation":{"InvocationResults":{"InvocationResult":[
						{"InvokeId":"t-1","InstanceId":"i-0","InvocationStatus":"Success","Output":"b2s="},
						{"InvokeId":"t-1","InstanceId":"i-stranger","InvocationStatus":"Success","Output":"b2s="}]}}}`)
				})
				report, err := client.Invocation("t-1").Wait(t.Context(), runcommand.MaxWait(time.Hour))
				assert.Equal(t, c.ends, err == nil)
				assert.Equal(t, c.ends, report.Complete)
				require.Len(t, report.Results, 1, "a result of an instance that is no target is none")
				assert.Equal(t, "ok", report.Results[0].Text())
			})
		})
	}
}

func TestOnlyAScriptThatBeganCanHaveExited(t *testing.T) {
	t.Parallel()
	srv, client := setup(t)
	const began = `"StartTime":"2026-01-02T03:04:05Z"`
	serveInvocation(srv, `"CommandId":"c-1"`,
		`"InvocationStatus":"Success",`+began,
		`"InvocationStatus":"Failed",`+began,
		`"InvocationStatus":"Failed","StartTime":""`,
		`"InvocationStatus":"Timeout",`+began,
		`"InvocationStatus":"Running",`+began)
	s, err := client.Invocation("t-1").Describe(t.Context())
	require.NoError(t, err)
	for k, exited := range []bool{true, true, false, false, false} {
		assert.Equal(t, exited, s.Instances[k].Exited, "instance %d", k)
	}
}
