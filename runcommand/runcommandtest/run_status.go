package runcommandtest

import "github.com/ecs-runcommand/runcommand-go/errors"

// A Status is the status of an invocation or of one of its instances, in the service's
// words, such as "Running" (ECS API reference, DescribeInvocations, InvocationStatus).
//
// An instance is Pending, Scheduled, Running or Stopping until it has ended. Then it is
//
//	Success, Failed      the script ended, with exit code 0 or another one
//	Timeout              the run exceeded its timeout
//	Error                the run could not go on, for example because of a restart
//	Invalid, Aborted     the instance refused the command, or did not get it
//	Cancelled            StopInvocation came before the first run
//	Terminated           StopInvocation came after the first run had begun
//
// The status of an invocation follows from those of its instances. It is the first of
// Pending, Scheduled, Running and Stopping that any instance has. When all have ended it is
// Success, Failed, or PartialFailed, which means that some succeeded and some failed.
// Stopped instances count only when all instances were stopped: then the status is Stopped.
type Status string

// Statuses of an instance. Overall statuses are Pending, Scheduled, Running,
// Stopping, Success, Failed, Stopped and PartialFailed.
const (
	statusPending       Status = "Pending"
	statusScheduled     Status = "Scheduled"
	statusRunning       Status = "Running"
	statusStopping      Status = "Stopping"
	statusSuccess       Status = "Success"
	statusFailed        Status = "Failed"
	statusError         Status = "Error"
	statusTimeout       Status = "Timeout"
	statusInvalid       Status = "Invalid"
	statusAborted       Status = "Aborted"
	statusCancelled     Status = "Cancelled"
	statusTerminated    Status = "Terminated"
	statusStopped       Status = "Stopped"
	statusPartialFailed Status = "PartialFailed"
)

// A statusClass has two properties of a status of an instance: the legacy status, and
// the kind. The kind decides the effect on the overall status (ECS API reference,
// DescribeInvocations).
type statusClass struct {
	legacy Status // value of the fields InstanceInvokeStatus and InvokeRecordStatus
	kind   statusKind
}

// A statusKind is what a status means for the overall status.
type statusKind uint8

const (
	kindOpen statusKind = iota // the row or run has not ended
	kindSuccess
	kindFailure
	kindStopped
)

// statusClasses has every status of an instance. Which legacy status belongs to which
// status is inferred for most of them.
var statusClasses = map[Status]statusClass{
	statusPending:    {"Running", kindOpen},
	statusScheduled:  {"Running", kindOpen},
	statusRunning:    {"Running", kindOpen},
	statusStopping:   {"Stopping", kindOpen},
	statusSuccess:    {"Finished", kindSuccess},
	statusFailed:     {"Finished", kindFailure},
	statusError:      {"Failed", kindFailure},
	statusTimeout:    {"Failed", kindFailure},
	statusInvalid:    {"Failed", kindFailure},
	statusAborted:    {"Failed", kindFailure},
	statusCancelled:  {"Stopped", kindStopped},
	statusTerminated: {"Stopped", kindStopped},
	statusStopped:    {"Stopped", kindStopped},
}

// Terminal reports whether s is the last status of an instance or of an
// invocation. It is false for a status that the service does not have.
func (s Status) Terminal() bool {
	return s == statusPartialFailed || statusClasses[s].kind != kindOpen
}

// precedence lists the statuses of instances that have not ended. The overall status is
// the first of these statuses that any instance has.
var precedence = []Status{statusPending, statusScheduled, statusRunning, statusStopping}

// overall returns the status of an invocation. The parameter count has the number of
// its instances in each status.
func overall(count map[Status]int) Status {
	for _, s := range precedence {
		if count[s] > 0 {
			return s
		}
	}
	var kinds [kindStopped + 1]int
	for s, n := range count {
		kinds[statusClasses[s].kind] += n
	}
	switch good, bad := kinds[kindSuccess], kinds[kindFailure]; {
	case good > 0 && bad > 0:
		return statusPartialFailed
	case bad > 0:
		return statusFailed
	case good > 0:
		return statusSuccess
	}
	return statusStopped
}

// legacyOverall returns the InvokeStatus of an invocation. The parameter count has the
// number of its instances in each legacy status.
func legacyOverall(count map[Status]int) Status {
	switch {
	case count["Running"] > 0:
		return "Running"
	case count["Stopping"] > 0:
		return "Stopping"
	case count["Finished"] > 0 && count["Failed"] > 0:
		return "PartialFailed"
	case count["Failed"] > 0:
		return "Failed"
	case count["Finished"] > 0:
		return "Finished"
	}
	return "Stopped"
}

// An ending is the status and the sentence that go with the error code of an
// instance.
type ending struct {
	status Status
	info   string
}

// endings has every error code of instances that the service documents. The
// documentation suggests the statuses. The sentences are written for this server.
var endings = map[errors.Code]ending{
	errors.ExitCodeNonzero:                     {statusFailed, "The script finished with a non-zero exit code."},
	errors.ExecutionTimeout:                    {statusTimeout, "The script ran longer than its timeout and was killed."},
	errors.ExecutionException:                  {statusError, "The agent could not carry out the command."},
	errors.ExecutionInterrupted:                {statusError, "The run was interrupted."},
	errors.TerminationException:                {statusError, "Stopping the script went wrong."},
	errors.DeliveryTimeout:                     {statusAborted, "The command was not delivered within one minute."},
	errors.InstanceNotExists:                   {statusAborted, "The instance does not exist."},
	errors.InstanceReleased:                    {statusError, "The instance was released during the run."},
	errors.InstanceNotRunning:                  {statusAborted, "The instance is not running."},
	errors.InstanceRestarted:                   {statusError, "The instance was restarted during the run."},
	errors.InstanceDeregistered:                {statusAborted, "The managed instance was deregistered."},
	errors.ClientNotRunning:                    {statusAborted, "The agent is not running."},
	errors.ClientNotResponse:                   {statusAborted, "The agent does not answer."},
	errors.ClientNotOnline:                     {statusAborted, "The agent is offline."},
	errors.ClientNetworkBlocked:                {statusAborted, "The network of the agent is blocked."},
	errors.ClientIsUpgrading:                   {statusAborted, "The agent is being upgraded."},
	errors.ClientRestarted:                     {statusError, "The agent was restarted during the run."},
	errors.ClientNeedUpgrade:                   {statusAborted, "The agent is too old for a feature of this command."},
	errors.SecurityGroupRuleDenied:             {statusAborted, "A security group rule blocks Cloud Assistant."},
	errors.TaskConcurrencyLimit:                {statusAborted, "Too many commands run on the instance at once."},
	errors.CommandNotApplicable:                {statusInvalid, "The type of the command does not suit the instance."},
	errors.InvalidCommandText:                  {statusInvalid, "The text of the command is not valid."},
	errors.CommandContentDecodeError:           {statusInvalid, "The content of the command cannot be decoded."},
	errors.AccountNotExists:                    {statusInvalid, "The user does not exist on the instance."},
	errors.DirectoryNotExists:                  {statusInvalid, "The working directory does not exist on the instance."},
	errors.DefaultWorkingDirectoryNotAvailable: {statusInvalid, "The default working directory is not available."},
	errors.InvalidSystemBuiltInParameter:       {statusInvalid, "A built-in parameter is unknown or cannot be used here."},
	errors.BadCronExpression:                   {statusInvalid, "The agent cannot read the cron expression."},
	errors.CronExpressionExpired:               {statusInvalid, "The cron expression never fires again."},
	errors.InvalidGMTOffsetForTimezone:         {statusInvalid, "The GMT offset of the time zone is not well formed."},
	errors.InvalidGMTOffsetHourForTimezone:     {statusInvalid, "The hour of the GMT offset is out of range."},
	errors.InvalidGMTOffsetMinuteForTimezone:   {statusInvalid, "The minute of the GMT offset is out of range."},
	errors.TimezoneInformationCorrupt:          {statusInvalid, "The time zone is not known."},
	errors.InvalidRateExpression:               {statusInvalid, "The agent cannot read the rate expression."},
	errors.RateFrequencyTooLarge:               {statusInvalid, "The interval of the rate expression is too large."},
	errors.InvalidAtExpression:                 {statusInvalid, "The agent cannot read the at expression."},
	errors.AtExpressionExpired:                 {statusInvalid, "The moment of the at expression is past."},
	errors.InvalidContainerName:                {statusInvalid, "The container name is not valid."},
	errors.InvalidContainerId:                  {statusInvalid, "The container id is not valid."},
	errors.UnsupportedContainerRuntime:         {statusInvalid, "The container runtime is missing or not supported."},
	errors.ContainerConnectFailed:              {statusError, "The container runtime cannot be reached."},
	errors.ContainerStateAbnormal:              {statusInvalid, "The container is not running."},
	errors.ContainerNotFound:                   {statusInvalid, "The container does not exist."},
	errors.ContainerNameDuplicated:             {statusInvalid, "Several containers have this name."},
	errors.ContainerNameAndIdNotMatch:          {statusInvalid, "The container id and name belong to different containers."},
	errors.ContainerRuntimeInternalError:       {statusError, "The container runtime failed."},
	errors.ContainerRuntimeTimeout:             {statusError, "The container runtime did not answer in time."},
	errors.UserOrPasswordInvalid:               {statusInvalid, "The user could not be logged on with this password."},
	errors.QueryParameterStoreFailed:           {statusInvalid, "The stored parameter could not be read."},
	errors.InstanceRoleInvalid:                 {statusInvalid, "The RAM role of the instance is missing or cannot be used."},
}

// endingOf returns the ending that goes with code. For a code that no document lists,
// it returns the status Error.
func endingOf(code errors.Code) ending {
	if e, ok := endings[code]; ok {
		return e
	}
	return ending{statusError, "The agent reported " + string(code) + "."}
}
