package runcommand_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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

// runCounts counts, over all seeds, how many Runs ended in which way.
type runCounts struct {
	runs, attempts, accepted, refused, neverSent, unknown, executedUnknown, reconciled, doubled atomic.Int64
}

// TestARunIsExecutedAtMostOnce proves P1 and P2 of internal/DESIGN.md. For each seed it
// makes one Run through random faults, with a random number of attempts and with random
// deadlines and cancellations.
func TestARunIsExecutedAtMostOnce(t *testing.T) {
	t.Parallel()
	const lanes = 4
	all := soakSeeds(t, 10_000, 1_000)
	var sum runCounts
	t.Run("runs", func(t *testing.T) {
		for lane := range lanes {
			t.Run(strconv.Itoa(lane), func(t *testing.T) {
				t.Parallel()
				for i := lane; i < len(all) && !t.Failed(); i += lanes {
					synctest.Test(t, func(t *testing.T) { faultRun(t, all[i], &sum) })
				}
			})
		}
	})
	assert.Zero(t, sum.doubled.Load())
	t.Logf("P1: %d commands ran twice in %d seeded fault runs with %d attempts", sum.doubled.Load(), sum.runs.Load(), sum.attempts.Load())
	t.Logf("P2: %d accepted, %d refused, %d never sent, %d unknown (%d of them had been accepted; %d runs were settled by asking again with the token)",
		sum.accepted.Load(), sum.refused.Load(), sum.neverSent.Load(), sum.unknown.Load(), sum.executedUnknown.Load(), sum.reconciled.Load())
}

// faultRun makes one Run with the random faults of one seed. It counts in sum how the Run
// ended.
func faultRun(t *testing.T, seed uint64, sum *runCounts) {
	rng := rand.New(rand.NewPCG(seed, 7))
	// For half of the seeds the service forgets client tokens after a while. For such a
	// seed the test skips its second half, which runs the command again with the same
	// token.
	forgets := rng.IntN(2) == 0
	window := 24 * time.Hour
	if forgets {
		window = 6 * time.Minute
	}
	srv := runcommandtest.NewServer(runcommandtest.WithIdempotencyWindow(window))
	defer func() {
		srv.Close()
		<-time.After(time.Minute) // wait for credential look-ups: a look-up may go on after Run has returned, until its own time limit
	}()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	way := &faultyTransport{server: srv, ahead: drawFaults(rng)}
	story := fmt.Sprintf("seed %d (repeat it with RUNCOMMAND_SEED=%d): %v", seed, seed, way.ahead)
	client := srv.Client(drawOptions(rng, way)...)
	req, err := runcommand.Shell("echo").Instances("i-1").Build()
	require.NoError(t, err)

	ctx, cancel := drawContext(t, rng)
	defer cancel()
	inv, err := client.Run(ctx, req)
	sum.runs.Add(1)
	attempts, proves, certain := way.proven()
	sum.attempts.Add(int64(attempts))
	executed := srv.Executions("i-1")
	if executed > 1 {
		sum.doubled.Add(1)
	}
	require.LessOrEqual(t, executed, 1, story)
	if err == nil {
		require.Equal(t, 1, executed, "accepted; %s", story)
		require.Len(t, srv.Invocations(), 1, story)
		require.Equal(t, srv.Invocations()[0].ID, inv.ID, story)
		sum.accepted.Add(1)
		return
	}

	require.Nil(t, inv, story)
	e, ok := errors.AsType[*errors.RunError](err)
	require.True(t, ok, "%v; %s", err, story)
	require.LessOrEqual(t, attempts, e.Attempts, story)
	if certain {
		require.Equal(t, proves == undecided, errors.MayHaveRun(err), "%v; %s", err, story)
	}
	switch {
	case errors.MayHaveRun(err):
		require.False(t, errors.Retryable(err), "%v; %s", err, story)
		sum.unknown.Add(1)
		sum.executedUnknown.Add(int64(executed))
	case proves == denied:
		require.Zero(t, executed, "refused; %s", story)
		sum.refused.Add(1)
	default:
		require.Zero(t, executed, "never sent; %s", story)
		sum.neverSent.Add(1)
	}

	if forgets {
		return
	}
	// The caller runs the command again with the same token, through new random faults. In
	// the end the command has been executed exactly once.
	again, err := req.Edit().ClientToken(e.ClientToken).Build()
	require.NoError(t, err)
	way.mu.Lock()
	way.ahead = drawFaults(rng)
	way.mu.Unlock()
	for range 50 {
		if inv, err = srv.Client(runcommand.WithHTTPClient(&http.Client{Transport: way})).Run(t.Context(), again); err == nil {
			break
		}
		require.LessOrEqual(t, srv.Executions("i-1"), 1, story)
	}
	require.NoError(t, err, story)
	require.Equal(t, 1, srv.Executions("i-1"), "after asking again; %s", story)
	require.Equal(t, srv.Invocations()[0].ID, inv.ID, story)
	sum.reconciled.Add(1)
}

// TestTwoRunsWithOneTokenGiveOneInvocation makes two Runs at the same time with one client
// token, as two processes may do. Each Run meets its own random faults.
func TestTwoRunsWithOneTokenGiveOneInvocation(t *testing.T) {
	t.Parallel()
	accepted := 0
	for _, seed := range seeds(t, 300, 100) {
		synctest.Test(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 11))
			srv, _ := setup(t)
			req, err := runcommand.Shell("echo").Instances("i-1").ClientToken("shared").Build()
			require.NoError(t, err)
			var ids [2]string
			var group sync.WaitGroup
			for i := range ids {
				way := &faultyTransport{server: srv, ahead: drawFaults(rng)}
				client := srv.Client(runcommand.WithHTTPClient(&http.Client{Transport: way}))
				group.Go(func() {
					if inv, err := client.Run(t.Context(), req); err == nil {
						ids[i] = inv.ID
					}
				})
			}
			group.Wait()
			require.LessOrEqual(t, srv.Executions("i-1"), 1, "seed %d", seed)
			if ids[0] != "" && ids[1] != "" {
				require.Equal(t, ids[0], ids[1], "seed %d", seed)
				accepted++
			}
		})
	}
	t.Logf("P1: %d pairs of runs that shared a token and were both accepted got one invocation and one execution", accepted)
}

// TestAttemptsDifferOnlyInNonceDateAndSignature compares the HTTP requests that one Run
// sends, one request for each attempt.
func TestAttemptsDifferOnlyInNonceDateAndSignature(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var heads []http.Header
		s := newScript(connectionLost)
		client := s.client(t, runcommand.WithHTTPClient(&http.Client{Transport: observeRequests(func(r *http.Request) {
			assert.Equal(t, http.MethodPost, r.Method)
			assert.Empty(t, r.URL.RawQuery, "a script in an address is written to logs")
			heads = append(heads, r.Header.Clone())
		}, s)}), runcommand.WithRetry(poll.Policy{Jitter: -1}, 0))
		req, err := runcommand.Shell(strings.Repeat("echo {{a}} {{b}}\n", 200)).Instances("i-2", "i-1").
			Parameter("b", "2").Parameter("a", "1").Tag("k", "v").Build()
		require.NoError(t, err)
		_, err = client.Run(t.Context(), req)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)

		require.Len(t, heads, runcommand.DefaultAttempts)
		for _, name := range []string{"X-Acs-Signature-Nonce", "X-Acs-Date", "Authorization"} {
			seen := make(map[string]bool)
			for _, h := range heads {
				require.NotEmpty(t, h.Get(name))
				seen[h.Get(name)] = true
			}
			assert.Len(t, seen, len(heads), "%s is new each time", name)
		}
		for _, body := range s.bodies() {
			assert.Equal(t, s.bodies()[0], body)
		}
	})
}
