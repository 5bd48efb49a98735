package runcommandtest

import (
	"context"
	"net/http"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// BenchmarkRunCommand runs commands on ten instances of ten thousand, signed,
// in process and over kept loopback connections, and reports how many calls a
// second are carried out. Signing, which a client does, is part of it.
func BenchmarkRunCommand(b *testing.B) {
	for _, kind := range []string{"default", "handler", "loopback"} {
		b.Run(kind, func(b *testing.B) {
			opts := config{}
			if kind == "handler" {
				opts.handler = func(context.Context, Exec) Outcome {
					return Outcome{Output: []byte("ok\n")}
				}
			}
			s, c, ids := fleet(b, 10_000, opts)
			if kind == "loopback" {
				c.overNetwork(b)
				c.http = &http.Transport{}
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				at := n * 10 % 10_000
				c.run(echo(ids[at:at+10]...).with("ClientToken", strconv.Itoa(n)))
				n++
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "calls/s")
			runtime.KeepAlive(s)
		})
	}
}

// BenchmarkDescribe polls one invocation of a hundred instances in a store that
// is full.
func BenchmarkDescribe(b *testing.B) {
	_, c, ids := fleet(b, 100, config{})
	for range 10_000 {
		c.run(echo("i-1"))
	}
	id := c.run(echo(ids...))
	for _, action := range []string{"DescribeInvocations", "DescribeInvocationResults"} {
		b.Run(action, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.ok(action, params{"RegionId": "cn-hangzhou", "InvokeId": id})
			}
		})
	}
	b.Run("by instance", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou", "InstanceId": "i-1"})
		}
	})
}

// BenchmarkSchedules lets a hundred instances run a task every minute for a day
// in one Advance.
func BenchmarkSchedules(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s, c, ids := fleet(b, 100, config{clock: noon})
		c.run(echo(ids...).with("Frequency", "rate(1m)"))
		s.Advance(24 * time.Hour)
		if n := s.Executions(ids[0]); n != 1440 {
			b.Fatal(n)
		}
	}
}

// BenchmarkSoak holds a steady load against a full store and fails when the live
// heap grows all the same. It is "make soak-service", for ten minutes; a shorter
// run that never fills the store only reports.
func BenchmarkSoak(b *testing.B) {
	s, c, ids := fleet(b, 10_000, config{})
	heap := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	const full, grown = 200_000, 1.2 // calls until everything has reached its bound
	var early float64
	n := 0
	for b.Loop() {
		id := c.run(echo(ids[n%10_000]).with("ClientToken", strconv.Itoa(n), "Name", "soak"))
		if n%10 == 0 {
			c.results(id)
		}
		if n++; n == full {
			early = heap()
		}
	}
	late := heap()
	b.ReportMetric(early, "early-MB")
	b.ReportMetric(late, "late-MB")
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "calls/s")
	if n > full && late > grown*early {
		b.Fatalf("the heap has grown from %.1f MB after %d calls to %.1f MB after %d", early, full, late, n)
	}
	if status := c.call("DescribeInvocations", params{"RegionId": "cn-hangzhou"}).status; status != http.StatusOK {
		b.Fatal(status)
	}
	runtime.KeepAlive(s)
}
