package fleet

import (
	"context"
	"slices"
)

// Decide tells the fleet what a person has found out about instances that the report lists
// as Unknown. When ran is true, they count as done and successful. Otherwise they get their
// command when the fleet goes on. The journal keeps the decision. Nothing is decided when
// the error is not nil.
//
// When ran is true, the instances move to Results of the report. Their results have
// StatusSuccess, no output, and an ErrorInfo that says that a person has decided. When ran
// is false, they move to NotSent. Ids may be repeated, and their letter case does not
// matter. All of them are decided, or none.
//
// Call Decide after Run has returned, or on a fleet that a later [Resume] returned, before
// its Run. An instance can be decided once its chunk has the entry unknown in the journal. A run
// writes this entry 5 minutes after it has sent the chunk. A fleet whose run ended before is
// resumed and run first.
// When the reply about an instance was lost a short time ago, run the fleet first: it may
// still find the command. A wrong call is [errors.ErrInvalidArgument], such as a call during
// the run, or one that names an instance that is not Unknown. Any other error is that of the
// journal.
//
// Run looks for the command of an Unknown instance until it must have ended: its timeout and
// some minutes after it was sent. To decide sooner, end the context of Run and call Decide then.
// The fleet goes on with [Resume].
//
// Decide writes one entry into the journal, however long that takes. During a run it waits for
// the write that is under way, before it refuses the call. [Fleet.DecideContext] does the same
// with a context for its own entry.
func (f *Fleet) Decide(instanceIDs []string, ran bool) error {
	return f.DecideContext(context.Background(), instanceIDs, ran)
}

// DecideContext is like [Fleet.Decide]. When ctx has ended before it writes to the journal, it
// decides nothing and returns the error of ctx. An entry that is being written then gets 5 more
// seconds, so that the decision is not lost halfway. A nil ctx is an
// [errors.ErrInvalidArgument].
func (f *Fleet) DecideContext(ctx context.Context, instanceIDs []string, ran bool) error {
	if ctx == nil {
		return errNoContext
	}
	if f == nil || f.ledger == nil {
		return invalid("this fleet was made neither by New nor by Resume")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.state == fleetRunning {
		return invalid("Decide: the fleet is running; decide before it begins or after it has ended")
	}
	ids := withoutRepeats(instanceIDs)
	if len(ids) == 0 {
		return invalid("Decide: no instance is named")
	}
	members, err := f.ledger.positions(ids)
	if err != nil {
		return invalid("Decide: %w", err)
	}
	// An instance can be decided only when a run has given up waiting for the outcome of its
	// chunk.
	if k := slices.IndexFunc(members, func(i int) bool { return f.ledger.members[i].place != unknown }); k >= 0 {
		return invalid("Decide: the instance %.60q is not Unknown, or the fleet may still find out its outcome: resume the fleet and run it first", ids[k])
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	e := &entry{Type: entryDecided, Instances: f.ledger.ids(members), Ran: &ran}
	if err := f.record.append(ctx, e); err != nil {
		return err
	}
	return f.ledger.apply(e)
}
