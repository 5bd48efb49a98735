package validate

import (
	"slices"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// The values of the enumerations, in the documented spelling (ECS API reference, RunCommand;
// DryRun: doc comments of the official Go SDK). The messages of violations list them in this order.
var (
	commandTypes     = []string{"RunShellScript", "RunPowerShellScript", "RunBatScript"}
	repeatModes      = []string{"Once", "Period", "NextRebootOnly", "EveryReboot", "DryRun"}
	terminationModes = []string{"Process", "ProcessTree"}
)

// commandType checks that a type is given and is one of commandTypes.
func (c *checker) commandType() {
	if c.Type == "" {
		c.report("Type", errors.MissingType, "is missing, give one of %s", strings.Join(commandTypes, ", "))
		return
	}
	c.oneOf("Type", c.Type, commandTypes, errors.InvalidCmdTypeNotFound)
}

// terminationMode checks the mode when one is given. Without one, agents use Process.
func (c *checker) terminationMode() {
	if c.TerminationMode != "" {
		c.oneOf("TerminationMode", c.TerminationMode, terminationModes, errors.InvalidTerminationModeNotFound)
	}
}

// repeatMode checks the mode when one is given. Without one, the service uses Period for a command
// with a schedule and Once for any other.
func (c *checker) repeatMode() {
	if c.RepeatMode != "" {
		c.oneOf("RepeatMode", c.RepeatMode, repeatModes, errors.InvalidRepeatModeNotFound)
	}
}

// oneOf reports a value that is not in the list allowed. The comparison is case-sensitive, since
// the documents do not say that the service ignores case.
func (c *checker) oneOf(field, value string, allowed []string, code errors.Code) {
	if !slices.Contains(allowed, value) {
		c.report(field, code, "is none of %s", strings.Join(allowed, ", "))
	}
}
