package fleet_test

import (
	"bytes"
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// slowTransport delays each call, so that a cancellation can come during a call.
type slowTransport struct{ next http.RoundTripper }

func (s slowTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	timer := time.NewTimer(300 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	return s.next.RoundTrip(r)
}

// slowJournal takes time for each entry.
type slowJournal struct{ keptJournal }

func (j *slowJournal) Append(ctx context.Context, n int64, entry []byte) error {
	<-time.After(10 * time.Millisecond)
	return j.keptJournal.Append(ctx, n, entry)
}

// cancelScene returns a fleet that does everything that takes time: readiness checks, a
// limiter, slow calls, polls, outputs, a pause and an approval.
func cancelScene(t *testing.T) (*runcommandtest.Server, *runcommand.Client, fleet.Plan, []fleet.Option) {
	t.Helper()
	s, ids := fleetServer(t, 18, 8*time.Second, runcommandtest.WithPendingFaults())
	s.Inject(
		runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept, Action: "RunCommand"},
		runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: "RunCommand", RetryAfter: 2 * time.Second},
		runcommandtest.Fault{Kind: runcommandtest.FaultBadGateway, Action: "DescribeInvocations"},
	)
	client := s.Client(
		runcommand.WithHTTPClient(&http.Client{Transport: slowTransport{s.Transport()}}),
		runcommand.WithLimits(validate.Limits{Instances: 3}),
		runcommand.WithLimiter("RunCommand", poll.NewAdaptive(1, 2*time.Second)),
		runcommand.WithRetry(poll.Policy{Jitter: -1}, 3),
	)
	approve := fleet.WithApproval(func(ctx context.Context, _ fleet.Wave) error {
		select {
		case <-time.After(4 * time.Second):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	return s, client, fleet.Plan{
		Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(6), fleet.Percent(100)},
		MaxFailures: fleet.NoLimit(), Pause: 3 * time.Second, SkipUnready: true,
	}, []fleet.Option{approve}
}

// TestAFleetIsCancelledAtAnyMoment proves P3 of internal/DESIGN.md for new and resumed
// fleets. A fleet that was cancelled can be resumed, and runs nothing twice.
func TestAFleetIsCancelledAtAnyMoment(t *testing.T) {
	t.Parallel()
	const grace = 6 * time.Second
	for name, c := range map[string]struct {
		resumed, stop bool
	}{
		"a new fleet":                         {},
		"a resumed fleet":                     {resumed: true},
		"a new fleet that stops commands":     {stop: true},
		"a resumed fleet that stops commands": {resumed: true, stop: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var longest time.Duration
			points := 0
			step := 970 * time.Millisecond
			if c.resumed {
				step *= 2 // a resumed fleet sends nothing for a minute
			}
			for after := time.Duration(0); points < 40; after += step {
				points++
				synctest.Test(t, func(t *testing.T) {
					s, client, plan, opts := cancelScene(t)
					j := &slowJournal{}
					f, err := fleet.New(client, plan, append(opts, fleet.WithJournal(j))...)
					require.NoError(t, err)
					if c.resumed {
						runFor(t, f, 5*time.Second)
						f, err = fleet.Resume(client, j, opts...)
						require.NoError(t, err)
					}
					allowed := 50 * time.Millisecond
					if c.stop {
						allowed += grace
						if c.resumed {
							f, err = fleet.Resume(client, j, append(opts, fleet.StopOnCancel(grace))...)
						} else {
							f, err = fleet.New(client, plan, append(opts, fleet.WithJournal(j), fleet.StopOnCancel(grace))...)
						}
						require.NoError(t, err)
					}
					report, took, err := runFor(t, f, after)
					late := took - after
					longest = max(longest, late)
					require.LessOrEqual(t, late, allowed, "cancelled after %v", after)
					requireWhole(t, report, plan.Instances)
					var halt *fleet.HaltError
					if err != nil && report.Halted {
						require.ErrorAs(t, err, &halt)
						require.ErrorIs(t, err, context.Canceled)
					}
					if c.stop {
						for _, inv := range s.Invocations() {
							assert.NotContains(t, []string{"Running", "Pending", "Scheduled"}, string(inv.Status), "cancelled after %v: %v", after, err)
						}
					}
					calls := len(s.Calls(""))
					synctest.Wait()
					<-time.After(time.Minute)
					require.Len(t, s.Calls(""), calls, "nothing happens after Run has returned")

					f, err = fleet.Resume(client, j, opts...)
					require.NoError(t, err)
					report, err = f.Run(t.Context())
					require.False(t, report.Halted, "%v", err)
					requireWhole(t, report, plan.Instances)
					require.Empty(t, report.NotSent)
					require.Empty(t, report.Unknown)
					require.Equal(t, len(plan.Instances), requireOnce(t, s, plan.Instances))
				})
			}
			t.Logf("P3: back within %v at %d cancel points", longest, points)
		})
	}
}

// runFor runs a fleet and cancels its context after a while.
func runFor(t *testing.T, f *fleet.Fleet, after time.Duration) (report *fleet.Report, took time.Duration, err error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	defer time.AfterFunc(after, cancel).Stop()
	began := time.Now()
	report, err = f.Run(ctx)
	return report, time.Since(began), err
}

// A slowStopJournal takes 3 seconds for each entry of type stop.
type slowStopJournal struct{ keptJournal }

func (j *slowStopJournal) Append(ctx context.Context, n int64, entry []byte) error {
	if bytes.Contains(entry, []byte(`"type":"stop"`)) {
		<-time.After(3 * time.Second)
	}
	return j.keptJournal.Append(ctx, n, entry)
}

func TestTheGraceEndsAlsoWhenTheJournalIsSlow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 2000, time.Hour)
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids},
			fleet.WithJournal(&slowStopJournal{}), fleet.StopOnCancel(10*time.Second))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		_, err = f.Run(ctx)
		assert.LessOrEqual(t, time.Since(began), time.Minute+13*time.Second, "grace, and one entry")
		assert.ErrorContains(t, err, "the grace was too short for 17 more, which go on")
	})
}
