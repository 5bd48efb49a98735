package fleet

import (
	"log/slog"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// errLeft halts a fleet whose loop over Results was left.
var errLeft = errors.New("the loop over the results was left")

// close ends all calls, takes over their results, and writes the last entry. A second call
// does nothing. It waits for the calls that have begun. This takes little time, since their
// contexts have ended.
func (r *run) close() {
	if r.ended {
		return
	}
	r.ended = true
	r.locked(func() { // before the calls end: their errors are not the reason
		switch {
		case r.blind != nil:
			r.stop(r.blind)
		case r.abandoned && r.ledger.settled < len(r.ledger.members):
			r.stop(errLeft)
		}
	})
	r.closeSending()
	r.cancel()
	if r.graceOver != nil {
		r.graceOver.Stop()
		r.sendsOver.Stop()
	}
	for r.active > 0 {
		r.receive(<-r.events)
	}
	r.locked(func() {
		if r.blind == nil {
			r.judge() // the last event may have brought failures
		}
		r.describeStop()
		e := &entry{Type: entryEnd, Reason: "finished"}
		if halt := r.fleet.halt; halt != nil {
			r.ledger.count(halt)
			e.Reason = halt.Error()
			r.log(slog.LevelWarn, "fleet: halted", slog.String("reason", e.Reason))
		}
		r.write(e)
		if halt := r.fleet.halt; halt != nil {
			r.ledger.count(halt) // the journal may have failed
		}
		r.waveEnded(r.haltReason())
		r.fleet.state = fleetOver
	})
}

// haltReason returns why the fleet halted, nil when it did not.
func (r *run) haltReason() error {
	if r.fleet.halt == nil {
		return nil
	}
	return r.fleet.halt
}
