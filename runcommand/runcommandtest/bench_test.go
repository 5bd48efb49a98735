package runcommandtest

import (
	"context"
	"net/http"
	"runtime"
	"strconv"
	"sync"
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
// Beside it readers look at everything, as a status page does, and now and then a command
// blocks. "make soak-service" runs it for ten minutes. A benchmark that is too short to
// fill the store only reports its figures.
func BenchmarkSoak(b *testing.B) {
	s, c, ids := manyInstances(b, 10_000, config{handler: awaitHandler})
	readers := soakReaders{server: s, caller: c}
	heap := func() float64 {
		readers.pause.Lock()
		defer readers.pause.Unlock()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	const full, grown = 200_000, 1.2 // the store is full after 200,000 calls; 1.2: allowed growth of the heap
	var early float64
	n := 0
	readers.start(2)
	for b.Loop() {
		command := echo(ids[n%10_000]).with("ClientToken", strconv.Itoa(n), "Name", "soak")
		if n%1000 == 0 {
			command = command.with("CommandContent", awaitBlocking, "Timeout", "10")
		}
		id := c.run(command)
		if n%10 == 0 {
			c.results(id)
		}
		if n++; n == full {
			early = heap()
		}
	}
	looks, longest := readers.stop()
	late := heap()
	b.ReportMetric(early, "early-MB")
	b.ReportMetric(late, "late-MB")
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "calls/s")
	b.ReportMetric(float64(looks), "looks")
	b.ReportMetric(float64(longest.Milliseconds()), "longest-look-ms")
	if n > full && late > grown*early {
		b.Fatalf("the heap has grown from %.1f MB after %d calls to %.1f MB after %d", early, full, late, n)
	}
	if status := c.call("DescribeInvocations", params{"RegionId": "cn-hangzhou"}).status; status != http.StatusOK {
		b.Fatal(status)
	}
	runtime.KeepAlive(s)
}

// soakReaders look at a server all the time.
type soakReaders struct {
	server  *Server
	caller  *caller
	pause   sync.RWMutex // locked: no reader holds a snapshot
	running sync.WaitGroup
	done    chan struct{}

	mu      sync.Mutex
	looks   int
	longest time.Duration
}

func (r *soakReaders) start(n int) {
	r.done = make(chan struct{})
	for range n {
		r.running.Go(func() {
			for {
				select {
				case <-r.done:
					return
				case <-time.After(100 * time.Millisecond):
					r.look()
				}
			}
		})
	}
}

func (r *soakReaders) look() {
	r.pause.RLock()
	defer r.pause.RUnlock()
	for _, look := range []func(){
		func() { r.server.Instances() },
		func() { r.server.Invocations() },
		func() { r.server.Calls("") },
		func() { r.server.Advance(0) },
		func() { _, _ = r.caller.try("DescribeInvocations", params{"RegionId": "cn-hangzhou"}) }, // the error is ignored: only the time counts
	} {
		begun := time.Now()
		look()
		r.mu.Lock()
		r.looks++
		r.longest = max(r.longest, time.Since(begun))
		r.mu.Unlock()
	}
}

// stop returns the number of looks and the time of the longest.
func (r *soakReaders) stop() (int, time.Duration) {
	close(r.done)
	r.running.Wait()
	return r.looks, r.longest
}

// BenchmarkLook looks at a server on which a command that blocks begins every 100 ms, and
// at one that is idle.
func BenchmarkLook(b *testing.B) {
	for _, kind := range []string{"idle", "with blocking commands"} {
		for name := range awaitLooks(nil, nil, "") {
			b.Run(kind+"/"+name, func(b *testing.B) {
				s, c := newService(b, config{handler: awaitHandler, maxInvocations: 1_000_000, maxBytes: 4 << 30})
				look := awaitLooks(s, c, c.run(echo("i-2")))[name]
				ctx, stop := context.WithCancel(b.Context())
				var blockers sync.WaitGroup
				if kind != "idle" {
					blockers.Go(func() { awaitBlockers(ctx, c, 100*time.Millisecond) })
				}
				var longest time.Duration
				for b.Loop() {
					begun := time.Now()
					look()
					longest = max(longest, time.Since(begun))
				}
				b.ReportMetric(float64(longest.Microseconds())/1000, "longest-ms")
				stop()
				blockers.Wait()
			})
		}
	}
}

// BenchmarkAdvanceOfAHundredYears runs a task every minute for a hundred years, in one
// Advance.
func BenchmarkAdvanceOfAHundredYears(b *testing.B) {
	for _, kind := range []string{"default", "handler"} {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				opts := config{clock: noon}
				if kind == "handler" {
					opts.handler = awaitHandler
				}
				s, c := newService(b, opts)
				c.run(echo("i-1").with("Frequency", "rate(1m)"))
				s.Advance(100 * 365 * 24 * time.Hour)
				if n := s.Executions("i-1"); n != 2*firingsInFull {
					b.Fatal(n)
				}
				s.Close()
			}
		})
	}
}
