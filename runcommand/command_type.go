package runcommand

import "github.com/ecs-runcommand/runcommand-go/validate"

// CommandType says which interpreter runs the script and on which systems.
type CommandType string

// The command types of the service.
const (
	RunShellScript      CommandType = "RunShellScript"      // sh, on Linux instances
	RunPowerShellScript CommandType = "RunPowerShellScript" // PowerShell, on Windows instances
	RunBatScript        CommandType = "RunBatScript"        // cmd.exe, on Windows instances
)

// RepeatMode says when and how often a command runs.
//
// A request with a Frequency always has the mode [RepeatPeriod], whatever its
// RepeatMode says.
type RepeatMode string

// The repeat modes of the service.
const (
	RepeatOnce           RepeatMode = "Once"           // at once, one time; the default without a Frequency
	RepeatPeriod         RepeatMode = "Period"         // by the schedule in Frequency; the default if there is one
	RepeatNextRebootOnly RepeatMode = "NextRebootOnly" // one time, when the instance next starts
	RepeatEveryReboot    RepeatMode = "EveryReboot"    // whenever the instance starts, until the command is stopped
	RepeatDryRun         RepeatMode = "DryRun"         // the service checks the request, and executes nothing
)

// TerminationMode says which processes are killed when a script is stopped or exceeds
// its timeout. The agent treats an empty mode as [TerminateProcess].
type TerminationMode string

// The termination modes of the service.
const (
	TerminateProcess     TerminationMode = "Process"     // the script's own process
	TerminateProcessTree TerminationMode = "ProcessTree" // the script and all its descendants
)

// Tag is a key with a value. In the field Tags of a request, a tag labels the
// command and its invocation. In the field ResourceTags, it selects the
// instances to run on.
//
// Limits (ECS API reference): each field has at most 20 tags. A key has 1 to 64
// characters and does not begin with aliyun or acs:. A value has at most 128
// characters. Neither a key nor a value may contain http:// or https://.
type Tag = validate.Tag
