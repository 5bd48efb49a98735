package validate

import (
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// containerIDDigits is the length of a full container id, without runtime prefix.
const containerIDDigits = 64

// container checks the form of id and name. Whether they denote the same
// container, only the instance knows.
func (c *checker) container() {
	if c.ContainerID != "" && !wellFormedContainerID(c.ContainerID) {
		digits := trimRuntime(c.ContainerID)
		c.report("ContainerId", errors.InvalidContainerIdMalformed,
			"has %d characters after the runtime prefix, it needs %d hexadecimal digits; short ids are not accepted, docker ps --no-trunc shows the full ones",
			len(digits), containerIDDigits)
	}
	if c.ContainerName != "" && !wellFormedContainerName(c.ContainerName, c.limits.ContainerName) {
		c.report("ContainerName", errors.InvalidContainerNameMalformed,
			"has %d characters; it needs a letter or digit, then letters, digits, '.', '_' and '-', at most %d in all",
			len(strings.TrimPrefix(c.ContainerName, "/")), c.limits.ContainerName)
	}
	if c.inContainer() && c.windows() {
		field := "ContainerId"
		if c.ContainerID == "" {
			field = "ContainerName"
		}
		c.reportLocal(field, errors.InvalidInstanceNotMatch, "is given for a Windows command, but containers run shell scripts on Linux only")
	}
}

// wellFormedContainerID accepts 64 hexadecimal digits, optionally after the
// runtime that manages the container.
func wellFormedContainerID(id string) bool {
	digits := trimRuntime(id)
	if len(digits) != containerIDDigits {
		return false
	}
	for i := range len(digits) {
		if b := digits[i] | 0x20; !isDigit(digits[i]) && (b < 'a' || b > 'f') {
			return false
		}
	}
	return true
}

// trimRuntime cuts the prefix that names a container runtime.
func trimRuntime(id string) string {
	for _, runtime := range []string{"docker://", "containerd://", "cri-o://"} {
		if digits, ok := strings.CutPrefix(id, runtime); ok {
			return digits
		}
	}
	return id
}

// wellFormedContainerName accepts a slash before the name, as agents do.
func wellFormedContainerName(name string, limit int) bool {
	name = strings.TrimPrefix(name, "/")
	if name == "" || len(name) > limit || !isLetter(name[0]) && !isDigit(name[0]) {
		return false
	}
	for i := range len(name) {
		if b := name[i]; !isLetter(b) && !isDigit(b) && b != '.' && b != '_' && b != '-' {
			return false
		}
	}
	return true
}
