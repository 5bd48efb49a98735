package runcommand

// Status is the state of an invocation, or of an invocation on one instance,
// in the service's words (InvocationStatus).
//
// The service may add states. A state that is not among the constants is kept as the
// service sent it. [Status.Terminal] is false for it.
type Status string

// The states of the service.
const (
	StatusPending       Status = "Pending"       // the service checks or delivers the command
	StatusScheduled     Status = "Scheduled"     // the command is on the instance and waits for its time or a reboot
	StatusRunning       Status = "Running"       // the script is running
	StatusStopping      Status = "Stopping"      // a stop was requested, and the script has not ended yet
	StatusSuccess       Status = "Success"       // the script ended with exit code 0
	StatusFailed        Status = "Failed"        // the exit code is not 0; as overall status: no instance succeeded
	StatusPartialFailed Status = "PartialFailed" // overall status only: some instances succeeded, some did not
	StatusError         Status = "Error"         // an exception ended the command
	StatusTimeout       Status = "Timeout"       // the script exceeded its timeout and was killed
	StatusInvalid       Status = "Invalid"       // the command type or a parameter is not valid for the instance
	StatusAborted       Status = "Aborted"       // the command did not reach the instance within a minute
	StatusCancelled     Status = "Cancelled"     // the command was stopped before the script started
	StatusTerminated    Status = "Terminated"    // the script was stopped while it was running
	StatusStopped       Status = "Stopped"       // the command was stopped; overall status for Cancelled and Terminated
)

// A statusClass is a group of states. The overall status depends on the groups of the
// states of all instances.
type statusClass uint8

const (
	unfinished statusClass = iota // the command has not ended, or the state is unknown
	succeeded                     // the script ended with exit code 0
	failed                        // the command ended without success, and was not stopped
	stopped                       // the command ended by a stop
	mixed                         // overall status only: some instances succeeded, some failed
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

// Terminal reports whether the state is final. It is false for a state that this package
// does not know.
func (s Status) Terminal() bool { return statusClasses[s] != unfinished }

// legacyStatuses maps the older words for states (InvokeRecordStatus) to the states of
// today. It is for replies without InvocationStatus.
var legacyStatuses = map[string]Status{
	"Running":       StatusRunning,
	"Stopping":      StatusStopping,
	"Finished":      StatusSuccess,
	"Failed":        StatusFailed,
	"PartialFailed": StatusPartialFailed,
	"Stopped":       StatusStopped,
}

// statusOf returns the state of a row. It uses the field InvocationStatus. When that is
// empty, it uses the legacy field. The legacy status Finished means that the script ended,
// with any exit code.
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

// unfinishedOrder lists states in order of rank. The overall status is the first state in
// the list that some instance is in. When no instance is in one of these states, the
// terminal states decide.
var unfinishedOrder = []Status{StatusPending, StatusScheduled, StatusRunning, StatusStopping}

// overallStatus computes the overall status from the states of the instances, by the rule
// of the ECS API reference, DescribeInvocations. Unknown states come after the states of
// unfinishedOrder and before the terminal states.
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
