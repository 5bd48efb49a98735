package runcommandtest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Fault is something that goes wrong on purpose, once or several times. Its
// Kind says what goes wrong and when; the other fields restrict it. A field that the Kind
// does not use has no effect. [Server.Inject] takes a copy.
type Fault struct {
	// Kind must be one of the constants. The comment of the constant says what the client
	// sees, whether a command is executed, and which of the fields Code, Status, RetryAfter
	// and Delay the Kind uses.
	Kind FaultKind

	// Action is the operation that the fault applies to, such as "RunCommand"; empty means
	// every operation to which the Kind can apply. An operation to which the Kind cannot
	// apply leaves the fault pending. Faults of instances ignore the field.
	Action string

	// Times is how often the fault happens: 0 means once, a negative number always. A fault
	// of the connection, a refusal and a fault of the reply happen once a call. A fault of
	// instances happens once for each instance of a command, or once a run. A fault that
	// changes what a Describe operation shows happens once a reply, however many rows change.
	Times int

	// InstanceID restricts the fault to calls that name the instance, or to the
	// runs and rows of the instance. Most polling calls name only an invocation and no
	// instance. Leave it empty for FaultTokenBusy, FaultTokenMismatch, FaultTokenExpired,
	// FaultNotVisible, FaultReorderedRows, FaultRepeatedRows and FaultRepeatedPage: with an
	// InstanceID these never happen.
	InstanceID string

	// RetryAfter is the value of TimeLeft in the rate-limit header of FaultThrottled, which
	// is in milliseconds there. 0 means one second. The other kinds do not use it.
	RetryAfter time.Duration

	// Code is the error code of the fault, which need not be a documented one. Empty means
	// the default of the Kind. Only some kinds use it.
	Code errors.Code

	// Status replaces the documented HTTP status of a refusal, for example by 429 for a
	// throttled call. A client should decide by the code, not by the status. It is between
	// 200 and 599, or 0 for the documented status. Only the refusals that can happen to every
	// operation and FaultStrangerAfterAccept use it.
	Status int

	// Delay is how long the reply of FaultDelayed takes, in real time or in the virtual time
	// of testing/synctest; 0 means ten seconds. The other kinds do not use it.
	Delay time.Duration
}

// A pendingFault is an injected fault, with the number of times that it still has to
// happen.
type pendingFault struct {
	Fault
	left       int // how often the fault still has to happen; negative: always
	used       bool
	injectedAt string // file and line of the call of Inject
}

// takeFault looks for a fault of a stage that applies to the action and to one of the
// instances. When there are several, it takes the fault that was injected first. It
// records that this fault has happened once more. An empty action means any action. The
// caller holds the lock.
func (s *Server) takeFault(at stage, action string, instanceIDs ...string) (Fault, bool) {
	for _, f := range s.faults {
		if faultSpecs[f.Kind].stage == at && f.matches(action, instanceIDs) {
			s.countFault(f)
			return f.Fault, true
		}
	}
	return Fault{}, false
}

// matches reports whether f applies to a call of the action, or to an event that concerns
// one of the instances. An empty action means any action.
func (f *pendingFault) matches(action string, instanceIDs []string) bool {
	if f.InstanceID != "" && !slices.Contains(instanceIDs, f.InstanceID) {
		return false
	}
	if action == "" {
		return true
	}
	if f.Action != "" {
		return f.Action == action
	}
	only := faultSpecs[f.Kind].actions
	return only == nil || slices.Contains(only, action)
}

// countFault records that f has happened once more, and removes it when it has happened
// as often as it should. The caller holds the lock.
func (s *Server) countFault(f *pendingFault) {
	f.used = true
	if f.left < 0 {
		return
	}
	if f.left--; f.left == 0 {
		s.faults = slices.DeleteFunc(s.faults, func(g *pendingFault) bool { return g == f })
	}
}

// Inject makes things go wrong. Every [Fault] happens at the moment that its Kind
// names, as often as its Times says. Faults of one kind happen in the order in which
// they were injected. Of faults of different kinds, the one that acts earlier in a call
// happens first: a throttled call comes before a lost reply, whatever their order was. To
// give the second call another fault than the first, count the calls in a function of
// [Server.Control].
//
// Inject may be called at any time: a fault waits until it can happen. A fault that has
// happened as often as it should is forgotten; [Server.Pending] returns the others.
// Injected faults cannot be taken back. A control function, which can be removed, can
// refuse calls too.
//
// A fault that can never happen is a mistake in the test. So Inject panics when a Kind
// is not one of the constants, an Action is neither empty nor one of the served
// operations, or a Status is neither 0 nor between 200 and 599. It then injects none of
// the faults. It does not notice an Action or an InstanceID with which the Kind cannot
// happen. Such a fault stays pending.
func (s *Server) Inject(faults ...Fault) {
	for _, f := range faults {
		if mistake := s.mistake(f); mistake != "" {
			panic("runcommandtest: Inject: " + mistake)
		}
	}
	at := callerOfInject()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		s.faults = append(s.faults, &pendingFault{Fault: f, left: cmp.Or(f.Times, 1), injectedAt: at})
	}
}

// mistake returns the reason why f can never happen. The reason is empty when f can
// happen.
func (s *Server) mistake(f Fault) string {
	if _, known := faultSpecs[f.Kind]; !known {
		return fmt.Sprintf("there is no kind of fault %s; Kind is one of the Fault constants", f.Kind)
	}
	if _, known := s.operations[f.Action]; !known && f.Action != "" {
		return fmt.Sprintf("%s cannot happen to the action %q; Action is one of %s, or empty", f.Kind, f.Action,
			strings.Join(slices.Sorted(maps.Keys(s.operations)), ", "))
	}
	if f.Status != 0 && !final(f.Status) {
		return fmt.Sprintf("%s cannot answer with status %d; Status is between 200 and 599, or 0", f.Kind, f.Status)
	}
	return ""
}

// outcome returns how a run with the fault FaultInstanceError ends.
func (f Fault) outcome() Outcome {
	code := f.Code
	if code == "" {
		code = errors.ExecutionException
	}
	return Outcome{Code: code}
}
