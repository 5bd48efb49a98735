//go:build !race

// These tests measure cost with thousands of instances. The race detector would only make them slow: the other tests run
// the same code under it.

package fleet_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync"
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

// P18 of internal/DESIGN.md, first half: 10,000 instances that run for ten minutes and end within a minute.
func TestTenThousandInstancesForTenMinutesCostFewCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const instances = 10_000
		s := runcommandtest.Start(t)
		ids := instanceIDs(instances)
		for _, id := range ids {
			s.AddInstance(runcommandtest.Instance{ID: id})
		}
		k := 0
		takes := make(map[string]time.Duration, instances)
		for _, id := range ids { // the ends are spread over a minute, also within each chunk
			k = (k + 7919) % instances
			takes[id] = 10*time.Minute + time.Duration(k)*time.Minute/instances
		}
		output := make([]byte, 1024)
		s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{Output: output, Takes: takes[x.InstanceID]}
		})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command().Timeout(time.Hour), Instances: ids})
		require.NoError(t, err)
		began := time.Now()
		results := 0
		for _, err := range f.Results(t.Context()) {
			require.NoError(t, err)
			results++
		}
		assert.Equal(t, instances, results)
		total := len(s.Calls(""))
		t.Logf("P18: %d instances for 10 to 11 minutes, 1 KiB of output each: %d calls (%d RunCommand, %d DescribeInvocations, %d DescribeInvocationResults), done after %v",
			instances, total, len(s.Calls("RunCommand")), len(s.Calls("DescribeInvocations")), len(s.Calls("DescribeInvocationResults")), time.Since(began).Round(time.Second))
		assert.LessOrEqual(t, total, 600)
		assert.Less(t, time.Since(began), 12*time.Minute)
	})
}

// P18 of internal/DESIGN.md, second half: the least possible time under a limit of calls, and a bounded heap. "make soak-fleet" runs it with
// 100,000 instances and 1000 calls a minute.
func TestManyInstancesTakeTheLeastPossibleTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		faults bool
	}{{"without faults", false}, {"with 5 % faults", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { checkTime(t, soakInstances(t, 10_000), c.faults) })
		})
	}
}

// soakInstances returns how many instances a test runs on: the number in the environment
// variable RUNCOMMAND_FLEET, or else the usual number.
func soakInstances(tb testing.TB, usual int) int {
	tb.Helper()
	text := os.Getenv("RUNCOMMAND_FLEET")
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	require.NoError(tb, err)
	return n
}

func checkTime(t *testing.T, instances int, faults bool) {
	t.Helper()
	const script = 10 * time.Minute
	alone := os.Getenv("RUNCOMMAND_FLEET") != ""
	calls := instances / 100 // one minute for sending, whatever the number of instances
	limits := func(action string) runcommandtest.Option {
		return runcommandtest.WithRateLimit(action, calls, time.Minute)
	}
	output := make([]byte, 1024)
	s, ids := fleetServer(t, instances, 0, limits("RunCommand"), limits("DescribeInvocations"), limits("DescribeInvocationResults"))
	s.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: output, Takes: script}
	})
	transport := s.Transport()
	if faults {
		transport = &faultyTransport{next: transport, share: 0.05, random: rand.New(rand.NewPCG(1, 2))}
	}
	limiter := func(action string) runcommand.Option {
		return runcommand.WithLimiter(action, poll.NewAdaptive(calls, time.Minute))
	}
	client := s.Client(runcommand.WithHTTPClient(&http.Client{Transport: transport}),
		limiter("RunCommand"), limiter("DescribeInvocations"), limiter("DescribeInvocationResults"))
	f, err := fleet.New(client, fleet.Plan{Command: command().Timeout(time.Hour), Instances: ids})
	require.NoError(t, err)
	began := time.Now()
	results, most := 0, 0.0
	for _, err := range f.Results(t.Context()) {
		require.NoError(t, err)
		// The client has all results now. Other tests change the heap, so "make soak-fleet" runs this test alone.
		if results++; results == instances && alone {
			most = liveMB()
		}
	}
	took := time.Since(began)
	assert.Equal(t, instances, results)
	assert.Equal(t, instances, requireOnce(t, s, ids))
	if alone {
		most -= liveMB() // what the local service keeps
	}
	// The outputs take two calls for each chunk, so at least two minutes at the limit.
	least := script + 2*time.Minute
	t.Logf("P18: %d instances, %v each, 1 KiB of output, %d calls a minute for each operation: done after %v, %.1f %% more than the least possible %v; %d calls (%d, %d, %d); live heap of the client %.0f MiB",
		instances, script, calls, took.Round(time.Second), 100*(took-least).Seconds()/least.Seconds(), least, len(s.Calls("")),
		len(s.Calls("RunCommand")), len(s.Calls("DescribeInvocations")), len(s.Calls("DescribeInvocationResults")), most)
	bound := 1.05
	if faults {
		bound = 1.15
	}
	assert.LessOrEqual(t, took.Seconds(), bound*least.Seconds())
	assert.LessOrEqual(t, most, 100.0)
}

// liveMB returns the size of the live heap in MiB.
func liveMB() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// A faultyTransport loses a share of the replies, half of them before the service has seen the request.
type faultyTransport struct {
	next   http.RoundTripper
	share  float64
	mu     sync.Mutex
	random *rand.Rand
}

func (f *faultyTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	f.mu.Lock()
	lost, before := f.random.Float64() < f.share, f.random.IntN(2) == 0
	f.mu.Unlock()
	if lost && before {
		if req.Body != nil {
			_, _ = io.Copy(io.Discard, req.Body)
			_ = req.Body.Close()
		}
		return nil, io.ErrUnexpectedEOF
	}
	reply, err := f.next.RoundTrip(req)
	if lost && err == nil {
		_ = reply.Body.Close()
		return nil, io.ErrUnexpectedEOF
	}
	return reply, err
}

// P18 of internal/DESIGN.md: fleets that share a limit of the account use most of the limit,
// and each of them gets a fair part.
func TestFourClientsShareALimitFairly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const (
			clients = 4
			each    = 10_000 // 1,000 chunks, since a chunk has 10 instances here
			window  = 4 * time.Minute
		)
		s, ids := fleetServer(t, clients*each, time.Second, runcommandtest.WithRateLimit("RunCommand", 500, time.Minute))
		ctx, cancel := context.WithTimeout(t.Context(), window)
		defer cancel()
		var all sync.WaitGroup
		sent := make([]int, clients)
		for k := range clients {
			all.Go(func() {
				client := s.Client(runcommand.WithLimits(validate.Limits{Instances: 10}),
					runcommand.WithLimiter("RunCommand", poll.NewAdaptive(500, time.Minute)))
				f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids[k*each : (k+1)*each]})
				if assert.NoError(t, err) {
					report, _ := f.Run(ctx)
					sent[k] = (each - len(report.NotSent)) / 10
				}
			})
		}
		all.Wait()
		total := 0
		for _, n := range sent {
			total += n
		}
		fair := float64(total) / clients
		t.Logf("P18: four fleets share 500 calls a minute for %v: %v chunks, %.0f in all", window, sent, float64(total))
		for _, n := range sent {
			assert.InDelta(t, fair, n, 0.25*fair)
		}
		assert.Greater(t, float64(total), 0.8*500*window.Minutes())
		requireOnce(t, s, ids)
	})
}
