package validate

import "github.com/ecs-runcommand/runcommand-go/errors"

// content checks that there is a script, and checks its size. The limit applies to the size in
// Base64, no matter how the script is sent.
func (c *checker) content() {
	if len(c.Content) == 0 {
		c.report("CommandContent", errors.MissingCommandContent, "is empty")
		return
	}
	limit, circumstance := c.limits.Content, ""
	if c.KeepCommand {
		limit, circumstance = c.limits.KeptContent, " with KeepCommand"
	}
	if size := c.encodedSize(); size > limit {
		c.report("CommandContent", errors.CmdContentExceedLimit,
			"has %s, or %d in Base64; the limit%s is %s of script, or %d in Base64",
			count(len(c.Content), "byte", "bytes"), size, circumstance, count(limit/4*3, "byte", "bytes"), limit)
	}
}
