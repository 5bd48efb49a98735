package main

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// BenchmarkSoak runs commands without a pause while eight readers read the page without a pause, and fails when
// the live heap grows once the store is full. "make soak-service" runs it for ten minutes. A benchmark that is too
// short to fill the store only reports its figures.
func BenchmarkSoak(b *testing.B) {
	p := newTestPage(b, runcommandtest.WithRetention(keptFor, keptCommands))
	p.service.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte(strings.Repeat("x", 20_000))}
	})
	client := p.service.Client(runcommand.WithLimiter("RunCommand", (*poll.Adaptive)(nil)))
	req, err := runcommand.Shell("true").Instances("i-local-1").Build()
	if err != nil {
		b.Fatal(err)
	}
	var readers sync.WaitGroup
	var looks, longest atomic.Int64
	ended := make(chan struct{})
	for _, path := range []string{"/", "/", "/", "/", "/state", "/state", "/?instance=i-local-1", "/?status=Success"} {
		readers.Go(func() {
			for {
				select {
				case <-ended:
					return
				default:
				}
				began := time.Now()
				look(b, p, path)
				looks.Add(1)
				for took := int64(time.Since(began)); ; {
					old := longest.Load()
					if took <= old || longest.CompareAndSwap(old, took) {
						break
					}
				}
			}
		})
	}
	const full, grown = 100_000, 1.2 // the store and the logs, that of Executed too, are full after 100,000 commands; 1.2: allowed growth of the heap
	var early float64
	n := 0
	for b.Loop() {
		if _, err := client.Run(b.Context(), req); err != nil {
			b.Fatal(err)
		}
		if n++; n == full {
			early = liveHeap()
		}
	}
	close(ended)
	readers.Wait()
	late := liveHeap()
	b.ReportMetric(early, "early-MB")
	b.ReportMetric(late, "late-MB")
	b.ReportMetric(float64(looks.Load())/b.Elapsed().Seconds(), "looks/s")
	b.ReportMetric(time.Duration(longest.Load()).Seconds()*1000, "longest-ms")
	if n > full && late > grown*early {
		b.Fatalf("the heap has grown from %.1f MB after %d commands to %.1f MB after %d", early, full, late, n)
	}
}

// liveHeap returns the size of the live heap in MB.
func liveHeap() float64 {
	runtime.GC()
	runtime.GC() // the first one leaves what a sync.Pool holds
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
