package runcommand

import "github.com/ecs-runcommand/runcommand-go/errors"

// Report holds the facts that a wait knows about an invocation: one result for each
// instance.
//
// When package fmt prints a Report, or log/slog logs it as a separate attribute, the
// text shows the outcome of every instance and no output. Its JSON is the whole report.
// A JSON log of a struct, slice or map that holds a Report shows the whole report, too.
type Report struct {
	InvocationID string
	Status       Status // overall status of the invocation
	// Results holds one result for each instance: first the instances of the request, in
	// the order of the request, then other instances in the order in which they appeared.
	// When Complete is false, some instances may not have ended.
	Results  []Result
	Complete bool // true when the invocation has ended on every instance
}

// report makes the report of a wait. An instance in the map finished has its result
// there. For any other instance, the report has the latest state, without output.
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

// Err returns nil when every instance has ended with success. Otherwise it returns an
// [*errors.InvocationError] with every instance that did not succeed or has not ended.
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

// Result returns the result of one instance. The letter case of the id does not matter.
func (r *Report) Result(instanceID string) (Result, bool) {
	if r == nil {
		return Result{}, false
	}
	key := idKey(instanceID)
	for _, result := range r.Results {
		if idKey(result.InstanceID) == key {
			return result, true
		}
	}
	return Result{}, false
}

// Failed returns the results of the instances on which the command ended without success:
// the script failed, it exceeded its timeout, it was stopped, or the service did not
// reach the instance.
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
