package runcommand

import (
	"regexp"
	"slices"
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
	many  bool // only a request for several instances needs the build
}

// features lists the features with their minimum versions (ECS API reference, RunCommand,
// and the list of changes of the agent).
var features = []feature{
	{"RepeatMode", "commands at a reboot", (*Request).atReboot, 46, 0, false},
	{"Username", "a user name", func(r *Request) bool { return r.Username != "" }, 106, 0, false},
	{"Frequency", "rate, at, years and time zones", (*Request).hasNewSchedule, 282, 0, false},
	{"CommandContent", "{{ACS::InvokeId}} or {{ACS::CommandId}}", func(r *Request) bool { return r.mentions("invokeid", "commandid") }, 309, 0, false},
	{"CommandContent", "{{ACS::InstanceId}} on several instances", func(r *Request) bool { return r.mentions("instanceid") }, 309, 0, true},
	{"CommandContent", "{{ACS::InstanceName}} on several instances", func(r *Request) bool { return r.mentions("instancename") }, 344, 0, true},
	{"ContainerId", "containers", func(r *Request) bool { return r.ContainerID != "" || r.ContainerName != "" }, 344, 0, false},
	{"WindowsPasswordName", "encrypted passwords", func(r *Request) bool { return r.WindowsPasswordName != "" }, 0, 421, false},
	{"Launcher", "a launcher", func(r *Request) bool { return r.Launcher != "" }, 0, 631, false},
	{"TerminationMode", "ProcessTree", func(r *Request) bool { return r.TerminationMode == TerminateProcessTree }, 0, 631, false},
	{"OssOutputDelivery", "outputs in OSS", func(r *Request) bool { return r.OSSOutputDelivery != "" }, 0, 1065, false},
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

// builtIn matches a built-in parameter. Blanks may be around its parts. It lists the letters
// of the prefix, because (?i) would also accept the long s.
var builtIn = regexp.MustCompile(`\{\{\s*[Aa][Cc][Ss]\s*::\s*([A-Za-z]+)\s*\}\}`)

// mentions reports whether the script has one of these built-in parameters. The names are in
// small letters.
func (r *Request) mentions(names ...string) bool {
	if !r.EnableParameter {
		return false
	}
	for _, match := range builtIn.FindAllSubmatch(r.Content, -1) {
		if slices.Contains(names, strings.ToLower(string(match[1]))) {
			return true
		}
	}
	return false
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
