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
			assert.Contains(t, state, "1 panic of functions that act for instances\n  run 1 of "+id+" on i-2: ")
			assert.Contains(t, state, test.state)
			assert.Contains(t, state, "run_panic_test.go:", "the stack leads to the place")
			assert.NotRegexp(t, `run_execution\.go|run_panic\.go|run_handler\.go|src/runtime/`, state, "the stack has no frames of the service")
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

func TestTheStackOfAPanicBeginsAtItsPlace(t *testing.T) {
	t.Parallel()
	aBug := func(context.Context, Exec) Outcome { return Outcome{Output: []byte(indexOutOfRange(nil))} }
	for name, test := range map[string]struct {
		handler func(*testing.T, *Server) Handler
		frames  []string // functions of the stack, the innermost first
	}{
		"a bug": {func(*testing.T, *Server) Handler { return aBug },
			[]string{"indexOutOfRange", "TestTheStackOfAPanicBeginsAtItsPlace.func1"}},
		"a bug below the functions of this package": {
			func(*testing.T, *Server) Handler {
				return Latency{}.Handler(ByInstance(map[string]Handler{"i-1": aBug}, nil))
			},
			[]string{"indexOutOfRange", "TestTheStackOfAPanicBeginsAtItsPlace.func1"}},
		"a mistake that a method of the server refuses": {
			func(_ *testing.T, s *Server) Handler {
				return func(context.Context, Exec) Outcome { s.AddInstance(Instance{}); return Outcome{} }
			},
			[]string{"TestTheStackOfAPanicBeginsAtItsPlace"}},
		"an end of the goroutine": {
			func(*testing.T, *Server) Handler {
				return func(context.Context, Exec) Outcome { runtime.Goexit(); return Outcome{} }
			},
			[]string{"TestTheStackOfAPanicBeginsAtItsPlace"}},
		"a panic after a long value": {
			func(*testing.T, *Server) Handler {
				return func(context.Context, Exec) Outcome { panic(strings.Repeat("long ", 10_000)) }
			},
			[]string{"TestTheStackOfAPanicBeginsAtItsPlace"}},
		"a panic during a panic": {
			func(*testing.T, *Server) Handler {
				return func(ctx context.Context, x Exec) Outcome {
					defer func() { panic(recover()) }()
					return aBug(ctx, x)
				}
			},
			[]string{"TestTheStackOfAPanicBeginsAtItsPlace", "indexOutOfRange", "TestTheStackOfAPanicBeginsAtItsPlace.func1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{})
			s.Handle(test.handler(t, s))
			assert.Contains(t, c.status(c.run(echo("i-1"))), "ExecutionException")
			_, stack, _ := strings.Cut(s.panics.first[0], "\n")
			lines := strings.Split(strings.TrimSpace(stack), "\n")
			var functions []string
			for i := 0; i < len(lines); i += 2 {
				functions = append(functions, lines[i])
				assert.Regexp(t, `^\t.+\.go:\d+$`, lines[i+1])
			}
			if assert.GreaterOrEqual(t, len(functions), len(test.frames), s.panics.first[0]) {
				for i, want := range test.frames {
					assert.Contains(t, functions[i], want)
				}
				assert.Contains(t, lines[len(lines)-1], "run_panic_test.go:", "the function of Handle is the outermost frame")
			}
		})
	}
}
