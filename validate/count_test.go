package validate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/validate"
)

func TestNumbersInViolationsAgreeWithTheirNouns(t *testing.T) {
	t.Parallel()
	text := strings.Repeat
	for _, tt := range []struct {
		of       string
		limits   func(n int) validate.Limits
		set      func(c *validate.Command, n int)
		one, two string // the whole messages for 1 and for 2
	}{
		{"characters of a container id", nil,
			func(c *validate.Command, n int) { c.ContainerID = text("a", n) },
			"has 1 character after the runtime prefix, it needs 64 hexadecimal digits; short ids are not accepted, docker ps --no-trunc shows the full ones",
			"has 2 characters after the runtime prefix, it needs 64 hexadecimal digits; short ids are not accepted, docker ps --no-trunc shows the full ones"},
		{"characters of a container name", nil,
			func(c *validate.Command, n int) { c.ContainerName = text("-", n) },
			"has 1 character; it needs a letter or digit, then letters, digits, '.', '_' and '-', at most 255 in all",
			"has 2 characters; it needs a letter or digit, then letters, digits, '.', '_' and '-', at most 255 in all"},
		{"bytes of a parameter name", func(n int) validate.Limits { return validate.Limits{ParameterName: n} },
			func(c *validate.Command, _ int) {
				c.EnableParameter, c.Content = true, []byte("echo {{abc}}")
			},
			`has 1 parameter name of over 1 byte, "{{abc}}" in line 1`, `has 1 parameter name of over 2 bytes, "{{abc}}" in line 1`},
		{"bytes of a script", func(int) validate.Limits { return validate.Limits{Content: 1} },
			func(c *validate.Command, n int) { c.Content = []byte(text("x", n)) },
			"has 1 byte, or 4 in Base64; the limit is 0 bytes of script, or 1 in Base64",
			"has 2 bytes, or 4 in Base64; the limit is 0 bytes of script, or 1 in Base64"},
		{"characters of a token outside ASCII", nil,
			func(c *validate.Command, n int) { c.ClientToken = text("令", n) },
			"has characters outside ASCII; it has 1 character, the limit is 64",
			"has characters outside ASCII; it has 2 characters, the limit is 64"},
		{"tags beside instances", nil,
			func(c *validate.Command, n int) {
				c.ResourceTags = []validate.Tag{{Key: "a"}, {Key: "b"}}[:n]
				c.InstanceIDs = []string{"i-1", "i-2"}[:n]
			},
			"has 1 tag beside 1 instance id, give only one of the two", "has 2 tags beside 2 instance ids, give only one of the two"},
		{"empty ids", nil,
			func(c *validate.Command, n int) { c.InstanceIDs = make([]string, n) },
			"has 1 empty id among 1, number 1 is the first (the client's own check)",
			"has 2 empty ids among 2, number 1 is the first (the client's own check)"},
		{"parameters that are off", nil,
			func(c *validate.Command, n int) {
				c.Parameters = map[string]string{"a": "", "b": ""}
				if n == 1 {
					delete(c.Parameters, "b")
				}
			},
			"has 1 entry while EnableParameter is false", "has 2 entries while EnableParameter is false"},
	} {
		t.Run(tt.of, func(t *testing.T) {
			t.Parallel()
			for n, want := range map[int]string{1: tt.one, 2: tt.two} {
				c := &validate.Command{Type: "RunShellScript", Content: []byte("true"), InstanceIDs: []string{"i-1"}}
				tt.set(c, n)
				var limits validate.Limits
				if tt.limits != nil {
					limits = tt.limits(n)
				}
				found := limits.Check(c)
				if assert.Len(t, found, 1) {
					assert.Equal(t, want, found[0].Message)
				}
			}
		})
	}
}

func TestNumbersInWarningsAgreeWithTheirNouns(t *testing.T) {
	t.Parallel()
	for want, ids := range map[string][]string{
		"names 1 instance more than once":  {"i-1", "i-1"},
		"names 2 instances more than once": {"i-1", "i-1", "i-2", "i-2"},
	} {
		c := &validate.Command{Type: "RunShellScript", Content: []byte("true"), InstanceIDs: ids}
		assert.Equal(t, []validate.Warning{{Field: "InstanceId", Message: want}}, validate.Limits{}.Warnings(c, time.Now()))
	}
}
