package runcommand

import (
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Report is what a wait has learned about an invocation.
//
// Printed by package fmt, or logged by log/slog as an attribute of its own, it
// shows the outcome of every instance and no output. JSON is the whole report, in
// the JSON log of a struct, slice or map too.
type Report struct {
	InvocationID string
	Status       Status // of the whole
	// Results holds one result an instance: in the order of the request's
	// instances, then in order of appearance. When Complete is false some may
	// be without an end.
	Results  []Result
	Complete bool // the invocation ended, not only the wait
}

// report puts together what a wait knows, with the outputs that were handed
// over.
func (w *watch) report(finished map[string]Result, complete bool) *Report {
	r := &Report{InvocationID: w.ID, Complete: complete, Results: make([]Result, 0, len(w.order))}
	for _, id := range w.order {
		result, ok := finished[id]
		if !ok {
			result = w.states[id].result
		}
		r.Results = append(r.Results, result)
	}
	r.Status = overallStatus(r.Results)
	return r
}

// Err is nil when every instance succeeded, and otherwise an
// [*errors.InvocationError] with all that did not, those that have not
// finished among them.
func (r *Report) Err() error {
	if r == nil {
		return invalid("there is no report")
	}
	var failures []*errors.InstanceError
	for _, result := range r.Results {
		if result.Status != StatusSuccess {
			failures = append(failures, result.failure())
		}
	}
	if len(failures) == 0 && r.Complete {
		return nil
	}
	return &errors.InvocationError{
		InvocationID: r.InvocationID,
		Status:       string(r.Status),
		Failed:       failures,
		Total:        len(r.Results),
	}
}

// Result returns the result of one instance, whose id may be in another letter
// case.
func (r *Report) Result(instanceID string) (Result, bool) {
	if r == nil {
		return Result{}, false
	}
	for _, result := range r.Results {
		if strings.EqualFold(result.InstanceID, instanceID) {
			return result, true
		}
	}
	return Result{}, false
}

// Failed lists the results that have ended without success: failed scripts,
// timeouts, instances that were not reached, stopped ones.
func (r *Report) Failed() []Result {
	if r == nil {
		return nil
	}
	var failed []Result
	for _, result := range r.Results {
		if result.Status.Terminal() && result.Status != StatusSuccess {
			failed = append(failed, result)
		}
	}
	return failed
}
