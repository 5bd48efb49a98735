package runcommand

import (
	"strconv"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// A feature is a part of a request that old agents do not support.
type feature struct {
	field string // wire name of the parameter
	name  string
	used  func(*Request) bool
	// build is the number of the first build with the feature: the documented minimum
	// version. It is 0 when the documents name none.
	build int
	// known is the first build whose public list of changes names the feature. An older
	// build may have the feature, so it causes only a warning.
	known int
}

// features lists the features with their minimum versions (ECS API reference, RunCommand,
// and the list of changes of the agent).
var features = []feature{
	{"RepeatMode", "commands at a reboot", (*Request).atReboot, 46, 0},
	{"Username", "a user name", func(r *Request) bool { return r.Username != "" }, 106, 0},
	{"Frequency", "rate, at, years and time zones", (*Request).hasNewSchedule, 282, 0},
	{"CommandContent", "built-in parameters", func(r *Request) bool { return r.mentions("acs::") }, 309, 0},
	{"CommandContent", "{{ACS::InstanceName}}", func(r *Request) bool { return r.mentions("acs::instancename") }, 344, 0},
	{"ContainerId", "containers", func(r *Request) bool { return r.ContainerID != "" || r.ContainerName != "" }, 344, 0},
	{"WindowsPasswordName", "encrypted passwords", func(r *Request) bool { return r.WindowsPasswordName != "" }, 0, 421},
	{"Launcher", "a launcher", func(r *Request) bool { return r.Launcher != "" }, 0, 631},
	{"TerminationMode", "ProcessTree", func(r *Request) bool { return r.TerminationMode == TerminateProcessTree }, 0, 631},
	{"OssOutputDelivery", "outputs in OSS", func(r *Request) bool { return r.OSSOutputDelivery != "" }, 0, 1065},
}

func (r *Request) atReboot() bool {
	return r.RepeatMode == RepeatNextRebootOnly || r.RepeatMode == RepeatEveryReboot
}

// hasNewSchedule reports whether the request has a schedule that is not a cron expression
// of six fields. All agents know the latter.
func (r *Request) hasNewSchedule() bool {
	if r.Frequency.IsZero() {
		return false
	}
	return r.Frequency.Kind() != frequency.KindCron || len(strings.Fields(r.Frequency.String())) > 6
}

// mentions reports whether the script has a placeholder that begins with name, which is
// in small letters.
func (r *Request) mentions(name string) bool {
	return r.EnableParameter && strings.Contains(strings.ToLower(string(r.Content)), "{{"+name)
}

// An agentVersion is the version of an agent. The first number is the generation. The last
// number is the number of the build, which all systems share. The numbers between them
// differ between systems and say nothing about the age.
type agentVersion struct{ generation, build int }

// parseAgentVersion reads a version of four numbers, such as 2.2.3.857. It returns false
// for any other text.
func parseAgentVersion(text string) (agentVersion, bool) {
	parts := strings.Split(strings.TrimSpace(text), ".")
	if len(parts) != 4 {
		return agentVersion{}, false
	}
	var numbers [4]int
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return agentVersion{}, false
		}
		numbers[i] = n
	}
	return agentVersion{numbers[0], numbers[3]}, true
}

// olderThan reports whether the agent is older than a build of the present generation,
// which is 2. Every agent of generation 1 is older.
func (v agentVersion) olderThan(build int) bool {
	return v.generation < 2 || v.generation == 2 && v.build < build
}
