package runcommandtest

import (
	"context"
	"net/http"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// BenchmarkRunCommand runs commands on ten of ten thousand instances, in process and
// over loopback connections, and reports the calls per second. The time includes the
// signing of the requests by the client.
func BenchmarkRunCommand(b *testing.B) {
	for _, kind := range []string{"default", "handler", "loopback"} {
		b.Run(kind, func(b *testing.B) {
			opts := config{}
			if kind == "handler" {
				opts.handler = func(context.Context, Exec) Outcome {
					return Outcome{Output: []byte("ok\n")}
				}
			}
			s, c, ids := manyInstances(b, 10_000, opts)
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

// BenchmarkDescribe polls one invocation of a hundred instances in a full store.
func BenchmarkDescribe(b *testing.B) {
	_, c, ids := manyInstances(b, 100, config{})
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

// BenchmarkSchedules runs a task on a hundred instances every minute for a day. One
// call of Advance moves the clock by the whole day.
func BenchmarkSchedules(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s, c, ids := manyInstances(b, 100, config{clock: noon})
		c.run(echo(ids...).with("Frequency", "rate(1m)"))
		s.Advance(24 * time.Hour)
		if n := s.Executions(ids[0]); n != 1440 {
			b.Fatal(n)
		}
	}
}

// BenchmarkSoak puts a steady load on a full store and fails when the live heap grows.
// "make soak-service" runs it for ten minutes. A benchmark that is too short to fill
// the store only reports its figures.
func BenchmarkSoak(b *testing.B) {
	s, c, ids := manyInstances(b, 10_000, config{})
	heap := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	const full, grown = 200_000, 1.2 // the store is full after 200,000 calls; 1.2: allowed growth of the heap
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
