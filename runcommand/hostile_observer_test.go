package runcommand_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

type panickyValues struct{ context.Context }

func (panickyValues) Value(any) any { blowUp(); return nil }

// panickyObservers are observers that do something wrong when an operation or attempt begins
// or ends.
var panickyObservers = []struct {
	name  string
	begin func(ctx context.Context) (context.Context, func())
	logs  bool
}{
	{"returns nothing", func(context.Context) (context.Context, func()) { return nil, nil }, false},
	{"returns a nil pointer as a context", func(context.Context) (context.Context, func()) { return (*panickyContext)(nil), nil }, false},
	{"panics", func(context.Context) (context.Context, func()) { blowUp(); return nil, nil }, true},
	{"panics at the end", func(ctx context.Context) (context.Context, func()) { return ctx, blowUp }, true},
	{"returns a context that panics", func(ctx context.Context) (context.Context, func()) { return panickyValues{ctx}, nil }, true},
	{"returns a context that has ended", func(ctx context.Context) (context.Context, func()) {
		ended, cancel := context.WithCancel(ctx)
		cancel()
		return ended, nil
	}, false},
	{"returns a context with a deadline", func(ctx context.Context) (context.Context, func()) {
		short, cancel := context.WithTimeout(ctx, time.Millisecond)
		return short, cancel
	}, false},
}

func TestAWrongObserverChangesNoOperation(t *testing.T) {
	t.Parallel()
	for _, c := range panickyObservers {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				srv.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
					return runcommandtest.Outcome{Takes: 10 * time.Second}
				})
				srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept})
				var log bytes.Buffer
				lost := 0 // requests in whose context the program's value is missing
				client := srv.Client(
					runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
						if pathOf(r.Context()) != "program" {
							lost++
						}
						return srv.Transport().RoundTrip(r)
					})}),
					runcommand.WithLogger(slog.New(slog.NewJSONHandler(&log, nil))),
					runcommand.WithObserver(runcommand.Observer{
						Begin: func(ctx context.Context, _ runcommand.Operation) (context.Context, func(runcommand.Ended)) {
							ctx, end := c.begin(ctx)
							if end == nil {
								return ctx, nil
							}
							return ctx, func(runcommand.Ended) { end() }
						},
						BeginAttempt: func(ctx context.Context, _ runcommand.AttemptStart) (context.Context, func(runcommand.Attempt)) {
							ctx, end := c.begin(ctx)
							if end == nil {
								return ctx, nil
							}
							return ctx, func(runcommand.Attempt) { end() }
						},
					}))
				req, err := minimal().Build()
				require.NoError(t, err)
				report, err := client.RunAndWait(context.WithValue(t.Context(), beganKey{}, "program"), req)
				require.NoError(t, err)
				assert.True(t, report.Complete)
				assert.Zero(t, lost)
				assert.Equal(t, 1, srv.Executions("i-1"))
				assertNoMarker(t, log.String())
				assert.Equal(t, c.logs, bytes.Contains(log.Bytes(), []byte("a function of the program panicked")), log.String())
			})
		})
	}
}

func TestAnObserverCannotHideTheEndOfTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		srv.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{Takes: time.Hour}
		})
		client := srv.Client(runcommand.WithObserver(runcommand.Observer{
			Begin: func(context.Context, runcommand.Operation) (context.Context, func(runcommand.Ended)) {
				return context.Background(), nil //nolint:usetesting // a context that never ends is the subject
			},
			BeginAttempt: func(context.Context, runcommand.AttemptStart) (context.Context, func(runcommand.Attempt)) {
				return context.Background(), nil //nolint:usetesting // the same
			},
		}))
		inv := begin(t, client, minimal())
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		_, err := inv.Wait(ctx)
		requireWaitError(t, err)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Minute, time.Since(began))
	})
}

func TestJoinedObserversDoNotDisturbEachOther(t *testing.T) {
	t.Parallel()
	for _, c := range panickyObservers {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				var before, after beganTree
				var order []string
				wrong := runcommand.Observer{
					Begin: func(ctx context.Context, _ runcommand.Operation) (context.Context, func(runcommand.Ended)) {
						ctx, _ = c.begin(ctx)
						return ctx, func(runcommand.Ended) { order = append(order, "wrong"); blowUp() }
					},
					Attempt: func(context.Context, runcommand.Attempt) { blowUp() },
					Poll:    func(context.Context, runcommand.Progress) { blowUp() },
				}
				counts := map[string]int{}
				counting := runcommand.Observer{
					Begin: func(context.Context, runcommand.Operation) (context.Context, func(runcommand.Ended)) {
						return nil, func(runcommand.Ended) { order = append(order, "counting") }
					},
					Attempt: func(context.Context, runcommand.Attempt) { counts["attempts"]++ },
					Poll:    func(context.Context, runcommand.Progress) { counts["polls"]++ },
				}
				client := srv.Client(runcommand.WithObserver(runcommand.JoinObservers(
					before.observer(), wrong, runcommand.JoinObservers(runcommand.Observer{}, counting, after.observer()))))
				_, err := begin(t, client, minimal()).Wait(t.Context())
				require.NoError(t, err)
				for _, tree := range []*beganTree{&before, &after} {
					for _, n := range tree.nodes {
						assert.Equal(t, 1, len(n.ended)+len(n.attempt), "%s", n.path)
					}
				}
				assert.NotEmpty(t, before.nodes)
				assert.Len(t, after.nodes, len(before.nodes))
				assert.Equal(t, len(srv.Calls("")), counts["attempts"])
				assert.Positive(t, counts["polls"])
				assert.Equal(t, "counting", order[0], "the observer that began last ends first")
			})
		})
	}
}

func TestAJoinOfNothingHasNoFunctions(t *testing.T) {
	t.Parallel()
	o := runcommand.JoinObservers(runcommand.Observer{}, runcommand.JoinObservers())
	assert.Nil(t, o.Begin)
	assert.Nil(t, o.BeginAttempt)
	assert.Nil(t, o.Attempt)
	assert.Nil(t, o.Poll)
}
