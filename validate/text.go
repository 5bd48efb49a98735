package validate

import (
	"strings"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// texts checks the fields that are limited in length alone.
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
			c.report(text.field, text.code, "has %d characters, the limit is %d",
				utf8.RuneCountInString(text.value), text.limit)
		}
	}
}

// longer reports whether s has more than limit characters. Most texts need no
// counting, because they do not even have so many bytes.
func longer(s string, limit int) bool {
	return len(s) > limit && utf8.RuneCountInString(s) > limit
}

// clientToken checks form and length; both have one code.
func (c *checker) clientToken() {
	ascii := strings.IndexFunc(c.ClientToken, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
	n := utf8.RuneCountInString(c.ClientToken)
	switch limit := c.limits.ClientToken; {
	case !ascii:
		c.report("ClientToken", errors.InvalidClientTokenMalformed,
			"has characters outside ASCII; %d characters, the limit is %d", n, limit)
	case n > limit:
		c.report("ClientToken", errors.InvalidClientTokenMalformed, "has %d characters, the limit is %d", n, limit)
	}
}

// windowsUser asks for a password name where the type tells that the user is a
// Windows user. System is the default user and needs none.
func (c *checker) windowsUser() {
	if c.windows() && c.Username != "" && !strings.EqualFold(c.Username, "System") && c.WindowsPasswordName == "" {
		c.report("WindowsPasswordName", errors.WindowsPasswordNameMissed,
			"is missing; a Windows user other than System needs the name of an encrypted parameter that holds the password")
	}
}

// ossOutput checks scheme and bucket; the prefix may be anything.
func (c *checker) ossOutput() {
	if c.OSSOutputDelivery == "" {
		return
	}
	rest, ok := strings.CutPrefix(c.OSSOutputDelivery, "oss://")
	if bucket, _, _ := strings.Cut(rest, "/"); !ok || bucket == "" {
		c.reportLocal("OssOutputDelivery", errors.InvalidParameter, "is not of the form oss://bucket/prefix")
	}
}
