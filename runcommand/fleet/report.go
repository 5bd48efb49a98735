package fleet

import (
	"fmt"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// A Report says what is known about the instances of a fleet. Each instance is in exactly
// one of Results, Unready, NotSent and Unknown, each in the order of the plan.
type Report struct {
	ID string // id of the fleet
	// Results holds the instances that the service has accepted the command for, with their
	// outputs after [Fleet.Run]. When the fleet did not come to its end, some of them may
	// not have ended: see Status.
	Results []runcommand.Result
	// Unready holds the instances that cannot run the command, with the reason in Err. They
	// got no command.
	Unready []runcommand.Readiness
	// NotSent holds the instances that got no command that was executed.
	NotSent []string
	// Unknown holds the instances of which nobody can say whether the command ran there.
	// [Fleet.Decide] tells the fleet what a person has found out.
	Unknown []string
	// Waves holds the waves that have begun.
	Waves []Wave
	// Halted is true when the fleet ended before all instances got their command and ended.
	Halted bool

	halt *HaltError
	skip bool // unready instances are no failures
}

// A Wave is one wave of a fleet, with its counts so far.
type Wave struct {
	Number    int // 1 for the first wave
	Instances int // number of instances in the wave
	Done      int // number of instances on which nothing more will happen, failed ones included
	Failed    int // number of instances that count as failed, see [Plan]
}

// Progress says how far a fleet is.
type Progress struct {
	Wave     int // number of the latest wave that has begun; 0 before the first
	Done     int // number of instances on which nothing more will happen, failed ones included
	Failed   int // number of instances that count as failed, see [Plan]
	Total    int // number of instances of the plan
	ByStatus map[runcommand.Status]int
}

// Report returns what is known now. It is never nil. After [Fleet.Results] the results have
// no outputs.
func (f *Fleet) Report() *Report {
	if f == nil || f.ledger == nil {
		return &Report{}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ledger.report(f.halt)
}

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

// resultOf returns the result of an instance, or its latest state.
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

// Groups puts equal results together, see [runcommand.GroupResults].
func (r *Report) Groups() []runcommand.Group {
	if r == nil {
		return nil
	}
	return runcommand.GroupResults(r.Results)
}

// Err returns nil when the command succeeded on all instances, without those that
// SkipUnready of the plan leaves out. Otherwise it returns the error that [Fleet.Run]
// documents.
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

// A HaltError says that a fleet ended before all its instances got their command and ended.
// [Resume] goes on with a fleet that has a journal.
//
// A HaltError is not [errors.Retryable]: a new fleet would run the command again where it
// has run.
type HaltError struct {
	Wave    int   // number of the latest wave that has begun
	Failed  int   // number of instances that failed
	Of      int   // number of instances in the waves that have begun
	Limit   Size  // the limit on failures; unset when there is none
	NotSent int   // number of instances that got no command
	Err     error // nil when too many instances failed; otherwise what halted the fleet: approval, quota, a right, the journal, the context
}

// Unwrap returns what halted the fleet, nil for failures.
func (e *HaltError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// Error says in one line what happened, such as
// "halted in wave 3: 11 of 510 failed, limit 2%; 9,490 not sent".
func (e *HaltError) Error() string {
	if e == nil {
		return "<nil>"
	}
	var b strings.Builder
	b.WriteString("halted")
	if e.Wave > 0 {
		fmt.Fprintf(&b, " in wave %d", e.Wave)
	}
	fmt.Fprintf(&b, ": %s of %s failed", grouped(e.Failed), grouped(e.Of))
	if e.Limit.isSet() && !e.Limit.unlimited() {
		fmt.Fprintf(&b, ", limit %s", sizeText(e.Limit))
	}
	fmt.Fprintf(&b, "; %s not sent", grouped(e.NotSent))
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Retryable is false, whatever halted the fleet.
func (e *HaltError) Retryable() bool { return false }

// A FailedError says that a fleet came to its end and the command did not succeed on every
// instance.
type FailedError struct {
	Failed    int                     // number of instances whose result is not Success
	Unready   int                     // number of instances that cannot run the command; 0 with SkipUnready
	Unknown   int                     // number of instances of which it is not known whether the command ran
	NotSent   int                     // number of instances that got no command
	Of        int                     // number of instances of the plan
	Instances []*errors.InstanceError // one for each failed or unready instance
}

// shownInstances is the largest number of instances that Error names.
const shownInstances = 3

// Unwrap returns the errors of the instances.
func (e *FailedError) Unwrap() []error {
	if e == nil {
		return nil
	}
	errs := make([]error, len(e.Instances))
	for i, failure := range e.Instances {
		errs[i] = failure
	}
	return errs
}

// Error returns the counts, and names the first instances.
func (e *FailedError) Error() string {
	if e == nil {
		return "<nil>"
	}
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{{e.Failed, "failed"}, {e.Unready, "not ready"}, {e.Unknown, "unknown"}, {e.NotSent, "not sent"}} {
		if c.n > 0 {
			parts = append(parts, grouped(c.n)+" "+c.what)
		}
	}
	text := fmt.Sprintf("the command did not succeed on all of %s: %s", instances(e.Of), strings.Join(parts, ", "))
	for i, failure := range e.Instances {
		if i == shownInstances {
			return text + fmt.Sprintf("; and %d more", len(e.Instances)-i)
		}
		text += "; " + failure.Error()
	}
	return text
}

// Retryable is false: a new fleet would run the command again where it has succeeded.
func (e *FailedError) Retryable() bool { return false }

func instances(n int) string {
	if n == 1 {
		return "1 instance"
	}
	return grouped(n) + " instances"
}

// grouped returns a number with commas between groups of three digits, such as 9,490.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for k := len(digits) - 3; k > 0 && digits[k-1] != '-'; k -= 3 {
		digits = digits[:k] + "," + digits[k:]
	}
	return digits
}

// sizeText returns a size for people: "2 %" or "10".
func sizeText(s Size) string {
	if share, ok := strings.CutSuffix(s.String(), "%"); ok {
		return share + " %"
	}
	return s.String()
}
