package fleet

import (
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// judge halts the fleet when more instances have failed than the limit allows. The entry halt is
// written once; a resume with another limit takes it back.
func (r *run) judge() {
	if r.ledger.halted || !r.ledger.tooManyFailed() {
		return
	}
	r.stop(nil)
	r.write(&entry{Type: entryHalt, Wave: r.ledger.begun})
}

// nextWave begins the next wave when the latest one has ended, the limit was judged, the
// pause is over and the approval was given.
func (r *run) nextWave(now time.Time) {
	l := r.ledger
	if r.closed || !r.tailDone() || r.allSent() || !r.idle() || r.unfinished() > 0 {
		return
	}
	if len(r.later) > 0 {
		r.enqueue(r.later[0])
		r.later = r.later[1:]
		r.at(now)
		return
	}
	if l.begun > 0 {
		if r.waveOver.IsZero() {
			r.waveOver = now
		}
		r.waveEnded(nil)
		if end := r.waveOver.Add(time.Duration(l.spec.Pause)); now.Before(end) {
			r.at(end)
			return
		}
		if r.fleet.options.approve != nil && r.approved < l.begun {
			r.ask = true
			return
		}
	}
	// This step may have found more failures since it began.
	if r.judge(); !r.closed {
		r.beginWave(l.begun + 1)
	}
}

// beginWave begins a wave: its instances are to be sent from now on.
func (r *run) beginWave(number int) {
	r.waveOver = time.Time{}
	r.observeWave(number)
	w := r.ledger.waves[number-1]
	r.log(slog.LevelInfo, "fleet: wave begun", slog.Int("wave", number), slog.Int("instances", w.after-w.first))
	r.write(&entry{Type: entryWave, Wave: number})
	var members []int
	for i := w.first; i < w.after; i++ {
		members = append(members, i)
	}
	r.enqueue(members)
	r.at(time.Now())
}

// enqueue puts instances into the queue of those that are to be sent, by way of Preflight
// when the plan skips instances that are not ready.
func (r *run) enqueue(members []int) {
	if !r.ledger.spec.SkipUnready {
		r.queue = append(r.queue, members...)
		return
	}
	for part := range slices.Chunk(members, r.client.Limits().Instances) {
		r.toCheck = append(r.toCheck, part)
	}
}

// askApproval asks the program for the next wave. It may take hours. The fleet does nothing
// else meanwhile: the wave before has ended.
func (r *run) askApproval() {
	r.ask = false
	var ended Wave
	r.locked(func() { ended = r.ledger.wave(r.ledger.begun - 1) })
	err := guard("the function of WithApproval", func() error { return r.fleet.options.approve(r.callerCtx, ended) })
	if r.callerCtx.Err() != nil {
		return // the next step cancels the run; the approval is asked for again after a Resume
	}
	r.locked(func() {
		if err != nil {
			r.stop(fmt.Errorf("wave %d was not approved: %w", ended.Number+1, err))
			return
		}
		r.approved = ended.Number
	})
}

// checkReadiness asks Preflight about the instances of a wave, in parts of as many as one
// request takes. Those that are ready are to be sent. A part of step.
func (r *run) checkReadiness() {
	for !r.closed && r.tailDone() && len(r.toCheck) > 0 && r.checking < mostChecks && !time.Now().Before(r.sendAfter) {
		members := r.toCheck[0]
		r.toCheck = r.toCheck[1:]
		r.checking++
		r.preflight(members, func(unready []runcommand.Readiness, err error) {
			r.checking--
			switch {
			case err != nil && r.ended:
			case err != nil && temporary(err) && r.mayTryAgain(err):
				r.toCheck = append(r.toCheck, members)
			case err != nil:
				r.stop(fmt.Errorf("the instances of wave %d could not be checked: %w", r.ledger.begun, err))
			default:
				r.failingAt = time.Time{} // the service answers again
				r.queue = append(r.queue, r.dropUnready(members, unready)...)
			}
		})
	}
	if len(r.toCheck) > 0 && time.Now().Before(r.sendAfter) {
		r.at(r.sendAfter)
	}
}

// preflight asks in another goroutine which of the instances cannot run the command.
// Afterwards the owner of the run calls the function then. The function also gets what is
// known when there is an error.
func (r *run) preflight(members []int, then func(unready []runcommand.Readiness, err error)) {
	req := r.ledger.spec.request(r.ledger.ids(members), nil, "")
	ctx := r.callCtx()
	r.start(func() func() {
		p, err := r.client.Preflight(ctx, req)
		var unready []runcommand.Readiness
		for _, i := range p.Instances {
			if i.Err != nil {
				unready = append(unready, i)
			}
		}
		return func() { then(unready, err) }
	})
}

// dropUnready records which of the instances cannot run the command, and returns the others.
func (r *run) dropUnready(members []int, found []runcommand.Readiness) []int {
	if len(found) == 0 {
		return members
	}
	e := &entry{Type: entryUnready, Wave: r.ledger.begun}
	dropped := make(map[int]bool, len(found))
	for _, u := range found {
		positions, err := r.ledger.positions([]string{u.InstanceID})
		if err == nil && slices.Contains(members, positions[0]) && !dropped[positions[0]] {
			dropped[positions[0]] = true
			e.Unready = append(e.Unready, unreadyEntryOf(u))
		}
	}
	if len(e.Unready) == 0 {
		return members
	}
	r.write(e)
	for k, u := range e.Unready { // the entry has less than Preflight knows
		positions, _ := r.ledger.positions([]string{u.Instance})
		kept := found[slices.IndexFunc(found, func(f runcommand.Readiness) bool { return f.InstanceID == e.Unready[k].Instance })]
		r.ledger.members[positions[0]].readiness = &kept
	}
	return slices.DeleteFunc(slices.Clone(members), func(i int) bool { return dropped[i] })
}

// mayTryAgain plans another attempt after a failure that can pass by waiting. It returns
// false when such failures have lasted too long.
func (r *run) mayTryAgain(err error) bool {
	now := time.Now()
	if r.failingAt.IsZero() {
		r.failingAt = r.clock()
		r.waits.Reset()
	}
	if r.clock().Sub(r.failingAt) >= patience {
		return false
	}
	if now.Before(r.sendAfter) { // several calls failed together
		return true
	}
	wait := r.waits.NextBackOff()
	if hint, ok := errors.RetryAfter(err); ok {
		wait = max(wait, min(hint, patience))
	}
	r.sendAfter = now.Add(wait)
	return true
}

// succeeded ends a series of failures to send.
func (r *run) succeeded() {
	r.failingAt, r.sendAfter = time.Time{}, time.Time{}
}
