package runcommandtest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// takes returns a function for Handle. Every run that it executes lasts for the time d.
func takes(d time.Duration) func(context.Context, Exec) Outcome {
	return func(context.Context, Exec) Outcome { return Outcome{Takes: d} }
}

// status returns the InvocationStatus and the ErrorCode of the only row.
func (c *caller) status(id string) string {
	c.tb.Helper()
	row := c.result(id)
	if code := row["ErrorCode"].(string); code != "" {
		return row["InvocationStatus"].(string) + " " + code
	}
	return row["InvocationStatus"].(string)
}

// overall returns the two statuses of the whole invocation.
func (c *caller) overall(id string) [2]string {
	c.tb.Helper()
	a := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou", "InvokeId": id})
	return [2]string{a.text("Invocations", "Invocation", 0, "InvocationStatus"), a.text("Invocations", "Invocation", 0, "InvokeStatus")}
}

func (c *caller) stop(id string, instances ...string) {
	c.tb.Helper()
	c.ok("StopInvocation", params{"RegionId": "cn-hangzhou", "InvokeId": id}.to(instances...))
}

func TestAnInstantScriptHasEndedInTheNextDescribe(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	assert.Equal(t, "Success", c.status(c.run(echo("i-1"))))
	s.Handle(func(_ context.Context, x Exec) Outcome {
		return Outcome{Output: append([]byte(x.InstanceID+" "), x.Script...), ExitCode: 4}
	})
	row := c.result(c.run(echo("i-2")), "ContentEncoding", "PlainText")
	assert.Equal(t, "i-2 echo hello", row["Output"])
	assert.EqualValues(t, 4, row["ExitCode"])
	assert.Equal(t, "Failed", row["InvocationStatus"])
	assert.Equal(t, "Finished", row["InvokeRecordStatus"], "the legacy status of a non-zero exit")
	s.Handle(nil)
	assert.Equal(t, "Success", c.status(c.run(echo("i-1"))))
}

func TestARunTakesItsTimeByTheServersClock(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	id := c.run(echo("i-1"))
	assert.Equal(t, "Running", c.status(id))
	s.Advance(29 * time.Second)
	assert.Equal(t, "Running", c.status(id))
	assert.Empty(t, c.result(id)["FinishedTime"])
	s.Advance(time.Second)
	assert.Equal(t, "Success", c.status(id))
	assert.Equal(t, "2026-06-01T12:00:30Z", c.result(id)["FinishedTime"])
}

func TestARunThatTakesTooLongTimesOut(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: func(context.Context, Exec) Outcome {
		return Outcome{Output: []byte("so far"), Takes: time.Hour}
	}})
	id := c.run(echo("i-1").with("Timeout", "90"))
	s.Advance(90 * time.Second)
	row := c.result(id, "ContentEncoding", "PlainText")
	assert.Equal(t, "Timeout", row["InvocationStatus"])
	assert.Equal(t, "Failed", row["InvokeRecordStatus"])
	assert.Equal(t, "ExecutionTimeout", row["ErrorCode"])
	assert.Equal(t, "2026-06-01T12:01:30Z", row["FinishedTime"], "the start plus the timeout")
	assert.Equal(t, "so far", row["Output"])
}

func TestAFunctionThatBlocksDoesNotBlockTheServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		proceed := make(chan struct{})
		s, c := newService(t, config{handler: func(context.Context, Exec) Outcome {
			<-proceed
			return Outcome{Output: []byte("done")}
		}})
		id := c.run(echo("i-1"))
		assert.Equal(t, "Running", c.status(id))
		<-time.After(20 * time.Second)
		close(proceed)
		synctest.Wait()
		row := c.result(id, "ContentEncoding", "PlainText")
		assert.Equal(t, "Success", row["InvocationStatus"])
		assert.Equal(t, "done", row["Output"])
		run := s.Invocations()[0].Instances[0]
		assert.InDelta(t, 20, run.Finished.Sub(run.Started).Seconds(), 1)
	})
}

func TestTheContextOfAFunctionEndsWithItsRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		end    func(*Server, *caller, string)
		status string
	}{
		"stopped":                         {func(_ *Server, c *caller, id string) { c.stop(id) }, "Terminated"},
		"timed out":                       {func(*Server, *caller, string) { <-time.After(61 * time.Second) }, "Timeout ExecutionTimeout"},
		"timed out by the server's clock": {func(s *Server, _ *caller, _ string) { s.Advance(61 * time.Second) }, "Timeout ExecutionTimeout"},
		"restarted":                       {func(s *Server, _ *caller, _ string) { s.Reboot("i-1") }, "Error InstanceRestarted"},
		"released":                        {func(s *Server, _ *caller, _ string) { s.RemoveInstance("i-1") }, "Error InstanceReleased"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, c := newService(t, config{handler: func(ctx context.Context, _ Exec) Outcome {
					<-ctx.Done()
					return Outcome{Output: []byte("killed"), ExitCode: 137}
				}})
				id := c.run(echo("i-1"))
				require.Equal(t, "Running", c.status(id))
				test.end(s, c, id)
				<-time.After(time.Second)
				assert.Equal(t, test.status, c.status(id))
				assert.Equal(t, "killed", c.result(id, "ContentEncoding", "PlainText")["Output"])
			})
		})
	}
}

func TestCloseEndsEveryFunction(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := 0
		s, c := newService(t, config{handler: func(ctx context.Context, _ Exec) Outcome {
			<-ctx.Done()
			ended++
			return Outcome{}
		}})
		c.run(echo("i-1"))
		s.Close()
		s.Close()
		assert.Equal(t, 1, ended)
		_, err := c.try("RunCommand", echo("i-1"))
		assert.ErrorContains(t, err, "connection refused")
	})
}

func TestTheOverallStatusFollowsTheInstances(t *testing.T) {
	t.Parallel()
	tests := []struct {
		outcomes []Outcome
		want     [2]string
	}{
		{[]Outcome{{}, {}}, [2]string{"Success", "Finished"}},
		{[]Outcome{{ExitCode: 1}, {ExitCode: 2}}, [2]string{"Failed", "Finished"}},
		{[]Outcome{{}, {ExitCode: 2}}, [2]string{"PartialFailed", "Finished"}},
		{[]Outcome{{}, {Code: errors.ExecutionException}}, [2]string{"PartialFailed", "PartialFailed"}},
		{[]Outcome{{Code: errors.AccountNotExists}, {Takes: time.Hour}}, [2]string{"Failed", "Failed"}},
		{[]Outcome{{}, {Takes: 55 * time.Second}}, [2]string{"Running", "Running"}},
	}
	for _, test := range tests {
		s, c := newService(t, config{clock: noon, handler: func(_ context.Context, x Exec) Outcome {
			return test.outcomes[x.InstanceID[2]-'1']
		}})
		id := c.run(echo("i-1", "i-2").with("Timeout", "60"))
		if test.outcomes[1].Takes == time.Hour {
			s.Advance(time.Minute)
		}
		assert.Equal(t, test.want, c.overall(id), "%+v", test.outcomes)
	}
}

func TestARestartRunsTheTasksThatWaitForIt(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	next := c.run(echo("i-1").with("RepeatMode", "NextRebootOnly"))
	every := c.run(echo("i-1").with("RepeatMode", "EveryReboot"))
	assert.Equal(t, "Scheduled", c.status(next))
	assert.Zero(t, s.Executions("i-1"))
	for range 3 {
		s.Advance(time.Minute)
		s.Reboot("i-1")
	}
	assert.Equal(t, "Success", c.status(next))
	assert.EqualValues(t, 1, c.result(next)["Repeats"])
	assert.Equal(t, "Scheduled", c.status(every))
	assert.EqualValues(t, 3, c.result(every)["Repeats"])
	assert.Equal(t, "Running", c.result(every)["InvokeRecordStatus"], "the legacy status of a task that goes on")
	assert.Equal(t, 4, s.Executions("i-1"))
	assert.Len(t, c.results(every, "IncludeHistory", "true"), 3)
}

func TestADryRunRunsNothing(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	row := c.result(c.run(echo("i-1").with("RepeatMode", "DryRun")))
	assert.Equal(t, "Success", row["InvocationStatus"])
	assert.EqualValues(t, 0, row["Repeats"])
	s.AddInstance(Instance{ID: "i-1", Offline: true})
	assert.Equal(t, "Aborted ClientNotOnline", c.status(c.run(echo("i-1").with("RepeatMode", "DryRun"))))
	builtin := echo("i-2").with("RepeatMode", "DryRun", "EnableParameter", "true", "CommandContent", "{{ACS::Nothing}}")
	assert.Equal(t, "Invalid InvalidSystemBuiltInParameter", c.status(c.run(builtin)))
	assert.Zero(t, s.Executions("i-1")+s.Executions("i-2"))
}

func TestScriptsPowerTheirInstanceOffAndRestartIt(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: func(_ context.Context, x Exec) Outcome {
		return Outcome{ExitCode: map[string]int{"off": 193, "again": 194}[string(x.Script)]}
	}})
	task := c.run(echo("i-2").with("RepeatMode", "NextRebootOnly"))
	assert.Equal(t, "Failed ExitCodeNonzero", c.status(c.run(echo("i-1").with("CommandContent", "off"))))
	assert.Equal(t, "Failed ExitCodeNonzero", c.status(c.run(echo("i-2").with("CommandContent", "again"))))
	assert.Equal(t, "Aborted InstanceNotRunning", c.status(c.run(echo("i-1"))))
	assert.Equal(t, "Aborted InstanceNotRunning", c.status(c.run(echo("i-2"))))
	s.Advance(time.Minute)
	assert.Equal(t, "Aborted InstanceNotRunning", c.status(c.run(echo("i-1"))), "off stays off")
	assert.Equal(t, "Success", c.status(c.run(echo("i-2"))))
	assert.Equal(t, "Success", c.status(task))
	s.Reboot("i-1")
	assert.Equal(t, "Success", c.status(c.run(echo("i-1"))))
}

func TestScriptsOnWindowsPowerTheirInstanceOffAndRestartIt(t *testing.T) {
	t.Parallel()
	for exit, want := range map[int][2]string{
		3009: {"Aborted InstanceNotRunning", "Aborted InstanceNotRunning"},
		3010: {"Aborted InstanceNotRunning", "Failed ExitCodeNonzero"},
		193:  {"Failed ExitCodeNonzero", "Failed ExitCodeNonzero"},
		194:  {"Failed ExitCodeNonzero", "Failed ExitCodeNonzero"},
	} {
		s, c := newService(t, config{clock: noon, handler: func(context.Context, Exec) Outcome { return Outcome{ExitCode: exit} }})
		s.AddInstance(Instance{ID: "i-1", OS: Windows, AgentVersion: "2.1.3.317"})
		script := echo("i-1").with("Type", "RunBatScript")
		assert.Equal(t, "Failed ExitCodeNonzero", c.status(c.run(script)), exit)
		assert.Equal(t, want[0], c.status(c.run(script)), "after exit code %d", exit)
		s.Advance(time.Minute)
		assert.Equal(t, want[1], c.status(c.run(script)), "a minute after exit code %d", exit)
	}
}

func TestReleasingAnInstanceEndsItsWaitingTasks(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	timed := c.run(echo("i-1").with("Frequency", "rate(1h)"))
	waits := c.run(echo("i-1", "i-2").with("RepeatMode", "EveryReboot"))
	s.RemoveInstance("i-1")
	s.RemoveInstance("i-404")
	s.Advance(2 * time.Hour)
	s.Reboot("i-404")
	assert.Equal(t, "Error InstanceReleased", c.status(timed))
	assert.Equal(t, [2]string{"Scheduled", "Running"}, c.overall(waits), "the other instance still waits")
	assert.Zero(t, s.Executions("i-1"))
	assert.Equal(t, errors.InvalidInstanceNotFound, c.call("RunCommand", echo("i-1")).code())
}

func TestTheLastFiringMayComeDuringARun(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	s.Inject(Fault{Kind: FaultNeverFinishes})
	id := c.run(echo("i-1").with("Frequency", "0 0 13,14 1 6 ? 2026 UTC"))
	s.Advance(24 * time.Hour)
	assert.Equal(t, "Running", c.status(id))
	s.Reboot("i-1")
	assert.Equal(t, "Error InstanceRestarted", c.status(id), "and the task ends with that run")
	assert.Equal(t, 1, s.Executions("i-1"))
}

func TestACommandDuringCloseIsInterrupted(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(time.Minute)})
	s.Control("RunCommand", func(Call) Verdict {
		s.Close()
		return Pass()
	})
	_, err := c.try("RunCommand", echo("i-1"))
	assert.NoError(t, err, "it had arrived before")
	assert.Equal(t, errors.ExecutionInterrupted, s.Invocations()[0].Instances[0].Code)
}

func TestHeartbeatsStopWithTheAgentAndContinue(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: exited("", 194)})
	beat := func() string {
		return c.ok("DescribeCloudAssistantStatus", params{"RegionId": "cn-hangzhou"}.to("i-1")).
			text("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus", 0, "LastHeartbeatTime")
	}
	c.run(echo("i-1"))
	s.Advance(20 * time.Second)
	assert.Equal(t, "2026-06-01T12:00:00Z", beat())
	s.Advance(time.Hour)
	assert.Equal(t, "2026-06-01T13:00:00Z", beat(), "the restart has ended long ago")
	s.AddInstance(Instance{ID: "i-1", Offline: true})
	s.Advance(time.Hour)
	assert.Equal(t, "2026-06-01T13:00:00Z", beat())
	s.AddInstance(Instance{ID: "i-1"})
	assert.Equal(t, "2026-06-01T14:00:00Z", beat())
	s.AddInstance(Instance{ID: "i-off", Offline: true})
	assert.True(t, s.Instances()[3].LastHeartbeat.Before(s.Now().Add(-2*time.Minute)), "one that was never online has been silent for long")
}

func TestAReleasedScheduleShowsWhyItEnded(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: exited("output", 3)})
	id := c.run(echo("i-1").with("Frequency", "rate(1h)"))
	s.Advance(90 * time.Minute)
	assert.Equal(t, "Scheduled ExitCodeNonzero", c.status(id))
	s.RemoveInstance("i-1")
	assert.Equal(t, "Error InstanceReleased", c.status(id))
	assert.Equal(t, "2026-06-01T13:30:00Z", c.result(id)["FinishedTime"])
	state := s.Invocations()[0].Instances[0]
	assert.Equal(t, errors.InstanceReleased, state.Code)
	assert.Equal(t, noon().Add(90*time.Minute), state.Finished)
	assert.Equal(t, "output", string(state.Output), "the output of the last run stays")
	assert.Equal(t, 1, s.Executions("i-1"), "and so does the count")
}

func TestOnlyRecentAgentsObserveTheExitCodesOfPowerOffAndRestart(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		inst    Instance
		outcome Outcome
	}{
		"an old agent":            {Instance{AgentVersion: "2.2.3.316"}, Outcome{ExitCode: 193}},
		"another system":          {Instance{OS: FreeBSD}, Outcome{ExitCode: 193}},
		"success elsewhere":       {Instance{OS: FreeBSD}, Outcome{}},
		"a code of Windows":       {Instance{}, Outcome{ExitCode: 3009}},
		"a run that has no exit":  {Instance{}, Outcome{ExitCode: 193, Code: errors.ExecutionException}},
		"an exit code beside it":  {Instance{}, Outcome{ExitCode: 192}},
		"a script that times out": {Instance{}, Outcome{ExitCode: 194, Takes: time.Hour}},
	} {
		s, c := newService(t, config{clock: noon, handler: func(context.Context, Exec) Outcome { return test.outcome }})
		test.inst.ID = "i-1"
		s.AddInstance(test.inst)
		c.status(c.run(echo("i-1")))
		s.Advance(61 * time.Second)
		assert.True(t, s.Instances()[0].Online, name)
	}
}
