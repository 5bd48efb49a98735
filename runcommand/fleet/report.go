package fleet

import (
	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// A Report says what is known about the instances of a fleet. Each instance is in exactly
// one of Results, Unready, NotSent and Unknown, each in the order of the plan. Empty lists are
// nil.
//
//	report, err := f.Run(ctx)
//	for _, g := range report.Groups() { // "250 instances: Success"
//		fmt.Printf("%d instances: %s\n", len(g.InstanceIDs), g.Status)
//	}
//	for _, u := range report.Unready {
//		fmt.Println(u.InstanceID, u.Err)
//	}
//
// A Report is a copy: the run does not change it later. Only the bytes of outputs are shared
// with other reports of the fleet: do not change them. It may be read concurrently.
type Report struct {
	ID string // id of the fleet, see [Fleet.ID]
	// Results holds the instances for which the service has accepted the command. After
	// [Fleet.Run] it has their outputs. Some of them may not have ended, see Status: when
	// the fleet did not come to its end, or when the command ran much longer than its
	// timeout. A resumed fleet has the outputs that the service still keeps.
	Results []runcommand.Result
	// Unready holds the instances that cannot run the command, with the reason in Err: an
	// [*errors.InstanceError] with the code. They got no command. The reason comes from
	// Preflight or from a refusal. In a resumed fleet it has less detail: a journal keeps
	// only the code and a text.
	Unready []runcommand.Readiness
	// NotSent holds the instances on which surely no command was executed. A later [Resume]
	// sends them the command.
	NotSent []string
	// Unknown holds instances on which the command may or may not have run.
	// [Fleet.Decide] tells the fleet what a person has found out. During the run it also
	// holds the instances of the up to 8 chunks that are just being sent. To look for the
	// command on the service, use the tags [TagGroup] and [TagChunk].
	Unknown []string
	// Waves holds the waves that have begun, in their order, with their counts.
	Waves []Wave
	// Halted is true when the fleet has halted: Err returns a [*HaltError] then. It is false
	// for a fleet that was not run, also when its journal says that failures have halted it.
	Halted bool

	halt *HaltError
	skip bool // SkipUnready of the plan: unready instances are no failures
}

// A Wave is one wave of a fleet, with its counts so far. It has ended when Done is Instances.
type Wave struct {
	Number    int // 1 for the first wave
	Instances int // number of instances in the wave
	Done      int // number of instances on which nothing more will happen, failed ones included
	Failed    int // number of instances that count as failed, see [Plan]
}

// Report returns a report with what is known now. It never returns nil. After
// [Fleet.Results] the results have no outputs.
//
// It may be called at any time: before the run, during the run, and after it. Before the
// run, the report of a resumed fleet has what its journal says. Report waits while the
// journal takes an entry. It calls no function of the service. It goes through all
// instances; to show how far a large fleet is, [OnProgress] costs less. The report of a nil
// or zero Fleet is empty.
func (f *Fleet) Report() *Report {
	if f == nil || f.ledger == nil {
		return &Report{}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ledger.report(f.halt)
}

// report makes the report. The caller holds the lock of the fleet. The argument halt is nil for
// a fleet that has not halted.
func (l *ledger) report(halt *HaltError) *Report {
	r := &Report{ID: l.spec.Fleet, Halted: halt != nil, skip: l.spec.SkipUnready}
	if halt != nil { // a copy, since the run may still change its own
		current := *halt
		l.count(&current)
		r.halt = &current
	}
	for i := range l.members {
		switch m := &l.members[i]; m.place {
		case pending:
			r.NotSent = append(r.NotSent, m.id)
		case sending, unknown:
			r.Unknown = append(r.Unknown, m.id)
		case unready:
			r.Unready = append(r.Unready, *m.readiness)
		case running, ended:
			r.Results = append(r.Results, l.resultOf(m))
		}
	}
	for w := range l.waves[:l.begun] {
		r.Waves = append(r.Waves, l.wave(w))
	}
	return r
}

// resultOf returns the result of an instance, or its latest state: StatusPending when the
// service has shown none.
func (l *ledger) resultOf(m *member) runcommand.Result {
	r := runcommand.Result{InstanceID: m.id, Status: runcommand.StatusPending, Output: []byte{}}
	if m.result != nil {
		r = *m.result
	}
	if m.chunk != nil {
		r.InvocationID = m.chunk.invocation
	}
	return r
}

// wave returns the counts of a wave, by its index.
func (l *ledger) wave(w int) Wave {
	tally := l.waves[w]
	return Wave{Number: w + 1, Instances: tally.after - tally.first, Done: tally.done, Failed: tally.failed}
}

// Failed returns the results of the instances on which the command ended without success, in
// the order of the plan. [runcommand.Result.Err] of each is an [*errors.InstanceError];
// [errors.Retryable] of it tells whether the command never began there. Instances that have not
// ended are not among them. It is nil for a nil Report.
func (r *Report) Failed() []runcommand.Result {
	if r == nil {
		return nil
	}
	var failed []runcommand.Result
	for _, result := range r.Results {
		if result.Status.Terminal() && result.Status != runcommand.StatusSuccess {
			failed = append(failed, result)
		}
	}
	return failed
}

// Groups puts equal results together, see [runcommand.GroupResults]. It is nil for a nil
// Report. After [Fleet.Results] the outputs are empty, so results that differ only in their
// outputs are in one group. Only Results are grouped; Unready, NotSent and Unknown are not.
func (r *Report) Groups() []runcommand.Group {
	if r == nil {
		return nil
	}
	return runcommand.GroupResults(r.Results)
}

// Err returns nil when the command succeeded on all instances, without those that
// SkipUnready of the plan leaves out. Otherwise it returns the error that [Fleet.Run]
// documents: a [*HaltError] when the fleet has halted, else a [*FailedError]. For a report
// that was made during the run it is a FailedError: an instance on which the command has not
// ended counts as failed. For a nil Report it is an [errors.ErrInvalidArgument].
func (r *Report) Err() error {
	switch {
	case r == nil:
		return invalid("there is no report")
	case r.halt != nil:
		return r.halt
	}
	e := &FailedError{Of: len(r.Results) + len(r.Unready) + len(r.NotSent) + len(r.Unknown)}
	for _, result := range r.Results {
		if failure, ok := errors.AsType[*errors.InstanceError](result.Err()); ok {
			e.Instances = append(e.Instances, failure)
			e.Failed++
		}
	}
	for _, u := range r.Unready {
		failure, ok := errors.AsType[*errors.InstanceError](u.Err)
		if !r.skip && ok {
			e.Instances = append(e.Instances, failure)
			e.Unready++
		}
	}
	e.Unknown, e.NotSent = len(r.Unknown), len(r.NotSent)
	if e.Failed+e.Unready+e.Unknown+e.NotSent == 0 {
		return nil
	}
	return e
}
