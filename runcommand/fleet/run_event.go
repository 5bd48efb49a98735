package fleet

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// start makes a call of the service in a goroutine of its own. The function that op returns
// is called by the owner of the run, with the lock of the fleet held. After a panic of op
// the run ends. op must not read or write what the owner changes: the caller of start gives
// it copies.
func (r *run) start(op func() func()) {
	if r.ended {
		return
	}
	r.active++
	go func() {
		apply := func() { r.blind = errors.New("fleet: a function of the program panicked or ended its goroutine") }
		defer func() {
			_ = recover()
			r.events <- apply
		}()
		apply = op()
	}()
}

// at makes sure that step is called again at the time t.
func (r *run) at(t time.Time) {
	if r.wake.IsZero() || t.Before(r.wake) {
		r.wake = t
	}
}

// await waits for the next event, for the time to wake, or for the end of the context.
func (r *run) await() {
	var wake <-chan time.Time
	if !r.wake.IsZero() {
		timer := time.NewTimer(time.Until(r.wake))
		defer timer.Stop()
		wake = timer.C
	}
	var done <-chan struct{}
	if !r.cancelled {
		done = r.callerCtx.Done()
	}
	select {
	case apply := <-r.events:
		r.receive(apply)
	case <-wake:
	case <-done:
	}
}

// receive calls the function of an event, with the lock of the fleet held.
func (r *run) receive(apply func()) {
	r.active--
	r.locked(apply)
}

// handOver gives the caller the results that are ready: the body of the loop over Results runs
// here, without the lock. The caller may take its time.
func (r *run) handOver() {
	ready := r.ready
	r.ready = nil
	if r.yield == nil {
		return
	}
	for _, result := range ready {
		if r.abandoned {
			return
		}
		r.abandoned = true // it stays true when the body of the loop panics
		r.abandoned = !r.yield(result)
	}
}

// holdUp calls f and adds the time that f takes to held. The run does nothing else in that
// time.
func (r *run) holdUp(f func()) {
	began := time.Now()
	defer func() { r.held += time.Since(began) }()
	f()
}

// clock returns the time by which the run measures how long something fails. It stands still
// while the run is held up: the run cannot try again during that time, so that time does not
// count.
func (r *run) clock() time.Time { return time.Now().Add(-r.held) }
