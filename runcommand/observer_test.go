package runcommand_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// records decodes the log records that a JSON handler has written.
func records(t *testing.T, b *bytes.Buffer) []map[string]any {
	t.Helper()
	var list []map[string]any
	for dec := json.NewDecoder(b); dec.More(); {
		var r map[string]any
		require.NoError(t, dec.Decode(&r))
		list = append(list, r)
	}
	return list
}

func TestALoggerGetsOneRecordAnAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		srv, _ := setup(t)
		srv.Inject(
			runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, RetryAfter: 7 * time.Second},
			runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept},
		)
		client := srv.Client(runcommand.WithRetry(poll.Policy{Jitter: -1}, 0),
			runcommand.WithLogger(slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		inv := begin(t, client, runcommand.Shell("echo").Instances("i-1"))

		list := records(t, &b)
		require.Len(t, list, 3)
		for i, want := range []struct {
			level, msg, code string
			wait             time.Duration
		}{
			{"WARN", "runcommand: attempt failed", "Throttling.User", 0},
			{"WARN", "runcommand: attempt failed", "", 7 * time.Second},
			{"DEBUG", "runcommand: attempt accepted", "", 2 * time.Second},
		} {
			r := list[i]
			assert.Equal(t, want.level, r["level"])
			assert.Equal(t, want.msg, r["msg"])
			assert.Equal(t, "RunCommand", r["action"])
			assert.Equal(t, float64(i+1), r["attempt"])
			assert.Equal(t, float64(want.wait), r["wait"])
			assert.Contains(t, r, "duration")
			if want.code != "" {
				assert.Equal(t, want.code, r["code"])
				assert.NotEmpty(t, r["request_id"])
			} else {
				assert.NotContains(t, r, "code")
			}
			assert.Equal(t, want.level == "WARN", r["error"] != nil)
		}
		assert.Equal(t, inv.RequestID, list[2]["request_id"])
	})
}

func TestWarningsAboutARequestAreLoggedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		srv, _ := setup(t)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Times: 2})
		client := srv.Client(runcommand.WithLogger(slog.New(slog.NewJSONHandler(&b, nil))))
		req, err := runcommand.Shell("echo").Cron("0 0 12 * * ?").Instances("i-1").Build()
		require.NoError(t, err)
		warnings := req.Warnings(time.Now())
		require.NotEmpty(t, warnings, "a clock time without a zone")
		_, err = client.Run(t.Context(), req)
		require.NoError(t, err)
		var logged []string
		for _, r := range records(t, &b) {
			if r["msg"] == "runcommand: request warning" {
				assert.Equal(t, "WARN", r["level"])
				logged = append(logged, r["field"].(string)+": "+r["warning"].(string))
			}
		}
		require.Len(t, logged, len(warnings))
		for i, w := range warnings {
			assert.Equal(t, w.Field+": "+w.Message, logged[i])
		}
	})
}

func TestAnObserverSeesEveryAttemptAndPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		srv.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{Takes: 10 * time.Second}
		})
		recorder := newClientRecorder()
		client := srv.Client(append(recorder.options(), runcommand.WithRetry(poll.Policy{Jitter: -1}, 0))...)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultDelayed, Delay: 3 * time.Second})
		inv := begin(t, client, runcommand.Shell("echo").Instances("i-1"))
		first := recorder.seen[0]
		assert.Equal(t, runcommand.Attempt{Action: "RunCommand", RequestID: inv.RequestID, Number: 1, Duration: 3 * time.Second}, first)
		_, err := inv.Wait(t.Context())
		require.NoError(t, err)
		for _, action := range []string{"DescribeInvocations", "DescribeInvocationResults"} {
			assert.Equal(t, len(srv.Calls(action)), recorder.attempts(action), action)
		}
		assert.NotEmpty(t, recorder.progress)
		assert.Equal(t, 1, recorder.progress[len(recorder.progress)-1].Done)
	})
}
