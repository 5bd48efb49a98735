package validate

import (
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// containerIDDigits is the length of a full container id, without the prefix of a container
// runtime.
const containerIDDigits = 64

// container checks the form of the container id and name. Only the instance knows whether both
// belong to the same container.
func (c *checker) container() {
	if c.ContainerID != "" && !validContainerID(c.ContainerID) {
		digits := trimRuntime(c.ContainerID)
		c.report("ContainerId", errors.InvalidContainerIdMalformed,
			"has %s after the runtime prefix, it needs %d hexadecimal digits; short ids are not accepted, docker ps --no-trunc shows the full ones",
			count(len(digits), "character", "characters"), containerIDDigits)
	}
	if c.ContainerName != "" && !validContainerName(c.ContainerName, c.limits.ContainerName) {
		c.report("ContainerName", errors.InvalidContainerNameMalformed,
			"has %s; it needs a letter or digit, then letters, digits, '.', '_' and '-', at most %d in all",
			count(len(strings.TrimPrefix(c.ContainerName, "/")), "character", "characters"), c.limits.ContainerName)
	}
	if c.inContainer() && c.windows() {
		field := "ContainerId"
		if c.ContainerID == "" {
			field = "ContainerName"
		}
		c.reportLocal(field, errors.InvalidInstanceNotMatch, "is given for a Windows command, but containers run shell scripts on Linux only")
	}
}

// validContainerID accepts 64 hexadecimal digits, with or without the prefix of a
// container runtime.
func validContainerID(id string) bool {
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

// trimRuntime removes the prefix that names a container runtime.
func trimRuntime(id string) string {
	for _, runtime := range []string{"docker://", "containerd://", "cri-o://"} {
		if digits, ok := strings.CutPrefix(id, runtime); ok {
			return digits
		}
	}
	return id
}

// validContainerName reports whether name is valid and has at most limit characters. One slash may
// stand before the name, because agents accept it. The limit does not include this slash.
func validContainerName(name string, limit int) bool {
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
