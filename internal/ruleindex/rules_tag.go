package main

import (
	"fmt"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/validate"
)

// tagRules returns the rules that Tag and ResourceTag share. The parameter count is the limit on the
// number of tags, and set puts the tags into a command.
func tagRules(count string, set func(*validate.Command, []validate.Tag)) []rule {
	one := func(key, value string) func(*validate.Command, int) {
		return func(c *validate.Command, _ int) { set(c, []validate.Tag{{Key: key, Value: value}}) }
	}
	return []rule{
		{text: "at most %v tags", limit: count, do: func(c *validate.Command, n int) {
			tags := make([]validate.Tag, n+1)
			for i := range tags {
				tags[i].Key = fmt.Sprint("key", i)
			}
			set(c, tags)
		}},
		{text: "each tag has a key", do: one("", "web")},
		{text: "a key has at most %v characters", limit: "TagKey", do: func(c *validate.Command, n int) { one(long(n), "")(c, 0) }},
		{text: `a key does not begin with "aliyun" or "acs:"`, do: one("acs:team", "")},
		{text: `a key does not contain "http://" or "https://"`, do: one("see http://example.com", "")},
		{text: "a key is UTF-8", do: one("team\xff", "")},
		{text: "a value has at most %v characters", limit: "TagValue", do: func(c *validate.Command, n int) { one("team", long(n))(c, 0) }},
		{text: `a value does not contain "http://" or "https://"`, do: one("team", "https://example.com")},
		{text: "a value is UTF-8", do: one("team", strings.Repeat("\xff", 2))},
		{text: "no two tags have the same key", do: func(c *validate.Command, _ int) {
			set(c, []validate.Tag{{Key: "team", Value: "web"}, {Key: "team", Value: "db"}})
		}},
	}
}
