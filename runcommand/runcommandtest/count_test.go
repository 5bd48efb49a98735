package runcommandtest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestNumbersInTheStateOfTheServerAgreeWithTheirNouns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := newService(t, config{})
		s.Handle(func(_ context.Context, x Exec) Outcome {
			if x.InstanceID == "i-3" {
				panic("broken")
			}
			return Outcome{Output: []byte(strings.Repeat("x", x.Run))}
		})
		for _, want := range [][]string{
			{"\n1 invocation\n", "\n1 call\n", "\n1 fault left\n", "\n1 panic of functions that act for instances\n", "i-1 Linux online, 1 execution, 0 running", " 1 byte of output"},
			{"\n2 invocations\n", "\n2 calls\n", "\n2 faults left\n", "\n2 panics of functions that act for instances\n", "i-1 Linux online, 2 executions, 0 running", "\n3 instances\n"},
		} {
			c.ok("RunCommand", echo("i-1", "i-3"))
			s.Inject(Fault{Kind: FaultStopRace, InstanceID: "i-9"})
			synctest.Wait()
			state := s.String()
			for _, text := range want {
				assert.Contains(t, state, text)
			}
		}
	})
}

func TestNumbersInRefusalsAgreeWithTheirNouns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		of       string
		limits   func(n int) Limits
		command  params
		one, two string
	}{
		{"instances", func(n int) Limits { return Limits{Instances: n} }, echo("i-1", "i-2", "i-3"), "more than 1 instance", "more than 2 instances"},
		{"a name", func(n int) Limits { return Limits{Name: n} }, echo("i-1").with("Name", "abc"), "Name has more than 1 character", "Name has more than 2 characters"},
		{"a token", func(n int) Limits { return Limits{ClientToken: n} }, echo("i-1").with("ClientToken", "abc"),
			"ClientToken is not at most 1 character of ASCII", "ClientToken is not at most 2 characters of ASCII"},
		{"tags", func(n int) Limits { return Limits{Tags: n} }, merge(echo("i-1"), tags("Tag", 3)), "Tag has more than 1 item", "Tag has more than 2 items"},
		{"a placeholder", func(n int) Limits { return Limits{ParameterName: n} }, merge(echo("i-1"), enabled("{{abc}}", "")),
			"a parameter name in the content has more than 1 byte", "a parameter name in the content has more than 2 bytes"},
		{"commands of a day", func(n int) Limits { return Limits{DailyInvocations: n} }, echo("i-1"), "1 command was accepted today", "2 commands were accepted today"},
		{"kept commands", func(n int) Limits { return Limits{KeptCommands: n} }, echo("i-1").with("KeepCommand", "true"), "1 command is kept already", "2 commands are kept already"},
	} {
		t.Run(tt.of, func(t *testing.T) {
			t.Parallel()
			for n, want := range map[int]string{1: tt.one, 2: tt.two} {
				s := NewServer(WithLimits(tt.limits(n)), WithCredential(testKey, testSecret))
				t.Cleanup(s.Close)
				s.AddInstance(Instance{ID: "i-1"}, Instance{ID: "i-2"}, Instance{ID: "i-3"})
				c := &caller{tb: t, server: s, http: s.Transport(), key: testKey, secret: testSecret, method: "POST", clock: time.Now}
				for range n {
					c.call("RunCommand", tt.command)
				}
				assert.Regexp(t, fmt.Sprintf(`%s\.?$`, want), c.call("RunCommand", tt.command).text("Message"))
			}
		})
	}
}

func TestTheRateLimitAgreesWithItsNoun(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "limited to 1 call in 1m0s", 2: "limited to 2 calls in 1m0s"} {
		s := NewServer(WithRateLimit("RunCommand", n, time.Minute), WithCredential(testKey, testSecret))
		t.Cleanup(s.Close)
		c := &caller{tb: t, server: s, http: s.Transport(), key: testKey, secret: testSecret, method: "POST", clock: time.Now}
		for range n {
			c.call("RunCommand", echo("i-1"))
		}
		assert.Contains(t, c.call("RunCommand", echo("i-1")).text("Message"), want)
	}
}
