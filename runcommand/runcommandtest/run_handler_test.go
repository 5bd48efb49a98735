package runcommandtest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// exitCodes returns an outcome for each exit code.
func exitCodes(codes ...int) []Outcome {
	outcomes := make([]Outcome, len(codes))
	for i, code := range codes {
		outcomes[i].ExitCode = code
	}
	return outcomes
}

// runEach runs a command on each instance in turn, and returns the statuses.
func (c *caller) runEach(ids ...string) []string {
	statuses := make([]string, len(ids))
	for i, id := range ids {
		row := c.result(c.run(echo(id)))
		statuses[i] = fmt.Sprintf("%v %v", row["InvocationStatus"], row["ExitCode"])
	}
	return statuses
}

func TestHandlersDecideByInstanceAndSequence(t *testing.T) {
	t.Parallel()
	failsTwice := InSequence(exitCodes(1, 2, 0)...)
	missing := Always(Outcome{Code: errors.DirectoryNotExists})
	for name, test := range map[string]struct {
		handler Handler
		ids     []string
		want    []string
	}{
		"one outcome for all": {Always(Outcome{ExitCode: 7}),
			[]string{"i-1", "i-2", "i-1"}, []string{"Failed 7", "Failed 7", "Failed 7"}},
		"a sequence on one instance": {failsTwice,
			[]string{"i-1", "i-1", "i-1"}, []string{"Failed 1", "Failed 2", "Success 0"}},
		"the last outcome is used again": {InSequence(exitCodes(0, 5)...),
			[]string{"i-1", "i-1", "i-1", "i-1"}, []string{"Success 0", "Failed 5", "Failed 5", "Failed 5"}},
		"every instance has its own sequence": {failsTwice,
			[]string{"i-1", "i-2", "i-1", "i-2", "i-2"}, []string{"Failed 1", "Failed 1", "Failed 2", "Failed 2", "Success 0"}},
		"by instance": {ByInstance(map[string]Handler{"i-1": Always(Outcome{ExitCode: 3}), "i-2": missing}, Always(Outcome{ExitCode: 4})),
			[]string{"i-1", "i-2", "i-3"}, []string{"Failed 3", "Invalid 0", "Failed 4"}},
		"others end with exit code 0": {ByInstance(map[string]Handler{"i-1": missing}, nil),
			[]string{"i-1", "i-2"}, []string{"Invalid 0", "Success 0"}},
		"a nil Handler of an instance is the default, not that of others": {ByInstance(map[string]Handler{"i-1": nil}, missing),
			[]string{"i-1", "i-2"}, []string{"Success 0", "Invalid 0"}},
		"a nil map": {ByInstance(nil, missing), []string{"i-1"}, []string{"Invalid 0"}},
		"a sequence by instance": {ByInstance(map[string]Handler{"i-1": failsTwice}, nil),
			[]string{"i-2", "i-1", "i-2", "i-1", "i-1"}, []string{"Success 0", "Failed 1", "Success 0", "Failed 2", "Success 0"}},
		"one by instance in another": {ByInstance(map[string]Handler{"i-1": missing}, ByInstance(map[string]Handler{"i-2": failsTwice}, nil)),
			[]string{"i-1", "i-2", "i-3"}, []string{"Invalid 0", "Failed 1", "Success 0"}},
		"a function by instance": {ByInstance(map[string]Handler{"i-1": func(_ context.Context, x Exec) Outcome { return Outcome{ExitCode: len(x.InstanceID)} }}, nil),
			[]string{"i-1", "i-2"}, []string{"Failed 3", "Success 0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // a Handler may be used by two servers
				s, c := newService(t, config{clock: noon})
				s.Handle(test.handler)
				assert.Equal(t, test.want, c.runEach(test.ids...))
			}
		})
	}
}

func TestASequenceBeginsAgainWithHandle(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	sequence := InSequence(exitCodes(1, 2)...)
	c.runEach("i-1", "i-1", "i-1")
	s.Handle(sequence)
	assert.Equal(t, []string{"Failed 1", "Failed 2"}, c.runEach("i-1", "i-1"), "earlier executions are not counted")
	s.Handle(sequence)
	assert.Equal(t, []string{"Failed 1", "Failed 2"}, c.runEach("i-1", "i-1"))
}

func TestASequenceFollowsTheRunsOfASchedule(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	s.Handle(InSequence(exitCodes(1, 2, 3)...))
	id := c.run(echo("i-1").with("Frequency", "rate(1h)"))
	s.Advance(4 * time.Hour)
	var codes []any
	for _, row := range c.results(id, "IncludeHistory", "true") {
		codes = append(codes, row["ExitCode"])
	}
	assert.Equal(t, []any{3.0, 3.0, 2.0, 1.0}, codes, "the newest run is the first row")
}

func TestAnExecutionThatEndsByAFaultTakesNothingFromASequence(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	s.Handle(InSequence(exitCodes(1, 2)...))
	s.Inject(Fault{Kind: FaultInstanceError, InstanceID: "i-1"})
	assert.Equal(t, []string{"Error 0", "Failed 1", "Failed 2"}, c.runEach("i-1", "i-1", "i-1"))
}

func TestASequenceKeepsTheOrderOfExecutionsThatRunTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const count = 20
		codes := make([]int, count)
		for i := range codes {
			codes[i] = i
		}
		sequence := InSequence(exitCodes(codes...)...)
		var last atomic.Int64 // the number of the command that asked last
		s, c := newService(t, config{})
		s.Handle(func(ctx context.Context, x Exec) Outcome {
			// The script is the number of the command. The later it began, the sooner it asks.
			var n int64
			_, err := fmt.Sscan(string(x.Script), &n)
			assert.NoError(t, err)
			<-time.After(time.Duration(count-n) * time.Second)
			last.Store(n)
			return sequence(ctx, x)
		})
		ids := make([]string, count)
		for i := range ids {
			ids[i] = c.run(echo("i-1").with("CommandContent", itoa(i)))
		}
		<-time.After(time.Minute)
		assert.Zero(t, last.Load(), "the first execution asked last")
		for i, id := range ids {
			assert.EqualValues(t, i, c.result(id)["ExitCode"])
		}
	})
}

func TestTheDefaultOfAServerWithAShellRunsScripts(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{shell: true})
	s.Handle(ByInstance(map[string]Handler{"i-1": Always(Outcome{Output: []byte("replaced")})}, nil))
	id := c.run(echo("i-1", "i-2"))
	var outputs []any
	for running := true; running; {
		running, outputs = false, nil
		for _, row := range c.results(id, "ContentEncoding", "PlainText") {
			running = running || row["InvocationStatus"] == "Running"
			outputs = append(outputs, row["Output"])
		}
	}
	assert.Equal(t, []any{"replaced", "hello\n"}, outputs)
}

func TestChangesOfArgumentsDoNotReachAHandler(t *testing.T) {
	t.Parallel()
	outcomes := exitCodes(1, 2)
	handlers := map[string]Handler{"i-1": InSequence(outcomes...)}
	h := ByInstance(handlers, nil)
	outcomes[0].ExitCode = 9
	handlers["i-1"], handlers["i-2"] = nil, Always(Outcome{ExitCode: 9})
	s, c := newService(t, config{clock: noon})
	s.Handle(h)
	assert.Equal(t, []string{"Failed 1", "Success 0"}, c.runEach("i-1", "i-2"))
}

func TestHandlersWorkWithoutAServer(t *testing.T) {
	t.Parallel()
	ctx, x := t.Context(), Exec{InstanceID: "i-1"}
	assert.Equal(t, Outcome{ExitCode: 1}, InSequence(exitCodes(1, 2)...)(ctx, x), "the first outcome")
	assert.Equal(t, Outcome{}, ByInstance(nil, nil)(ctx, x))
	assert.Equal(t, Outcome{}, Latency{}.Handler(nil)(ctx, x))
}

func TestASequenceWithoutOutcomesPanics(t *testing.T) {
	t.Parallel()
	require.PanicsWithValue(t, "runcommandtest: InSequence: there are no outcomes", func() { InSequence() })
}
