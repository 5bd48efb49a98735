package runcommand_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// A beganTree records operations and attempts. Each knows the one in whose context it began.
type beganTree struct {
	mu    sync.Mutex
	nodes []*beganNode
}

type beganNode struct {
	path    string // names from the outermost operation to this one
	op      runcommand.Operation
	start   runcommand.AttemptStart
	ended   []runcommand.Ended
	attempt []runcommand.Attempt
}

type beganKey struct{}

func pathOf(ctx context.Context) string {
	path, _ := ctx.Value(beganKey{}).(string)
	return path
}

func (b *beganTree) add(ctx context.Context, name string) (context.Context, *beganNode) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := &beganNode{path: pathOf(ctx) + "/" + name}
	b.nodes = append(b.nodes, n)
	return context.WithValue(ctx, beganKey{}, n.path), n
}

func (b *beganTree) observer() runcommand.Observer {
	return runcommand.Observer{
		Begin: func(ctx context.Context, op runcommand.Operation) (context.Context, func(runcommand.Ended)) {
			ctx, n := b.add(ctx, op.Name)
			n.op = op
			return ctx, func(e runcommand.Ended) { n.ended = append(n.ended, e) }
		},
		BeginAttempt: func(ctx context.Context, a runcommand.AttemptStart) (context.Context, func(runcommand.Attempt)) {
			ctx, n := b.add(ctx, fmt.Sprintf("%s#%d", a.Action, a.Number))
			n.start = a
			return ctx, func(a runcommand.Attempt) { n.attempt = append(n.attempt, a) }
		},
	}
}

func (b *beganTree) paths() []string {
	var paths []string
	for _, n := range b.nodes {
		paths = append(paths, n.path)
	}
	return paths
}

// node returns the only node with the path.
func (b *beganTree) node(tb testing.TB, path string) *beganNode {
	tb.Helper()
	var found []*beganNode
	for _, n := range b.nodes {
		if n.path == path {
			found = append(found, n)
		}
	}
	require.Len(tb, found, 1, "%s in %q", path, b.paths())
	return found[0]
}

func TestAnObserverSeesAnOperationWithItsAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{Takes: 3 * time.Second, ExitCode: map[string]int{"i-2": 1}[x.InstanceID]}
		})
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept})
		var tree beganTree
		var sentIn []string
		client := srv.Client(runcommand.WithObserver(tree.observer()), runcommand.WithRetry(poll.Policy{Jitter: -1}, 0),
			runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				sentIn = append(sentIn, pathOf(r.Context()))
				return srv.Transport().RoundTrip(r)
			})}))
		req, err := runcommand.Shell("true").Instances("i-1", "i-2").Build()
		require.NoError(t, err)
		began := time.Now()
		report, err := client.RunAndWait(t.Context(), req)
		require.ErrorIs(t, err, errors.ErrScript)

		all := tree.node(t, "/RunAndWait")
		assert.Equal(t, runcommand.Operation{Name: "RunAndWait", Region: runcommandtest.Region, Host: "ecs.runcommandtest.invalid", Instances: 2}, all.op)
		assert.Equal(t, []runcommand.Ended{{Err: err, InvocationID: report.InvocationID}}, all.ended)

		run := tree.node(t, "/RunAndWait/Run")
		require.Len(t, run.ended, 1)
		assert.Equal(t, runcommand.Ended{InvocationID: report.InvocationID, Attempts: 2, RequestID: run.ended[0].RequestID}, run.ended[0])
		assert.NotEmpty(t, run.ended[0].RequestID)

		first, second := tree.node(t, "/RunAndWait/Run/RunCommand#1"), tree.node(t, "/RunAndWait/Run/RunCommand#2")
		require.Len(t, first.attempt, 1)
		require.Error(t, first.attempt[0].Err)
		require.Len(t, second.attempt, 1)
		assert.NoError(t, second.attempt[0].Err)
		assert.Equal(t, runcommand.AttemptStart{
			Action: "RunCommand", Region: runcommandtest.Region, Host: "ecs.runcommandtest.invalid", Number: 2, Wait: time.Second,
		}, second.start)
		assert.Equal(t, run.ended[0].RequestID, second.attempt[0].RequestID)

		wait := tree.node(t, "/RunAndWait/Wait")
		assert.Equal(t, report.InvocationID, wait.op.InvocationID)
		require.Len(t, wait.ended, 1)
		assert.Equal(t, runcommand.Ended{
			Err: err, InvocationID: report.InvocationID, Done: 2, Failed: 1, Total: 2, SinceRun: time.Since(began),
			ByStatus: map[runcommand.Status]int{runcommand.StatusSuccess: 1, runcommand.StatusFailed: 1},
		}, wait.ended[0])
		assert.Contains(t, tree.paths(), "/RunAndWait/Wait/DescribeInvocations#1")
		assert.Contains(t, tree.paths(), "/RunAndWait/Wait/DescribeInvocationResults#1")

		var attempts []string
		for _, n := range tree.nodes {
			if n.start.Action != "" {
				attempts = append(attempts, n.path)
			}
		}
		assert.Equal(t, attempts, sentIn, "each HTTP request has the context of its attempt")
	})
}

func TestEachMethodIsOneOperation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		call func(ctx context.Context, client *runcommand.Client, inv *runcommand.Invocation) error
		want runcommand.Ended // without the error, which call returns
	}{
		{"Describe", func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) error {
			_, err := inv.Describe(ctx)
			return err
		}, runcommand.Ended{}},
		{"History", func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) error {
			for _, err := range inv.History(ctx) {
				return err
			}
			return nil
		}, runcommand.Ended{}},
		{"Fetch", func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) error {
			for _, err := range inv.Fetch(ctx, "i-1") {
				return err
			}
			return nil
		}, runcommand.Ended{}},
		{"Stop", func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) error {
			return inv.Stop(ctx, "i-1", "i-9")
		}, runcommand.Ended{}},
		{"Results", func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) error {
			for _, err := range inv.Results(ctx) {
				if err != nil {
					return err
				}
			}
			return nil
		}, runcommand.Ended{Done: 1, Total: 1, ByStatus: map[runcommand.Status]int{runcommand.StatusSuccess: 1}}},
		{"Invocations", func(ctx context.Context, client *runcommand.Client, inv *runcommand.Invocation) error {
			for _, err := range client.Invocations(ctx, runcommand.Filter{InvocationID: inv.ID}) {
				return err
			}
			return nil
		}, runcommand.Ended{}},
		{"Instances", func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) error {
			for _, err := range client.Instances(ctx, runcommand.InstanceFilter{IDs: []string{"i-1"}}) {
				return err
			}
			return nil
		}, runcommand.Ended{}},
		{"AgentStatus", func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) error {
			_, err := client.AgentStatus(ctx, "i-1", "i-9")
			return err
		}, runcommand.Ended{}},
		{"Preflight", func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) error {
			req, err := runcommand.Shell("true").Instances("i-1", "i-9").Build()
			if err != nil {
				return err
			}
			_, err = client.Preflight(ctx, req)
			return err
		}, runcommand.Ended{Done: 1, Failed: 1, Total: 2}},
		{"WaitReady", func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) error {
			_, err := client.WaitReady(ctx, []string{"i-1", "i-9"})
			return err
		}, runcommand.Ended{Done: 1, Failed: 1, Total: 2}},
		{"InstallAgent", func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) error {
			return client.InstallAgent(ctx, "i-1", "i-9")
		}, runcommand.Ended{}},
		{"Run", func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) error {
			_, err := client.Run(ctx, &runcommand.Request{Type: "Perl", InstanceIDs: []string{"i-1"}})
			return err
		}, runcommand.Ended{}},
		{"RunAndWait", func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) error {
			_, err := client.RunAndWait(ctx, nil)
			return err
		}, runcommand.Ended{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, plain := setup(t)
				inv := begin(t, plain, minimal())
				var tree beganTree
				client := srv.Client(runcommand.WithObserver(tree.observer()))
				known := client.Invocation(inv.ID)
				err := c.call(t.Context(), client, known)
				n := tree.node(t, "/"+c.name)
				require.Len(t, n.ended, 1)
				ended := n.ended[0]
				assert.Equal(t, err, ended.Err)
				want := c.want
				want.Err, want.InvocationID = ended.Err, n.op.InvocationID
				assert.Equal(t, want, ended)
				for _, path := range tree.paths() {
					assert.Regexp(t, "^/"+c.name, path)
				}
			})
		})
	}
}

func TestAWaitThatEndsEarlySaysWhatHasFailedSoFar(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {ExitCode: 1}, "i-2": {Takes: time.Hour}})
		var tree beganTree
		inv := begin(t, srv.Client(runcommand.WithObserver(tree.observer())), runcommand.Shell("true").Timeout(2*time.Hour).Instances("i-1", "i-2"))
		_, err := inv.Wait(t.Context(), runcommand.MaxWait(time.Minute))
		n := tree.node(t, "/Wait")
		require.Len(t, n.ended, 1)
		assert.Equal(t, runcommand.Ended{
			Err: err, InvocationID: inv.ID, Done: 1, Failed: 1, Total: 2, SinceRun: time.Minute,
			ByStatus: map[runcommand.Status]int{runcommand.StatusFailed: 1, runcommand.StatusRunning: 1},
		}, n.ended[0])
	})
}

func TestALoopThatTheProgramLeavesEndsItsOperation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		leave func() bool // reports whether to break
		fails bool
	}{
		{"by break", func() bool { return true }, false},
		{"by a panic", func() bool { panic("the body of the loop") }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				var tree beganTree
				inv := begin(t, srv.Client(runcommand.WithObserver(tree.observer())), onThreeInstances())
				func() {
					defer func() { _ = recover() }()
					for range inv.Results(t.Context()) {
						if c.leave() {
							break
						}
					}
				}()
				n := tree.node(t, "/Results")
				require.Len(t, n.ended, 1)
				assert.Equal(t, c.fails, n.ended[0].Err != nil, "%v", n.ended[0].Err)
			})
		})
	}
}

func TestTheQueueOfTheLimiterIsToldFromOtherWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, RetryAfter: 7 * time.Second})
		var tree beganTree
		recorder := newClientRecorder()
		both := runcommand.JoinObservers(tree.observer(), runcommand.Observer{Attempt: func(_ context.Context, a runcommand.Attempt) {
			recorder.seen = append(recorder.seen, a)
		}})
		client := srv.Client(runcommand.WithObserver(both), runcommand.WithRetry(poll.Policy{Jitter: -1}, 0),
			runcommand.WithLimiter("RunCommand", queueLimiter{5 * time.Second}))
		begin(t, client, minimal())
		require.Len(t, recorder.seen, 2)
		for k, want := range []struct{ wait, limiter time.Duration }{{5 * time.Second, 5 * time.Second}, {12 * time.Second, 5 * time.Second}} {
			assert.Equal(t, want.wait, recorder.seen[k].Wait)
			assert.Equal(t, want.limiter, recorder.seen[k].LimiterWait)
			start := tree.node(t, fmt.Sprintf("/Run/RunCommand#%d", k+1)).start
			assert.Equal(t, want.wait, start.Wait)
			assert.Equal(t, want.limiter, start.LimiterWait)
		}
	})
}

// A queueLimiter lets each call wait for the same time.
type queueLimiter struct{ wait time.Duration }

func (l queueLimiter) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(l.wait):
		return nil
	}
}

func TestAPackageCanBeginAnOperation(t *testing.T) {
	t.Parallel()
	srv, plain := setup(t)
	var tree beganTree
	client := srv.Client(runcommand.WithObserver(tree.observer()))
	ctx, end := client.Begin(t.Context(), runcommand.Operation{Name: "fleet.Wave", FleetID: "f-1", Wave: 2, Instances: 3, Host: "of.another.client"})
	_, err := client.AgentStatus(ctx, "i-1")
	require.NoError(t, err)
	end(runcommand.Ended{Done: 3, Total: 3})
	end(runcommand.Ended{Err: errors.ErrUnavailable})

	n := tree.node(t, "/fleet.Wave")
	assert.Equal(t, runcommand.Operation{
		Name: "fleet.Wave", Region: runcommandtest.Region, Host: "ecs.runcommandtest.invalid", FleetID: "f-1", Wave: 2, Instances: 3,
	}, n.op)
	assert.Equal(t, []runcommand.Ended{{Done: 3, Total: 3}}, n.ended, "only the first end counts")
	tree.node(t, "/fleet.Wave/AgentStatus/DescribeCloudAssistantStatus#1")

	for name, client := range map[string]*runcommand.Client{"a client without an observer": plain, "a nil client": nil, "a zero client": {}} {
		got, end := client.Begin(t.Context(), runcommand.Operation{Name: "fleet.Wave"})
		assert.Equal(t, t.Context(), got, name)
		require.NotNil(t, end, name)
		end(runcommand.Ended{})
	}
	got, end := client.Begin(nil, runcommand.Operation{}) //nolint:staticcheck // a nil context is the subject
	assert.Nil(t, got)
	end(runcommand.Ended{})
}
