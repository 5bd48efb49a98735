package fleet

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// journalTimeout is how long an Append may take after the context of the fleet has ended.
const journalTimeout = 5 * time.Second

// A recorder numbers the entries of one writer and appends them to the journal. Several
// goroutines may use it. After an error it appends nothing more: a writer that lost its
// place, or whose disk is full, must not go on.
type recorder struct {
	journal Journal // nil for a fleet without a journal
	spec    *spec   // its script and parameters are no part of errors

	mu     *lock
	next   int64
	failed error
}

// newRecorder returns the recorder of the writer whose first entry has the number next.
func newRecorder(j Journal, s *spec, next int64) *recorder {
	return &recorder{journal: j, spec: s, mu: newLock(), next: next}
}

// append writes an entry with the current time. It writes also when caller has ended, since
// the entry may say what became of a command that was sent.
func (r *recorder) append(caller context.Context, e *entry) (err error) {
	ctx, cancel := withoutEnd(caller, journalTimeout)
	defer cancel()
	r.mu.Lock()
	defer r.mu.Unlock()
	// The lock keeps the times in the order of the entries. An entry with an earlier time
	// than the entry before it would mean that the clock was set back.
	e.Time = time.Now()
	if r.journal == nil {
		return nil
	}
	if r.failed != nil {
		return r.failed
	}
	line, err := e.encode()
	if err != nil {
		return fmt.Errorf("fleet: the journal: %w", err)
	}
	returned := false
	defer func() {
		v := recover()
		if v != nil || !returned { // a panic, or runtime.Goexit as in the functions of package testing
			err = errors.New("the journal panicked")
		}
		if err != nil && ctx.Err() != nil {
			err = fmt.Errorf("%w: an entry was not stored within %v after that: %w", caller.Err(), journalTimeout, err)
		}
		if err != nil {
			err = journalErrorOf(err, r.spec, e.Token)
			r.failed = err
		}
	}()
	err = r.journal.Append(ctx, r.next, line)
	if returned = true; err != nil {
		return err
	}
	r.next++
	return nil
}

// err returns why nothing can be appended any more, or nil. It waits while an Append runs.
func (r *recorder) err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

// withoutEnd returns a context that goes on for some time after ctx has ended. The function that
// it returns frees its timer.
func withoutEnd(ctx context.Context, after time.Duration) (context.Context, context.CancelFunc) {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(after, cancel)
		context.AfterFunc(own, func() { timer.Stop() })
	})
	return own, func() { stop(); cancel() }
}

// readJournal returns the ledger that the entries of a journal make. It returns a nil
// ledger for an empty journal. New and Resume call it, in the goroutine of the caller.
func readJournal(ctx context.Context, j Journal) (l *ledger, err error) {
	defer func() {
		if v := recover(); v != nil {
			l, err = nil, errors.New("fleet: the journal panicked")
		}
	}()
	number := 0
	for line, err := range j.Entries(ctx) {
		if err != nil {
			if l != nil {
				return nil, journalErrorOf(err, l.spec, "")
			}
			return nil, fmt.Errorf("fleet: the journal: %w", err)
		}
		number++
		e, err := decodeEntry(line)
		switch {
		case err == nil && l == nil && (e.Type != entryPlan || e.Plan == nil || e.Plan.Command == nil):
			err = errors.New("it is not the plan of a fleet")
		case err == nil && l == nil && len(withoutRepeats(e.Plan.Instances)) != len(e.Plan.Instances):
			err = errors.New("the plan names an instance twice")
		case err == nil && l == nil && len(e.Plan.Instances) == 0:
			err = errors.New("the plan has no instances")
		case err == nil && l == nil && len(forbidden(e.Plan.Command)) > 0:
			err = fmt.Errorf("the command of the plan %s", forbidden(e.Plan.Command)[0].Message)
		case err == nil && l == nil:
			l = newLedger(e.Plan)
			l.clock, l.entries = e.Time, 1
		case err == nil:
			err = l.apply(e)
		}
		if err != nil {
			return nil, fmt.Errorf("fleet: entry %d of the journal: %w", number, err)
		}
	}
	return l, nil
}
