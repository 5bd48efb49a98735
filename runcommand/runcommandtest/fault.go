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
// Kind says what goes wrong and when; the other fields restrict it.
type Fault struct {
	Kind FaultKind

	// Action is the operation that the fault applies to; empty means every
	// operation to which the Kind can apply.
	Action string

	// Times is how often the fault happens: 0 means once, a negative number always.
	Times int

	// InstanceID restricts the fault to calls that name the instance, or to the
	// runs and rows of the instance.
	InstanceID string

	// RetryAfter is the TimeLeft that a throttled reply announces; 0 means one
	// second.
	RetryAfter time.Duration

	// Code is the code to answer with, where the Kind leaves a choice.
	Code errors.Code

	// Status is the HTTP status of a refusal in place of the documented one, for
	// example 429 for a throttled call. A client should decide by the code.
	Status int

	// Delay is how long a delayed reply takes; 0 means ten seconds.
	Delay time.Duration
}

// pendingFault is a fault that waits, with the number of times it still has to happen.
type pendingFault struct {
	Fault
	left int // how often it still has to happen; negative: always
	used bool
}

// takeFault returns a fault of a stage that applies to the action and to one of the
// instances, and counts it as happened. Of several it takes the one injected first.
// An empty action means any. The caller holds the lock.
func (s *Server) takeFault(at stage, action string, instanceIDs ...string) (Fault, bool) {
	for _, f := range s.faults {
		if faultSpecs[f.Kind].stage == at && f.matches(action, instanceIDs) {
			s.countFault(f)
			return f.Fault, true
		}
	}
	return Fault{}, false
}

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

func (s *Server) countFault(f *pendingFault) {
	f.used = true
	if f.left < 0 {
		return
	}
	if f.left--; f.left == 0 {
		s.faults = slices.DeleteFunc(s.faults, func(g *pendingFault) bool { return g == f })
	}
}

// Inject makes things go wrong: every [Fault] waits for the moment that its kind
// names and happens then, as often as it says. Faults of one kind happen in the
// order in which they were injected.
//
// A fault that can never happen is a mistake in the test. So Inject panics when a
// Kind is none of the constants, an Action is neither empty nor one of the five
// operations, or a Status is neither 0 nor between 200 and 599.
func (s *Server) Inject(faults ...Fault) {
	for _, f := range faults {
		if mistake := s.mistake(f); mistake != "" {
			panic("runcommandtest: Inject: " + mistake)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		s.faults = append(s.faults, &pendingFault{Fault: f, left: cmp.Or(f.Times, 1)})
	}
}

// mistake says why f can never happen; it is empty when f can.
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

// Pending returns the faults that have not happened as often as they should, with
// Times as the number that is left. A fault that happens always is pending until it
// has happened once. A test that injects faults ends by asserting that there are
// none.
func (s *Server) Pending() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var pending []Fault
	for _, f := range s.faults {
		if f.left < 0 && f.used {
			continue
		}
		left := f.Fault
		left.Times = f.left
		pending = append(pending, left)
	}
	return pending
}

// outcome is how a run ends that FaultInstanceError decides.
func (f Fault) outcome() Outcome {
	code := f.Code
	if code == "" {
		code = errors.ExecutionException
	}
	return Outcome{Code: code}
}
