package runcommandtest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// A feature is a part of a command that old agents do not support.
type feature struct {
	name    string
	used    func(*command) bool
	linux   string // first version of the Linux agent with the feature
	windows string // the same for the Windows agent; empty: no version has the feature
	many    bool   // only a command for several instances needs the version
}

// features lists the features with the minimum agent versions in the ECS API reference.
var features = []feature{
	{"reboot tasks", func(c *command) bool { return c.repeat == repeatNextReboot || c.repeat == repeatReboots }, "2.2.0.46", "2.1.0.50", false},
	{"a user name", func(c *command) bool { return c.username != "" }, "2.2.0.106", "2.1.0.50", false},
	{"rate, at, years and time zones", func(c *command) bool { return c.repeat == repeatPeriod && !plainCron(c) }, "2.2.3.282", "2.1.3.282", false},
	{"{{ACS::InvokeId}} or {{ACS::CommandId}}", func(c *command) bool { return c.mentions("invokeid", "commandid") }, "2.2.3.309", "2.1.3.309", false},
	{"{{ACS::InstanceId}} on several instances", func(c *command) bool { return c.mentions("instanceid") }, "2.2.3.309", "2.1.3.309", true},
	{"{{ACS::InstanceName}} on several instances", func(c *command) bool { return c.mentions("instancename") }, "2.2.3.344", "2.1.3.344", true},
	{"containers", (*command).inContainer, "2.2.3.344", "2.1.3.344", false},
}

// plainCron reports whether the schedule of a command is a cron expression that all agents
// understand: six fields, without a year and without a time zone.
func plainCron(c *command) bool {
	return c.schedule.Kind() == frequency.KindCron && len(strings.Fields(c.frequency)) == 6
}

// mentions reports whether the script has one of these built-in parameters. The names are in
// small letters.
func (c *command) mentions(names ...string) bool {
	if !c.enableParameter {
		return false
	}
	for _, match := range placeholder.FindAllSubmatch(c.content, -1) {
		builtIn := strings.EqualFold(string(match[1]), "acs") && string(match[2]) == "::"
		if builtIn && slices.Contains(names, strings.ToLower(string(match[3]))) {
			return true
		}
	}
	return false
}

// inContainer reports whether a command goes to a container of its instances.
func (c *command) inContainer() bool { return c.containerID != "" || c.containerName != "" }

// least returns the first agent version with the feature. FreeBSD has the versions of Linux.
func (f feature) least(os OS) string {
	if os == Windows {
		return f.windows
	}
	return f.linux
}

// atLeast reports whether version is the version least or newer. The first number of a
// version is the generation, and the last number is the number of the build, which all
// systems share. The numbers between them tell the system.
func atLeast(version, least string) bool {
	if least == "" {
		return false
	}
	generation, build := versionNumbers(version)
	leastGeneration, leastBuild := versionNumbers(least)
	if generation != leastGeneration {
		return generation > leastGeneration
	}
	return build >= leastBuild
}

// versionNumbers returns the first and the last number of a version.
func versionNumbers(version string) (generation, build int) {
	numbers := strings.Split(version, ".")
	generation, _ = strconv.Atoi(numbers[0])
	build, _ = strconv.Atoi(numbers[len(numbers)-1])
	return generation, build
}
