package runcommand_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// largestOutput is the largest output that the service keeps for one run.
var largestOutput = bytes.Repeat([]byte("0123456789abcdef"), 24<<10/16)

// printLargestOutput makes every run print largestOutput. All runs share this slice, so
// the memory of the local service does not disturb the measurement.
func printLargestOutput(srv *runcommandtest.Server) {
	srv.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: largestOutput}
	})
}

// liveHeap returns the heap in use after a garbage collection, in bytes. This includes the
// heap of the test and of the local service.
func liveHeap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// measurePeakHeap ranges over results. It returns their number, the total size of their
// outputs and the largest live heap. It measures the heap at every 197th result. At that
// moment the loop is in the middle of a page, and its body holds a result.
func measurePeakHeap(tb testing.TB, results iter.Seq2[runcommand.Result, error]) (n, size int, peak uint64) {
	tb.Helper()
	for r, err := range results {
		require.NoError(tb, err)
		n++
		size += len(r.Output)
		if n%197 == 0 {
			peak = max(peak, liveHeap())
		}
	}
	return n, size, peak
}

// fleetCount returns the number of fleets of 100 instances for a test with very many
// instances: 10,000 instances, or 2,000 in short runs.
func fleetCount() int { return rounds(100, 20) }

// resultsOfFleets yields the results of fleetCount invocations on 100 instances each.
func resultsOfFleets(tb testing.TB, srv *runcommandtest.Server, client *runcommand.Client) iter.Seq2[runcommand.Result, error] {
	return func(yield func(runcommand.Result, error) bool) {
		for k := range fleetCount() {
			inv := begin(tb, client, runcommand.Shell("cat /var/log/messages").Instances(addInstances(srv, k*100, 100)...))
			for r, err := range inv.Results(tb.Context()) {
				if !yield(r, err) {
					return
				}
			}
		}
	}
}

// historyResults yields the results of 10 runs on each of 100 instances.
func historyResults(tb testing.TB, srv *runcommandtest.Server, client *runcommand.Client) iter.Seq2[runcommand.Result, error] {
	inv := begin(tb, client, runcommand.Shell("cat /var/log/messages").Every(time.Minute).Instances(addInstances(srv, 0, 100)...))
	<-time.After(10*time.Minute + time.Second)
	return inv.History(tb.Context())
}

// TestStreamingNeedsLittleMemory proves P8 of internal/DESIGN.md. It is not parallel,
// because it measures the heap of the whole process.
func TestStreamingNeedsLittleMemory(t *testing.T) {
	for name, c := range map[string]struct {
		results func(testing.TB, *runcommandtest.Server, *runcommand.Client) iter.Seq2[runcommand.Result, error]
		number  int
	}{
		"Results of many invocations": {resultsOfFleets, 100 * fleetCount()},
		"History of 10 runs":          {historyResults, 1_000},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				printLargestOutput(srv)
				n, size, peak := measurePeakHeap(t, c.results(t, srv, client))
				t.Logf("P8: %s: %d results, %d MB of output, live heap at most %.1f MiB", name, n, size/1e6, float64(peak)/(1<<20))
				require.Equal(t, c.number, n)
				assert.Equal(t, n*len(largestOutput), size)
				assert.LessOrEqual(t, peak, uint64(64<<20))
			})
		})
	}
}

// TestAWaitReleasesResultsThatItHasHandedOver proves P8 of internal/DESIGN.md for one wait.
func TestAWaitReleasesResultsThatItHasHandedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			var last int
			_, _ = fmt.Sscanf(x.InstanceID, "i-%d", &last)
			return runcommandtest.Outcome{Output: largestOutput, Takes: time.Duration(last) * time.Second}
		})
		inv := begin(t, client, runcommand.Shell("true").Timeout(time.Hour).Instances(addInstances(srv, 0, 100)...))
		var first uint64
		n := 0
		for _, err := range inv.Results(t.Context(), everySecond) {
			require.NoError(t, err)
			if n++; n == 10 {
				first = liveHeap()
			}
		}
		growth := int64(liveHeap()) - int64(first)
		t.Logf("P8: 90 results of 24 KB later the live heap has grown by %d KB", growth>>10)
		assert.Less(t, growth, int64(90*len(largestOutput)/4))
	})
}
