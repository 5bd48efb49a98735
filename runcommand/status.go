package runcommand

// Status is the state of an invocation, or of an invocation on one instance,
// in the service's words (InvocationStatus).
//
// The list is open: a value that is not among the constants is kept as it
// came and counts as not yet ended.
type Status string

// The states of the service.
const (
	StatusPending       Status = "Pending"       // being checked or delivered
	StatusScheduled     Status = "Scheduled"     // delivered, waiting for its time or a reboot
	StatusRunning       Status = "Running"       // the script is running
	StatusStopping      Status = "Stopping"      // asked to stop, not yet ended
	StatusSuccess       Status = "Success"       // ended with exit code 0
	StatusFailed        Status = "Failed"        // ended with another exit code; overall: none succeeded
	StatusPartialFailed Status = "PartialFailed" // overall only: some succeeded, some did not
	StatusError         Status = "Error"         // could not be carried on
	StatusTimeout       Status = "Timeout"       // exceeded its timeout and was killed
	StatusInvalid       Status = "Invalid"       // type or parameters do not suit the instance
	StatusAborted       Status = "Aborted"       // could not be delivered within a minute
	StatusCancelled     Status = "Cancelled"     // stopped before it ever started
	StatusTerminated    Status = "Terminated"    // stopped while running
	StatusStopped       Status = "Stopped"       // stopped; the overall form of the two above
)

// outcome is what a status means for the whole invocation.
type statusClass uint8

const (
	unfinished statusClass = iota // not ended, or unknown
	succeeded                     // ended well
	failed                        // ended badly
	stopped                       // ended on request
	mixed                         // overall: succeeded here, failed there
)

var statusClasses = map[Status]statusClass{
	StatusSuccess:       succeeded,
	StatusFailed:        failed,
	StatusPartialFailed: mixed,
	StatusError:         failed,
	StatusTimeout:       failed,
	StatusInvalid:       failed,
	StatusAborted:       failed,
	StatusCancelled:     stopped,
	StatusTerminated:    stopped,
	StatusStopped:       stopped,
}

// Terminal reports whether nothing more will happen in this state. It is false
// for a state that this package does not know.
func (s Status) Terminal() bool { return statusClasses[s] != unfinished }

// legacyStatuses translates the first generation of states
// (InvokeRecordStatus), for replies that carry no InvocationStatus.
var legacyStatuses = map[string]Status{
	"Running":       StatusRunning,
	"Stopping":      StatusStopping,
	"Finished":      StatusSuccess,
	"Failed":        StatusFailed,
	"PartialFailed": StatusPartialFailed,
	"Stopped":       StatusStopped,
}

// statusOf reads the state of a row: the new field, else the legacy one, in
// which a script that ended with any exit code is Finished.
func statusOf(status, legacy string, exitCode int) Status {
	if status != "" {
		return Status(status)
	}
	s, known := legacyStatuses[legacy]
	if !known {
		return Status(legacy)
	}
	if legacy == "Finished" && exitCode != 0 {
		return StatusFailed
	}
	return s
}

// waitingOrder lists the states that decide an overall status, the first that
// any instance is in, before the ended ones are folded.
var unfinishedOrder = []Status{StatusPending, StatusScheduled, StatusRunning, StatusStopping}

// overall folds the states of the instances into one, by the rule of the ECS
// API reference, DescribeInvocations. With an unknown state among them it is
// that state.
func overallStatus(results []Result) Status {
	var seen [mixed + 1]bool
	states := make(map[Status]bool, len(unfinishedOrder))
	var unknown Status
	for _, r := range results {
		o := statusClasses[r.Status]
		seen[o] = true
		states[r.Status] = true
		if o == unfinished && unknown == "" {
			unknown = r.Status
		}
	}
	for _, s := range unfinishedOrder {
		if states[s] {
			return s
		}
	}
	switch {
	case seen[unfinished]:
		return unknown
	case seen[succeeded] && seen[failed]:
		return StatusPartialFailed
	case seen[succeeded]:
		return StatusSuccess
	case seen[failed]:
		return StatusFailed
	case seen[stopped]:
		return StatusStopped
	}
	return StatusPending
}
