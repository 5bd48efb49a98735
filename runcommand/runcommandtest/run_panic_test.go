package runcommandtest

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func indexOutOfRange(list []string) string { return list[3] }

func TestAFunctionThatPanicsFailsOnlyItsRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		act   func()
		info  string
		state string
	}{
		"a panic with a text": {func() { panic("no such instance") }, // callers must not see this text; String shows it
			"panicked with a value of type string.", "a panic of type string: no such instance\n"},
		"a panic with an error": {func() { panic(errors.InternalError) },
			"panicked with a value of type errors.Code.", "a panic of type errors.Code: "},
		"a bug": {func() { indexOutOfRange(nil) },
			"panicked with a value of type runtime.boundsError.", "index out of range [3] with length 0"},
		"an end of the goroutine": {runtime.Goexit,
			"ended its goroutine.", "its goroutine was ended, as by t.FailNow\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{handler: func(_ context.Context, x Exec) Outcome {
				if x.InstanceID == "i-2" {
					test.act()
				}
				return Outcome{Output: []byte("fine")}
			}})
			id := c.run(echo("i-1", "i-2", "i-3"))
			rows := c.results(id)
			assert.Equal(t, "Success", rows[0]["InvocationStatus"])
			assert.Equal(t, "Success", rows[2]["InvocationStatus"])
			assert.Equal(t, "Error", rows[1]["InvocationStatus"])
			assert.Equal(t, "ExecutionException", rows[1]["ErrorCode"])
			assert.Equal(t, "The function that acts for the instance "+test.info, rows[1]["ErrorInfo"])
			state := s.String()
			assert.Contains(t, state, "1 panics of functions that act for instances\n  run 1 of "+id+" on i-2: ")
			assert.Contains(t, state, test.state)
			assert.Contains(t, state, "run_panic_test.go:", "the stack leads to the place")
			c.stop(id)
			assert.Equal(t, "Success", c.status(c.run(echo("i-1"))))
		})
	}
}

func TestOnlyTheFirstPanicsAreKept(t *testing.T) {
	t.Parallel()
	s, c, ids := manyInstances(t, 40, config{handler: func(context.Context, Exec) Outcome {
		panic(strings.Repeat("long ", 10_000))
	}})
	id := c.run(echo(ids...))
	assert.Equal(t, [2]string{"Failed", "Failed"}, c.overall(id))
	state := s.String()
	assert.Contains(t, state, "40 panics of functions that act for instances\n")
	assert.Equal(t, 5, strings.Count(state, "a panic of type string"))
	assert.Contains(t, state, "  ... and 35 more\n")
	assert.Less(t, len(state), 40<<10)
}

func TestAScheduleGoesOnAfterAPanic(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: func(_ context.Context, x Exec) Outcome {
		if x.Run == 1 {
			panic("only once")
		}
		return Outcome{}
	}})
	id := c.run(echo("i-1").with("Frequency", "rate(1h)"))
	s.Advance(2 * time.Hour)
	rows := c.results(id, "IncludeHistory", "true")
	assert.Equal(t, []any{"Success", "Error"}, []any{rows[0]["InvocationStatus"], rows[1]["InvocationStatus"]})
}
