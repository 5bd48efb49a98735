package runcommandtest

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// awaitLooks are the ways to look at a server.
func awaitLooks(s *Server, c *caller, id string) map[string]func() {
	region := params{"RegionId": "cn-hangzhou"}
	one := region.with("InvokeId", id)
	return map[string]func(){
		"DescribeInvocations":              func() { c.ok("DescribeInvocations", region) },
		"DescribeInvocations by id":        func() { c.ok("DescribeInvocations", one) },
		"DescribeInvocationResults":        func() { c.ok("DescribeInvocationResults", one) },
		"DescribeCloudAssistantStatus":     func() { c.ok("DescribeCloudAssistantStatus", region) },
		"StopInvocation of an ended one":   func() { c.ok("StopInvocation", one) },
		"RunCommand":                       func() { c.run(echo("i-2").with("CommandContent", "ends at once")) },
		"Invocations":                      func() { s.Invocations() },
		"Instances":                        func() { s.Instances() },
		"Calls":                            func() { s.Calls("") },
		"Executions":                       func() { s.Executions("i-1") },
		"Advance":                          func() { s.Advance(time.Millisecond) },
		"an Advance that does not advance": func() { s.Advance(0) },
		"AddInstance":                      func() { s.AddInstance(Instance{ID: "i-new"}) },
		"RemoveInstance":                   func() { s.RemoveInstance("i-new") },
		"Reboot of another instance":       func() { s.Reboot("i-3") },
		"Pending":                          func() { s.Pending() },
		"String":                           func() { _ = s.String() },
	}
}

// awaitBlocking is the script of a command that blocks until it is stopped.
const awaitBlocking = "blocks"

func awaitHandler(ctx context.Context, x Exec) Outcome {
	if string(x.Script) == awaitBlocking {
		<-ctx.Done()
	}
	return Outcome{Output: []byte("done")}
}

// awaitBlockers starts a command that blocks at every interval, until the context ends.
func awaitBlockers(ctx context.Context, c *caller, interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for ctx.Err() == nil {
		c.run(echo("i-1").with("CommandContent", awaitBlocking))
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

func TestALookDoesNotWaitForTheCommandsThatFollow(t *testing.T) {
	t.Parallel()
	for _, interval := range []time.Duration{100 * time.Millisecond, 10 * time.Millisecond} {
		t.Run("one every "+interval.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, c := newService(t, config{handler: awaitHandler})
				id := c.run(echo("i-2"))
				ctx, stop := context.WithCancel(t.Context())
				var blockers sync.WaitGroup
				blockers.Go(func() { awaitBlockers(ctx, c, interval) })
				looks := awaitLooks(s, c, id)
				delete(looks, "String") // it is several looks
				for name, look := range looks {
					for offset := range 11 { // so that some looks begin together with a command
						<-time.After(time.Duration(offset)*10*time.Millisecond + time.Microsecond)
						begun := time.Now()
						look()
						assert.LessOrEqual(t, time.Since(begun), 30*time.Millisecond, name)
					}
				}
				stop()
				blockers.Wait()
			})
		})
	}
}

func TestALookIsAnsweredSoonByTheRealClock(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{handler: awaitHandler})
	id := c.run(echo("i-2"))
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	var blockers, readers sync.WaitGroup
	blockers.Go(func() { awaitBlockers(ctx, c, 100*time.Millisecond) })
	for name, look := range awaitLooks(s, c, id) {
		readers.Go(func() {
			for range 3 {
				begun := time.Now()
				look()
				assert.Less(t, time.Since(begun), 3*time.Second, name)
			}
		})
	}
	readers.Wait()
	stop()
	blockers.Wait()
}

// TestManyLooksAtOnceDoNotHinderEachOther looks at a function that blocks from many
// goroutines. Each look counts the goroutines that run. The others must not be among
// these. The test is not parallel, because other tests run goroutines too.
func TestManyLooksAtOnceDoNotHinderEachOther(t *testing.T) {
	s, c := newService(t, config{handler: awaitHandler})
	var took []time.Duration
	for range 21 {
		c.run(echo("i-1").with("CommandContent", awaitBlocking))
		begun := time.Now()
		var looks sync.WaitGroup
		for range 200 {
			looks.Go(func() { s.Instances() })
		}
		looks.Wait()
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	assert.Less(t, took[len(took)/2], awaitLimit/4, "the median, because the machine may be busy")
}

func TestAFunctionThatBlocksIsWaitedForOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := newService(t, config{handler: awaitHandler})
		id := c.run(echo("i-1").with("CommandContent", awaitBlocking))
		begun := time.Now()
		assert.Equal(t, "Running", c.status(id))
		assert.Equal(t, awaitTime, time.Since(begun), "the first look finds out that it blocks")
		assert.Equal(t, "Running", c.status(id))
		s.Instances()
		assert.Equal(t, awaitTime, time.Since(begun), "the others know")
		c.stop(id)
		assert.Equal(t, "Stopping", c.status(id))
		<-time.After(time.Second)
		assert.Equal(t, "Terminated", c.status(id))
		assert.Equal(t, "ZG9uZQ==", c.result(id)["Output"], "a stop makes calls wait for the output again")
	})
}

func TestTheOutcomeIsKnownAlthoughOtherFunctionsBlock(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"in a bubble", "by the real clock"} {
		test := func(t *testing.T) {
			_, c := newService(t, config{handler: awaitHandler})
			for range 20 {
				c.run(echo("i-1").with("CommandContent", awaitBlocking))
				assert.Equal(t, "Success", c.status(c.run(echo("i-2"))))
			}
		}
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			if kind == "in a bubble" {
				synctest.Test(t, test)
				return
			}
			test(t)
		})
	}
}

// TestTheOutcomeIsKnownOnABusyMachine has more goroutines that compute than processors.
func TestTheOutcomeIsKnownOnABusyMachine(t *testing.T) {
	t.Parallel()
	_, c, ids := manyInstances(t, 10, config{handler: awaitHandler})
	var done atomic.Bool
	var busy sync.WaitGroup
	for range 2 * runtime.GOMAXPROCS(0) {
		busy.Go(func() {
			for n := 1; !done.Load(); n++ { // the loop is the work
			}
		})
	}
	for range 10 {
		assert.Equal(t, [2]string{"Success", "Finished"}, c.overall(c.run(echo(ids...))))
	}
	done.Store(true)
	busy.Wait()
}

func TestALookDoesNotGiveUpAFunctionThatHasNotBegun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(config{})
		defer s.Close()
		e := &execution{ended: make(chan struct{})}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.awaitAgain(e)
		begun := time.Now()
		time.AfterFunc(time.Second, func() { e.started.Store(new(time.Now())) })
		s.await(t.Context(), s.awaited...)
		assert.Equal(t, time.Second+awaitTime, time.Since(begun), "its time counts from its beginning")
		assert.Empty(t, s.awaited)

		s.awaitAgain(e)
		e.finished.Store(true)
		time.AfterFunc(time.Second, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			e.returned = true
			close(e.ended)
		})
		begun = time.Now()
		s.await(t.Context(), s.awaited...)
		assert.Equal(t, time.Second, time.Since(begun), "one that has returned does not block, but its outcome is not recorded yet")
	})
}

func TestALookEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := newService(t, config{handler: awaitHandler})
		schedule := c.run(echo("i-2").with("Frequency", "rate(1m)"))
		c.run(echo("i-1").with("CommandContent", awaitBlocking))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		begun := time.Now()
		s.mu.Lock()
		s.clock.advance(10 * time.Minute)
		s.catchUp(ctx)
		s.mu.Unlock()
		assert.Zero(t, time.Since(begun))
		assert.Equal(t, 10, s.Executions("i-2"), "the next call carries out what it has left")
		for _, row := range c.results(schedule, "IncludeHistory", "true") {
			assert.Equal(t, "Success", row["InvocationStatus"])
		}
	})
}

// TestCallersThatCatchUpTogetherSkipNoFiring has calls that find the same firings due.
func TestCallersThatCatchUpTogetherSkipNoFiring(t *testing.T) {
	t.Parallel()
	for range 20 {
		var now atomic.Int64
		now.Store(noon().Unix())
		s, c := newService(t, config{clock: func() time.Time { return time.Unix(now.Load(), 0).UTC() }, handler: func(context.Context, Exec) Outcome {
			runtime.Gosched()
			return Outcome{}
		}})
		id := c.run(echo("i-1").with("Frequency", "rate(1m)", "Timeout", "60"))
		now.Add(600)
		var all sync.WaitGroup
		for n := range 6 {
			all.Go(func() {
				if n%2 == 0 {
					assert.Equal(t, http.StatusOK, c.call("RunCommand", echo("i-2")).status)
				} else {
					s.Instances()
				}
			})
		}
		all.Wait()
		assert.Equal(t, 10, s.Executions("i-1"))
		for _, row := range c.results(id, "IncludeHistory", "true") {
			assert.Equal(t, "Success", row["InvocationStatus"])
		}
	}
}

func TestALookShowsWhatEndsWhileItWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := newService(t, config{handler: func(ctx context.Context, x Exec) Outcome {
			if x.InstanceID == "i-1" {
				<-ctx.Done()
			}
			return Outcome{Takes: 10 * time.Millisecond}
		}})
		id := c.run(echo("i-2"))
		assert.Equal(t, "Running", c.status(id))
		c.run(echo("i-1"))
		assert.Equal(t, "Success", c.status(id))
		s.Reboot("i-1")
		for _, inv := range s.Invocations() {
			assert.False(t, inv.Instances[0].Finished.Before(inv.Instances[0].Started))
		}
	})
}

// TestAFiringSeesTheOutcomesOfEarlierFirings has an instance that runs one command at a
// time. A run that has ended must not prevent another one.
func TestAFiringSeesTheOutcomesOfEarlierFirings(t *testing.T) {
	t.Parallel()
	for name, look := range map[string]func(s *Server, c *caller){
		"in an Advance":          func(s *Server, _ *caller) { s.Advance(0) },
		"in a Describe call":     func(_ *Server, c *caller) { c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou"}) },
		"in a call that accepts": func(_ *Server, c *caller) { c.run(echo("i-2")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 20 {
				var now atomic.Int64
				now.Store(noon().Unix())
				s, c := newService(t, config{clock: func() time.Time { return time.Unix(now.Load(), 0) }, handler: takes(20 * time.Second)})
				s.AddInstance(Instance{ID: "i-1", Concurrency: 1})
				c.run(echo("i-1").with("Frequency", "rate(60s)"))
				c.run(echo("i-1").with("Frequency", "rate(90s)"))
				now.Add(170)
				look(s, c)
				assert.Equal(t, 3, s.Executions("i-1"))
			}
		})
	}
}

func TestWaitsThatAreOverDoNotPileUpBehindOneThatIsNot(t *testing.T) {
	t.Parallel()
	s := newServer(config{})
	defer s.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	pending := &execution{}
	s.awaitAgain(pending)
	for range 10_000 {
		s.awaitAgain(&execution{returned: true})
		s.dropAwaited()
		assert.Less(t, len(s.awaited), 2000)
	}
	assert.Same(t, pending, s.awaited[0].execution)
}

func TestAFunctionThatComputesDoesNotBlock(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{handler: func(context.Context, Exec) Outcome {
		for begun := time.Now(); time.Since(begun) < 5*awaitTime; { // the loop is the work
		}
		return Outcome{}
	}})
	assert.Equal(t, "Success", c.status(c.run(echo("i-1"))))
}
