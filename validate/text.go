package validate

import (
	"strings"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// texts checks the fields whose only rule is a limit on their length.
func (c *checker) texts() {
	for _, text := range [...]struct {
		field, value string
		limit        int
		code         errors.Code
	}{
		{"Name", c.Name, c.limits.Name, errors.CmdNameExceedLimit},
		{"Description", c.Description, c.limits.Description, errors.CmdDescExceedLimit},
		{"WorkingDir", c.WorkingDir, c.limits.WorkingDir, errors.InvalidParameterWorkingDir},
		{"Username", c.Username, c.limits.Username, errors.UsernameExceedLimit},
		{"WindowsPasswordName", c.WindowsPasswordName, c.limits.WindowsPasswordName, errors.WindowsPasswordNameExceedLimit},
		{"Launcher", c.Launcher, c.limits.Launcher, errors.InvalidLauncherLengthLimitExceeded},
	} {
		if longer(text.value, text.limit) {
			c.report(text.field, text.code, "%s", lengthMessage(text.value, text.limit))
		}
	}
}

// longer reports whether s has more than limit characters. It counts the characters only when s has
// more than limit bytes, which is rare.
func longer(s string, limit int) bool {
	return len(s) > limit && utf8.RuneCountInString(s) > limit
}

// clientToken checks the form and the length of the token. Both rules have the same code.
func (c *checker) clientToken() {
	ascii := strings.IndexFunc(c.ClientToken, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
	switch limit := c.limits.ClientToken; {
	case !ascii:
		c.report("ClientToken", errors.InvalidClientTokenMalformed, "has characters outside ASCII; it %s", lengthMessage(c.ClientToken, limit))
	case longer(c.ClientToken, limit):
		c.report("ClientToken", errors.InvalidClientTokenMalformed, "%s", lengthMessage(c.ClientToken, limit))
	}
}

// windowsUser requires a password name for the user of a Windows command. The default user System
// needs no password name.
func (c *checker) windowsUser() {
	if c.windows() && c.Username != "" && !strings.EqualFold(c.Username, "System") && c.WindowsPasswordName == "" {
		c.report("WindowsPasswordName", errors.WindowsPasswordNameMissed,
			"is missing; a Windows user other than System needs the name of an encrypted parameter that holds the password")
	}
}

// ossOutput checks the scheme and that there is a bucket. The prefix may be any text.
func (c *checker) ossOutput() {
	if c.OSSOutputDelivery == "" {
		return
	}
	rest, ok := strings.CutPrefix(c.OSSOutputDelivery, "oss://")
	if bucket, _, _ := strings.Cut(rest, "/"); !ok || bucket == "" {
		c.reportLocal("OssOutputDelivery", errors.InvalidParameter, "is not of the form oss://bucket/prefix")
	}
}
