package emulator

import "github.com/ecs-runcommand/runcommand-go/errors"

// A Status is the InvocationStatus of an instance or of a whole invocation.
type Status string

// Statuses of an instance. Overall statuses are Pending, Scheduled, Running,
// Stopping, Success, Failed, Stopped and PartialFailed.
const (
	Pending       Status = "Pending"
	Scheduled     Status = "Scheduled"
	Running       Status = "Running"
	Stopping      Status = "Stopping"
	Success       Status = "Success"
	Failed        Status = "Failed"
	Error         Status = "Error"
	Timeout       Status = "Timeout"
	Invalid       Status = "Invalid"
	Aborted       Status = "Aborted"
	Cancelled     Status = "Cancelled"
	Terminated    Status = "Terminated"
	Stopped       Status = "Stopped"
	PartialFailed Status = "PartialFailed"
)

// A fate says how a status counts: in the overall status of an invocation and
// as a legacy status (ECS API reference, DescribeInvocations).
type fate struct {
	legacy Status // InstanceInvokeStatus, InvokeRecordStatus
	kind   fateKind
}

type fateKind uint8

const (
	fateOpen fateKind = iota // not ended
	fateGood
	fateBad
	fateStopped
)

var fates = map[Status]fate{
	Pending:    {"Running", fateOpen},
	Scheduled:  {"Running", fateOpen},
	Running:    {"Running", fateOpen},
	Stopping:   {"Stopping", fateOpen},
	Success:    {"Finished", fateGood},
	Failed:     {"Finished", fateBad},
	Error:      {"Failed", fateBad},
	Timeout:    {"Failed", fateBad},
	Invalid:    {"Failed", fateBad},
	Aborted:    {"Failed", fateBad},
	Cancelled:  {"Stopped", fateStopped},
	Terminated: {"Stopped", fateStopped},
	Stopped:    {"Stopped", fateStopped},
}

// Terminal reports whether s is the last status of an instance or of an
// invocation.
func (s Status) Terminal() bool {
	return s == PartialFailed || fates[s].kind != fateOpen
}

// precedence lists the open statuses as the overall status prefers them.
var precedence = []Status{Pending, Scheduled, Running, Stopping}

// overall folds the statuses of the instances into that of the invocation.
func overall(count map[Status]int) Status {
	for _, s := range precedence {
		if count[s] > 0 {
			return s
		}
	}
	var kinds [fateStopped + 1]int
	for s, n := range count {
		kinds[fates[s].kind] += n
	}
	switch good, bad := kinds[fateGood], kinds[fateBad]; {
	case good > 0 && bad > 0:
		return PartialFailed
	case bad > 0:
		return Failed
	case good > 0:
		return Success
	}
	return Stopped
}

// legacyOverall folds the legacy statuses of the instances into InvokeStatus.
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

// endings holds every per-instance code the service documents. The statuses are
// those that the documentation suggests; the sentences are ours.
var endings = map[errors.Code]ending{
	errors.ExitCodeNonzero:                     {Failed, "The script finished with a non-zero exit code."},
	errors.ExecutionTimeout:                    {Timeout, "The script ran longer than its timeout and was killed."},
	errors.ExecutionException:                  {Error, "The agent could not carry out the command."},
	errors.ExecutionInterrupted:                {Error, "The run was interrupted."},
	errors.TerminationException:                {Error, "Stopping the script went wrong."},
	errors.DeliveryTimeout:                     {Aborted, "The command was not delivered within one minute."},
	errors.InstanceNotExists:                   {Aborted, "The instance does not exist."},
	errors.InstanceReleased:                    {Error, "The instance was released during the run."},
	errors.InstanceNotRunning:                  {Aborted, "The instance is not running."},
	errors.InstanceRestarted:                   {Error, "The instance was restarted during the run."},
	errors.InstanceDeregistered:                {Aborted, "The managed instance was deregistered."},
	errors.ClientNotRunning:                    {Aborted, "The agent is not running."},
	errors.ClientNotResponse:                   {Aborted, "The agent does not answer."},
	errors.ClientNotOnline:                     {Aborted, "The agent is offline."},
	errors.ClientNetworkBlocked:                {Aborted, "The network of the agent is blocked."},
	errors.ClientIsUpgrading:                   {Aborted, "The agent is being upgraded."},
	errors.ClientRestarted:                     {Error, "The agent was restarted during the run."},
	errors.ClientNeedUpgrade:                   {Aborted, "The agent is too old for a feature of this command."},
	errors.SecurityGroupRuleDenied:             {Aborted, "A security group rule blocks Cloud Assistant."},
	errors.TaskConcurrencyLimit:                {Aborted, "Too many commands run on the instance at once."},
	errors.CommandNotApplicable:                {Invalid, "The type of the command does not suit the instance."},
	errors.InvalidCommandText:                  {Invalid, "The text of the command is not valid."},
	errors.CommandContentDecodeError:           {Invalid, "The content of the command cannot be decoded."},
	errors.AccountNotExists:                    {Invalid, "The user does not exist on the instance."},
	errors.DirectoryNotExists:                  {Invalid, "The working directory does not exist on the instance."},
	errors.DefaultWorkingDirectoryNotAvailable: {Invalid, "The default working directory is not available."},
	errors.InvalidSystemBuiltInParameter:       {Invalid, "A built-in parameter is unknown or cannot be used here."},
	errors.BadCronExpression:                   {Invalid, "The agent cannot read the cron expression."},
	errors.CronExpressionExpired:               {Invalid, "The cron expression never fires again."},
	errors.InvalidGMTOffsetForTimezone:         {Invalid, "The GMT offset of the time zone is not well formed."},
	errors.InvalidGMTOffsetHourForTimezone:     {Invalid, "The hour of the GMT offset is out of range."},
	errors.InvalidGMTOffsetMinuteForTimezone:   {Invalid, "The minute of the GMT offset is out of range."},
	errors.TimezoneInformationCorrupt:          {Invalid, "The time zone is not known."},
	errors.InvalidRateExpression:               {Invalid, "The agent cannot read the rate expression."},
	errors.RateFrequencyTooLarge:               {Invalid, "The interval of the rate expression is too large."},
	errors.InvalidAtExpression:                 {Invalid, "The agent cannot read the at expression."},
	errors.AtExpressionExpired:                 {Invalid, "The moment of the at expression is past."},
	errors.InvalidContainerName:                {Invalid, "The container name is not valid."},
	errors.InvalidContainerId:                  {Invalid, "The container id is not valid."},
	errors.UnsupportedContainerRuntime:         {Invalid, "The container runtime is missing or not supported."},
	errors.ContainerConnectFailed:              {Error, "The container runtime cannot be reached."},
	errors.ContainerStateAbnormal:              {Invalid, "The container is not running."},
	errors.ContainerNotFound:                   {Invalid, "The container does not exist."},
	errors.ContainerNameDuplicated:             {Invalid, "Several containers have this name."},
	errors.ContainerNameAndIdNotMatch:          {Invalid, "The container id and name belong to different containers."},
	errors.ContainerRuntimeInternalError:       {Error, "The container runtime failed."},
	errors.ContainerRuntimeTimeout:             {Error, "The container runtime did not answer in time."},
	errors.UserOrPasswordInvalid:               {Invalid, "The user could not be logged on with this password."},
	errors.QueryParameterStoreFailed:           {Invalid, "The stored parameter could not be read."},
	errors.InstanceRoleInvalid:                 {Invalid, "The RAM role of the instance is missing or cannot be used."},
}

// endingOf returns the ending that goes with code. A code that no document
// lists ends the run as an error of the agent.
func endingOf(code errors.Code) ending {
	if e, ok := endings[code]; ok {
		return e
	}
	return ending{Error, "The agent reported " + string(code) + "."}
}
