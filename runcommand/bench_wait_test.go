package runcommand_test

import (
	"context"
	"testing"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// BenchmarkPoll measures one poll of a wait for 100 instances that are still running. The
// client signs the call, the local service answers in the same process, and the wait
// decodes the reply and updates its state.
func BenchmarkPoll(b *testing.B) {
	srv, client := setup(b)
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes, Times: -1})
	inv := begin(b, client, runcommand.Shell("true").Instances(addInstances(srv, 0, 100)...))
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	polls := 0
	b.ReportAllocs()
	b.ResetTimer()
	_, _ = inv.Wait(ctx, runcommand.PollEvery(poll.Policy{Initial: 1, Max: 1}), runcommand.OnProgress(func(runcommand.Progress) {
		if polls++; polls == b.N {
			cancel()
		}
	}))
}

// BenchmarkReply measures one Describe, which sends the same request as a poll. The rest of
// the time in BenchmarkPoll is the cost of the wait itself.
func BenchmarkReply(b *testing.B) {
	srv, client := setup(b)
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes, Times: -1})
	inv := begin(b, client, runcommand.Shell("true").Instances(addInstances(srv, 0, 100)...))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := inv.Describe(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStream loops over 10,000 results with 24 KB of output each. It reports the
// largest live heap during the loop.
func BenchmarkStream(b *testing.B) {
	var highestPeak uint64
	for b.Loop() {
		srv := runcommandtest.NewServer()
		printLargestOutput(srv)
		n, _, peak := measurePeakHeap(b, resultsOfFleets(b, srv, srv.Client()))
		srv.Close()
		if n != 100*fleetCount() {
			b.Fatal(n, "results")
		}
		highestPeak = max(highestPeak, peak)
	}
	b.ReportMetric(float64(highestPeak)/(1<<20), "MiB-live")
}
