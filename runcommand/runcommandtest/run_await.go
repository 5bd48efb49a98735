package runcommandtest

import (
	"context"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"time"
)

// A wait says that calls which read outcomes wait for an execution. So the outcome of a
// function that does not block is always known to the next call. A function that blocks
// must not block the server: a wait ends when its execution is found to block.
//
// A clock alone cannot tell whether a function blocks, because on a busy machine its
// goroutine may have begun and not get to run for long. But the scheduler counts the
// goroutines that run or could run. When this is only the goroutine that asks, the function
// does not run, so it blocks. A function first gets awaitTime, in which a short script can
// end too. In a program whose goroutines compute all the time the scheduler cannot tell.
// There a function is found to block after awaitRounds rounds of a timer. When load keeps a
// function from running, it also makes the rounds longer. In the last awaitYields rounds the
// call lets all other goroutines run first.
//
// Inside testing/synctest time passes only when every function blocks. There the clock
// alone decides, so that virtual time does not depend on other goroutines.
type wait struct {
	execution *execution
	since     time.Time
	found     atomic.Bool // the execution was found to block
}

// How long and how often a call looks whether a function blocks: see wait.
const (
	awaitRound  = time.Millisecond // the time between two looks at a function
	awaitTime   = 20 * time.Millisecond
	awaitRounds = 100
	awaitYields = 20
	awaitLimit  = 500 * time.Millisecond // a function that takes longer must have blocked
)

// loaded is a time of the real clock. The clock inside testing/synctest begins before it,
// in the year 2000.
var loaded = time.Now()

// virtual reports whether the caller runs inside testing/synctest.
func virtual() bool { return time.Now().Before(loaded) }

// alone reports whether no other goroutine of the program runs or could run. Goroutines
// in system calls do not count.
func alone() bool {
	counts := [...]metrics.Sample{{Name: "/sched/goroutines/running:goroutines"}, {Name: "/sched/goroutines/runnable:goroutines"}}
	metrics.Read(counts[:])
	return counts[0].Value.Uint64() <= 1 && counts[1].Value.Uint64() == 0
}

// pending reports whether calls still wait. The caller holds the lock.
func (w *wait) pending() bool { return w != nil && !w.execution.returned && !w.found.Load() }

// overdue reports whether the function has had the time d and has not returned.
func (w *wait) overdue(d time.Duration) bool {
	started := w.execution.started.Load()
	return started != nil && !w.execution.finished.Load() && time.Since(*started) >= d && time.Since(w.since) >= d
}

// blocks reports whether the function is found to block by a call that has waited for some
// rounds. The caller does not hold the lock, because the function may wait for the lock.
func (w *wait) blocks(rounds int) bool {
	return w.overdue(awaitTime) && (rounds >= awaitRounds || virtual() || alone())
}

// tooLong reports whether the function of e was found to block, or has taken so long that
// it must have blocked.
func (e *execution) tooLong() bool {
	started := e.started.Load()
	return e.waiting.found.Load() || (started != nil && time.Since(*started) >= awaitLimit)
}

// awaitAgain makes calls wait for e, also when an earlier wait for e has ended.
func (s *Server) awaitAgain(e *execution) {
	e.waiting = &wait{execution: e, since: time.Now()}
	s.awaited = append(s.awaited, e.waiting)
	s.waits++
}

// waitsSince returns the waits that were added after the first n.
func (s *Server) waitsSince(n int) []*wait { return s.awaited[len(s.awaited)-(s.waits-n):] }

// dropAwaited removes waits that are not pending from the list: the oldest ones until it
// reaches one that is pending, and the others when the list has become long.
func (s *Server) dropAwaited() {
	n := 0
	for n < len(s.awaited) && !s.awaited[n].pending() {
		s.awaited[n] = nil
		n++
	}
	s.awaited = s.awaited[n:]
	if len(s.awaited) < s.longAwaited {
		return
	}
	var pending []*wait // calls may be going through the old list
	for _, w := range s.awaited {
		if w.pending() {
			pending = append(pending, w)
		}
	}
	s.awaited, s.longAwaited = pending, 2*len(pending)+1000
}

// await waits until none of the waits is pending. It stops waiting when ctx or the
// server ends. It releases the lock while it waits.
func (s *Server) await(ctx context.Context, waits ...*wait) {
	rounds := 0
	for _, w := range waits {
		if ctx.Err() != nil || s.life.Err() != nil {
			break
		}
		if !w.pending() {
			continue
		}
		s.mu.Unlock()
		rounds = s.watch(ctx, w, rounds)
		s.mu.Lock()
	}
	s.dropAwaited()
}

// watch waits until the execution of w has returned or is found to block, or until ctx
// or the server ends. The call has waited for some rounds before. watch returns the
// number of all rounds.
//
// Only one call at a time watches. The others wait for their turn without running.
// Otherwise calls that watch at the same time would never find themselves alone.
func (s *Server) watch(ctx context.Context, w *wait, rounds int) int {
	select {
	case s.watching <- struct{}{}:
		defer func() { <-s.watching }()
	case <-w.execution.ended:
		return rounds
	case <-ctx.Done():
		return rounds
	case <-s.life.Done():
		return rounds
	}
	timer := time.NewTimer(awaitRound)
	defer timer.Stop()
	for !w.found.Load() && !w.blocks(rounds) {
		select {
		case <-w.execution.ended:
			return rounds
		case <-ctx.Done():
			return rounds
		case <-s.life.Done():
			return rounds
		case <-timer.C:
			timer.Reset(awaitRound)
		}
		if rounds++; rounds > awaitRounds-awaitYields {
			runtime.Gosched()
		}
	}
	w.found.Store(true)
	return rounds
}
