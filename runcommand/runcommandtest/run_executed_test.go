package runcommandtest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// executedScripts returns the scripts that were executed on an instance.
func executedScripts(s *Server, instanceID string) []string {
	var scripts []string
	for _, x := range s.Executed(instanceID) {
		scripts = append(scripts, string(x.Script))
	}
	return scripts
}

func TestExecutedShowsWhatAnInstanceExecuted(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	first := c.run(echo("i-1", "i-2").with("EnableParameter", "true", "Parameters", `{"who":"{{you}}"}`, "CommandContent", "echo {{who}} on {{ACS::InstanceId}}",
		"Username", "deploy", "WorkingDir", "/srv", "Launcher", "python3 -u", "TerminationMode", "ProcessTree", "Timeout", "90"))
	second := c.run(echo("i-1").with("CommandContent", "second {{who}}", "ContainerName", "web"))

	list := s.Executed("i-1")
	require.Len(t, list, 2)
	assert.Equal(t, Exec{
		InvocationID: first, CommandID: list[0].CommandID, InstanceID: "i-1", Type: "RunShellScript", Script: []byte("echo {{you}} on i-1"),
		Username: "deploy", WorkingDir: "/srv", Launcher: "python3 -u", TerminationMode: "ProcessTree", Timeout: 90 * time.Second, Run: 1,
	}, list[0])
	assert.Equal(t, second, list[1].InvocationID)
	assert.Equal(t, "second {{who}}", string(list[1].Script), "without EnableParameter nothing is filled in")
	assert.Equal(t, "web", list[1].ContainerName)
	assert.Equal(t, []string{"echo {{you}} on i-2"}, executedScripts(s, "i-2"))
	assert.Empty(t, s.Executed("i-3"))
	assert.Empty(t, s.Executed("i-unknown"))
}

func TestExecutedAndExecutionsAgree(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		instance Instance
		change   params
		fault    FaultKind
		handler  func(context.Context, Exec) Outcome
		after    func(*Server)
		want     int
	}{
		"a script that ends at once":           {want: 1},
		"a script that is still running":       {handler: takes(time.Hour), want: 1},
		"a function that panics":               {handler: func(context.Context, Exec) Outcome { panic("a bug") }, want: 1},
		"a run that never finishes":            {fault: FaultNeverFinishes, want: 1},
		"a run that ends with an error":        {fault: FaultInstanceError, want: 1},
		"an instance released by a fault":      {fault: FaultInstanceReleased, want: 1},
		"an instance that was removed":         {after: func(s *Server) { s.RemoveInstance("i-1") }, want: 1},
		"an agent that is offline":             {fault: FaultAgentOffline, want: 0},
		"a dry run":                            {change: params{"RepeatMode": "DryRun"}, want: 0},
		"a command that waits for a restart":   {change: params{"RepeatMode": "EveryReboot"}, want: 0},
		"two restarts":                         {change: params{"RepeatMode": "EveryReboot"}, after: func(s *Server) { s.Reboot("i-1"); s.Reboot("i-1") }, want: 2},
		"a schedule":                           {change: params{"Frequency": "rate(1h)"}, after: func(s *Server) { s.Advance(3 * time.Hour) }, want: 3},
		"a user that the instance lacks":       {instance: Instance{ID: "i-1", Users: []string{"app"}}, change: params{"Username": "missing"}, want: 0},
		"a directory that the instance lacks":  {instance: Instance{ID: "i-1", Directories: []string{"/srv"}}, change: params{"WorkingDir": "/missing"}, want: 0},
		"more than the instance runs together": {instance: Instance{ID: "i-1", Concurrency: 1}, handler: takes(time.Hour), after: func(*Server) {}, want: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{clock: noon, handler: test.handler})
			if test.instance.ID != "" {
				s.AddInstance(test.instance)
			}
			if test.fault != 0 {
				s.Inject(Fault{Kind: test.fault})
			}
			p := echo("i-1")
			for name, value := range test.change {
				p = p.with(name, value)
			}
			c.run(p)
			if test.instance.Concurrency > 0 {
				c.run(p)
			}
			if test.after != nil {
				test.after(s)
			}
			list := s.Executed("i-1")
			require.Len(t, list, test.want)
			assert.Equal(t, test.want, s.Executions("i-1"))
			for i, x := range list {
				assert.Equal(t, i+1, x.Run)
				assert.Equal(t, "echo hello", string(x.Script))
			}
			assert.Empty(t, s.Executed("i-2"))
		})
	}
}

func TestExecutedGivesCopies(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{handler: func(_ context.Context, x Exec) Outcome {
		clear(x.Script)
		return Outcome{}
	}})
	c.results(c.run(echo("i-1", "i-2")))
	for range 2 {
		for _, id := range []string{"i-1", "i-2"} {
			list := s.Executed(id)
			require.Len(t, list, 1)
			assert.Equal(t, "echo hello", string(list[0].Script))
			clear(list[0].Script)
		}
	}
	assert.Equal(t, "echo hello", string(s.Invocations()[0].Script))
}

func TestManyCallersReadWhatWasExecuted(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			for range 25 {
				c.run(echo("i-1").with("CommandContent", itoa(n)))
				assert.LessOrEqual(t, len(s.Executed("i-1")), s.Executions("i-1"))
			}
		})
	}
	all.Wait()
	scripts := executedScripts(s, "i-1")
	assert.Len(t, scripts, 100)
	for n := range 4 {
		count := 0
		for _, script := range scripts {
			if script == itoa(n) {
				count++
			}
		}
		assert.Equal(t, 25, count)
	}
}

func TestTheExecutedLogIsBoundedInBytes(t *testing.T) {
	t.Parallel()
	t.Run("different long scripts", func(t *testing.T) {
		t.Parallel()
		var l executedLog
		for i := range 1500 {
			l.add(Exec{InstanceID: fmt.Sprint("i-", i%2), Run: i, Script: fmt.Appendf(make([]byte, 24<<10), "%d", i)})
			require.LessOrEqual(t, l.bytes, maxExecutedBytes)
		}
		assert.InDelta(t, 1300, len(l.entries), 50, "the godoc of Executed says so")
		assert.Len(t, l.entries, len(l.byInstance["i-0"])+len(l.byInstance["i-1"]))
		assert.Equal(t, 1498, l.byInstance["i-0"][len(l.byInstance["i-0"])-1].Run, "the latest are kept")
		assert.Equal(t, 1499-len(l.entries)+1, l.entries[0].Run, "the oldest are dropped")
	})
	t.Run("equal scripts, kept once", func(t *testing.T) {
		t.Parallel()
		var l executedLog
		script := bytes.Repeat([]byte("x"), 24<<10)
		for range 20_000 {
			l.add(Exec{InstanceID: "i-1", Script: bytes.Clone(script)})
		}
		assert.Len(t, l.entries, 20_000)
		assert.Same(t, &l.entries[0].Script[0], &l.entries[19_999].Script[0])
	})
	t.Run("short scripts", func(t *testing.T) {
		t.Parallel()
		var l executedLog
		for i := range 80_000 {
			l.add(Exec{InstanceID: "i-1", Script: fmt.Append(nil, i)})
		}
		assert.InDelta(t, 72_000, len(l.entries), 3_000, "the godoc of Executed says so")
	})
	t.Run("instances that are never used again", func(t *testing.T) {
		t.Parallel()
		var l executedLog
		for i := range 3000 {
			l.add(Exec{InstanceID: fmt.Sprint("i-", i), Script: fmt.Appendf(make([]byte, 24<<10), "%d", i)})
		}
		assert.Len(t, l.byInstance, len(l.entries), "an instance without entries needs no memory")
	})
	t.Run("long names count too", func(t *testing.T) {
		t.Parallel()
		var l executedLog
		long := strings.Repeat("x", 1000)
		l.add(Exec{InstanceID: "i-1", Username: long, WorkingDir: long, Launcher: long, ContainerID: long, ContainerName: long})
		assert.Equal(t, 5000+executedBytes, l.bytes)
	})
}
