package fleet

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A HaltError says that a fleet has halted: more instances have failed than the limit allows,
// or the error in Err kept it from going on. [Resume] goes on with a fleet that has a journal.
//
//	if halt, ok := errors.AsType[*fleet.HaltError](err); ok {
//		switch {
//		case halt.Err == nil: // too many failures: resume with WithMaxFailures, or not at all
//		case errors.Is(err, errors.ErrQuotaExceeded): // resume tomorrow
//		case errors.Is(err, context.Canceled): // resume at any time
//		case errors.Is(err, fleet.ErrSuperseded): // another process goes on with it
//		}
//	}
//
// The counts are those at the end of the run. In a report that was made during the run they
// are those at the time of the call. NotSent can be 0: failures can exceed the limit when
// all instances have their command.
//
// A HaltError is not [errors.Retryable]: a new fleet would run the command again on
// instances on which it has run.
type HaltError struct {
	Wave    int  // number of the latest wave that has begun; 0 before the first
	Failed  int  // number of instances that count as failed, see [Plan]
	Of      int  // number of instances in the waves that have begun
	Limit   Size // the limit on failures; unset when there is none
	NotSent int  // number of instances that got no command
	// Unknown is the number of instances on which the command may or may not have run; see
	// [Fleet.Decide].
	Unknown int
	// Err is nil when only the failures halted the fleet. Otherwise it is the error that halted
	// it first, one of those below. Failures can exceed the limit also then: a Resume says so
	// with [ErrHalted]. errors.Is and errors.As find it in the HaltError as well.
	//
	//   - the error of the context: context.Canceled or context.DeadlineExceeded,
	//   - the error of the function of [WithApproval],
	//   - the error of the journal, such as [ErrSuperseded], or [ErrJournalIncomplete],
	//   - a refusal of the service, an [*errors.APIError] with its code, for example of kind
	//     [errors.ErrQuotaExceeded] or [errors.ErrPermission],
	//   - a failure that did not pass in 5 minutes, for example of kind [errors.ErrThrottled]
	//     or [errors.ErrUnavailable],
	//   - an error that says that the loop over [Fleet.Results] was left; only [Report.Err]
	//     returns it.
	Err error
}

// Unwrap returns Err: the error that halted the fleet, nil when only the failures halted the fleet.
func (e *HaltError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// Error says in one line what happened, such as
// "halted in wave 3: 11 of 510 failed, limit 2 %; 9,490 not sent". The text of Err follows. It is
// "<nil>" for a nil HaltError.
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
	if e.Unknown > 0 {
		fmt.Fprintf(&b, "; %s unknown", grouped(e.Unknown))
	}
	fmt.Fprintf(&b, "; %s not sent", grouped(e.NotSent))
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return oneLine(b.String())
}

// oneLine replaces control characters with blanks: errors of the program and of its journal can
// have several lines, and could forge lines of a log.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
}

// Retryable is false, whatever halted the fleet. So [errors.Retryable] is false, too.
func (e *HaltError) Retryable() bool { return false }

// count fills in the counts of a halt. The caller holds the lock of the fleet.
func (l *ledger) count(halt *HaltError) {
	halt.Wave, halt.Failed, halt.Of, halt.Limit = l.begun, l.failed, l.begunInstances(), l.limit
	halt.NotSent, halt.Unknown = 0, 0
	for i := range l.members {
		switch l.members[i].place {
		case pending:
			halt.NotSent++
		case sending, unknown:
			halt.Unknown++
		case running, ended, unready:
		}
	}
}

// failures describes the counts of a fleet that failures have halted.
func (l *ledger) failures() string {
	var e HaltError
	l.count(&e)
	text := fmt.Sprintf("%s of %s failed, ", grouped(e.Failed), grouped(e.Of))
	if e.Unknown > 0 {
		text += grouped(e.Unknown) + " unknown, "
	}
	return text + "limit " + sizeText(e.Limit)
}

// A FailedError says that a fleet came to its end and the command did not succeed on every
// instance.
//
//	if failed, ok := errors.AsType[*fleet.FailedError](err); ok {
//		for _, e := range failed.Instances {
//			fmt.Println(e.InstanceID, e.Code, e.ExitCode)
//		}
//	}
//
// errors.Is finds the code and the kind of the error of each instance: for example
// [errors.ErrTimeout] when the command has timed out on one of them. Instances that are
// Unknown or NotSent have no error of their own.
type FailedError struct {
	Failed  int // number of instances whose result is not Success; those that have not ended are included
	Unready int // number of instances that cannot run the command; 0 with SkipUnready
	Unknown int // number of instances on which the command may or may not have run
	NotSent int // number of instances that got no command
	Of      int // number of instances of the plan
	// Instances has an error for each failed or unready instance: first the failed ones, then
	// the unready ones, both in the order of the plan.
	Instances []*errors.InstanceError
}

// shownInstances is the largest number of instances that Error names.
const shownInstances = 3

// Unwrap returns the errors of the instances, in their order.
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

// Error returns the counts, and the errors of the first 3 instances. The text contains no
// output of a script.
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

// Retryable is false: a new fleet would run the command again on instances on which it has
// succeeded.
func (e *FailedError) Retryable() bool { return false }

// instances returns a number of instances for people: "1 instance", "9,490 instances".
func instances(n int) string {
	if n == 1 {
		return "1 instance"
	}
	return grouped(n) + " instances"
}

// grouped returns a number with commas between groups of three digits, such as 9,490.
func grouped(n int) string {
	digits := strconv.Itoa(n)
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
