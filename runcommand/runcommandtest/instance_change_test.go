package runcommandtest

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// untilEnd is a function that runs until its context ends.
func untilEnd(ctx context.Context, _ Exec) Outcome {
	<-ctx.Done()
	return Outcome{}
}

// awayInstances are descriptions of i-1 with which it runs nothing, and the end of a
// command that runs there.
var awayInstances = map[string]struct {
	inst Instance
	end  string
}{
	"stopped":                       {Instance{ID: "i-1", Stopped: true}, "Aborted InstanceNotRunning"},
	"without an agent":              {Instance{ID: "i-1", NoAgent: true}, "Aborted ClientNotRunning"},
	"offline":                       {Instance{ID: "i-1", Offline: true}, "Aborted ClientNotOnline"},
	"stopped, with an agent or not": {Instance{ID: "i-1", Stopped: true, Offline: true, NoAgent: true}, "Aborted InstanceNotRunning"},
}

func TestAnInstanceThatGoesAwayEndsWhatRuns(t *testing.T) {
	t.Parallel()
	for name, away := range awayInstances {
		for kind, act := range map[string]func(context.Context, Exec) Outcome{"a function that blocks": untilEnd, "a long run": takes(40 * time.Second)} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s, c := newService(t, config{handler: act})
					began := time.Now()
					id := c.run(echo("i-1", "i-2"))
					assert.Equal(t, [2]string{"Running", "Running"}, c.overall(id))
					<-time.After(10 * time.Second)

					s.AddInstance(away.inst)
					synctest.Wait()
					rows := c.results(id)
					assert.Equal(t, away.end, rows[0]["InvocationStatus"].(string)+" "+rows[0]["ErrorCode"].(string))
					assert.Equal(t, stamp(began), rows[0]["StartTime"])
					assert.Equal(t, stamp(began.Add(10*time.Second)), rows[0]["FinishedTime"])
					assert.Equal(t, "Running", rows[1]["InvocationStatus"], "the other instance goes on")
					assert.Zero(t, s.Instances()[0].Running)
					assert.Equal(t, 1, s.Instances()[1].Running)
					assert.Equal(t, away.end, c.status(c.run(echo("i-1"))), "a new command ends in the same way")
					assert.Equal(t, 1, s.Executions("i-1"))

					s.AddInstance(Instance{ID: "i-1"})
					<-time.After(time.Minute)
					assert.Equal(t, away.end, rows[0]["InvocationStatus"].(string)+" "+c.results(id)[0]["ErrorCode"].(string))
					assert.Equal(t, 1, s.Executions("i-1"), "what was ended does not begin again")
				})
			})
		}
	}
}

func TestSchedulesWaitForAnInstanceThatIsAway(t *testing.T) {
	t.Parallel()
	for name, away := range awayInstances {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{clock: noon})
			endless := c.run(echo("i-1").with("Frequency", "rate(10m)"))
			once := c.run(echo("i-1").with("Frequency", "at(2026-06-01 13:00:00)"))
			later := c.run(echo("i-1").with("Frequency", "0 0 13,15 1 6 ? 2026 UTC"))
			s.Advance(15 * time.Minute)
			s.AddInstance(away.inst)
			assert.Equal(t, "Scheduled", c.status(endless))
			s.Advance(time.Hour)
			assert.Equal(t, []string{"2026-06-01T12:10:00Z"}, c.firings(endless), "it does not run there")
			assert.Equal(t, 1, s.Executions("i-1"))
			assert.Equal(t, "Scheduled", c.status(endless))
			assert.Equal(t, away.end, c.status(once), "its only firing was missed")
			assert.Equal(t, "2026-06-01T13:00:00Z", c.result(once)["FinishedTime"])
			assert.Equal(t, "Scheduled", c.status(later), "it has a firing left")

			s.AddInstance(Instance{ID: "i-1"})
			s.Advance(2 * time.Hour)
			assert.Equal(t, "2026-06-01T13:20:00Z", c.firings(endless)[1])
			assert.Equal(t, []string{"2026-06-01T15:00:00Z"}, c.firings(later))
			assert.Equal(t, "Success", c.status(later))
		})
	}
}

func TestAScheduleGoesOnAfterItsRunWasEnded(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	id := c.run(echo("i-1").with("Frequency", "rate(10m)"))
	last := c.run(echo("i-1").with("Frequency", "at(2026-06-01 12:10:00)"))
	s.Advance(10*time.Minute + time.Second)
	assert.Equal(t, "Running", c.status(id))
	s.AddInstance(Instance{ID: "i-1", Stopped: true})
	assert.Equal(t, "Scheduled InstanceNotRunning", c.status(id))
	assert.Equal(t, "Aborted InstanceNotRunning", c.status(last), "no firing follows")
	s.AddInstance(Instance{ID: "i-1"})
	s.Advance(10 * time.Minute)
	assert.Equal(t, "Running", c.status(id))
	assert.Equal(t, "Aborted", c.results(id, "IncludeHistory", "true")[1]["InvocationStatus"])
}

func TestTasksThatWaitForARestartBeginWhenTheInstanceStarts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(s *Server)
		runs   int
	}{
		{"it was stopped and is running again", func(s *Server) {
			s.AddInstance(Instance{ID: "i-1", Stopped: true})
			s.AddInstance(Instance{ID: "i-1"})
		}, 1},
		{"it was stopped twice", func(s *Server) {
			for range 2 {
				s.AddInstance(Instance{ID: "i-1", Stopped: true})
				s.AddInstance(Instance{ID: "i-1", Stopped: true})
				s.AddInstance(Instance{ID: "i-1"})
			}
		}, 2},
		{"it is started by a restart", func(s *Server) {
			s.AddInstance(Instance{ID: "i-1", Stopped: true})
			s.Reboot("i-1")
		}, 1},
		{"it was never stopped", func(s *Server) { s.AddInstance(Instance{ID: "i-1"}) }, 0},
		{"its agent comes back", func(s *Server) {
			s.AddInstance(Instance{ID: "i-1", NoAgent: true})
			s.AddInstance(Instance{ID: "i-1", Offline: true})
			s.AddInstance(Instance{ID: "i-1"})
		}, 0},
		{"it restarts without an agent", func(s *Server) {
			s.AddInstance(Instance{ID: "i-1", NoAgent: true})
			s.Reboot("i-1")
		}, 0},
		{"it restarts offline", func(s *Server) {
			s.AddInstance(Instance{ID: "i-1", Offline: true})
			s.Reboot("i-1")
		}, 0},
		{"it starts without an agent", func(s *Server) {
			s.AddInstance(Instance{ID: "i-1", Stopped: true})
			s.AddInstance(Instance{ID: "i-1", NoAgent: true})
		}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{clock: noon})
			next := c.run(echo("i-1").with("RepeatMode", "NextRebootOnly"))
			every := c.run(echo("i-1").with("RepeatMode", "EveryReboot"))
			tt.change(s)
			assert.EqualValues(t, tt.runs, c.result(every)["Repeats"])
			assert.Equal(t, "Scheduled", c.status(every))
			assert.EqualValues(t, min(tt.runs, 1), c.result(next)["Repeats"])
			if tt.runs == 0 {
				assert.Equal(t, "Scheduled", c.status(next))
			}
		})
	}
}

func TestExitCodesThatStopAnInstanceEndItsOtherRuns(t *testing.T) {
	t.Parallel()
	for exit, want := range map[int]string{193: "Aborted InstanceNotRunning", 194: "Error InstanceRestarted"} {
		s, c := newService(t, config{clock: noon, handler: func(_ context.Context, x Exec) Outcome {
			if string(x.Script) == "end" {
				return Outcome{ExitCode: exit}
			}
			return Outcome{Takes: 50 * time.Second}
		}})
		id := c.run(echo("i-1"))
		every := c.run(echo("i-1").with("RepeatMode", "EveryReboot"))
		s.Advance(10 * time.Second)
		assert.Equal(t, "Failed ExitCodeNonzero", c.status(c.run(echo("i-1").with("CommandContent", "end"))))
		assert.Equal(t, want, c.status(id))
		assert.Equal(t, "2026-06-01T12:00:10Z", c.result(id)["FinishedTime"], "not when the instance is up again")
		assert.Zero(t, s.Instances()[0].Running)
		s.Advance(time.Minute)
		assert.EqualValues(t, exit-193, c.result(every)["Repeats"], "tasks begin when it is up again")
	}
}

func TestADescriptionDecidesWhetherAnInstanceThatRestartsIsRunning(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: func(context.Context, Exec) Outcome { return Outcome{ExitCode: 194} }})
	restart := func() {
		c.status(c.run(echo("i-1")))
		assert.Equal(t, "Aborted InstanceNotRunning", c.status(c.run(echo("i-1"))), "it is restarting")
	}
	restart()
	s.AddInstance(Instance{ID: "i-1", Stopped: true})
	s.Advance(time.Minute)
	assert.False(t, s.Instances()[0].Online, "it was switched off while it restarted")
	s.AddInstance(Instance{ID: "i-1"})
	restart()
	s.AddInstance(Instance{ID: "i-1"})
	id := c.run(echo("i-1").with("RepeatMode", "EveryReboot"))
	s.Advance(time.Minute)
	assert.EqualValues(t, 0, c.result(id)["Repeats"], "it is up, and does not restart once more")
}

func TestChangingAnInstanceEndsNothingElse(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	id := c.run(echo("i-1"))
	s.AddInstance(Instance{ID: "i-1", Tags: map[string]string{"app": "shop"}, Concurrency: 1}, Instance{ID: "i-4", Stopped: true})
	assert.Equal(t, "Running", c.status(id))
	s.Advance(time.Minute)
	assert.Equal(t, "Success", c.status(id))

	s.Handle(func(context.Context, Exec) Outcome { return Outcome{} })
	id = c.run(echo("i-1"))
	s.AddInstance(Instance{ID: "i-1", Stopped: true})
	assert.Equal(t, "Success", c.status(id), "a function that does not block has ended before")
}

func TestATaskThatFindsNoRoomAtARestartWaitsForTheNext(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	s.AddInstance(Instance{ID: "i-1", Concurrency: 1})
	first := c.run(echo("i-1").with("RepeatMode", "EveryReboot"))
	second := c.run(echo("i-1").with("RepeatMode", "EveryReboot"))
	only := c.run(echo("i-1").with("RepeatMode", "NextRebootOnly"))
	s.Reboot("i-1")
	assert.Equal(t, []string{"Running", "Scheduled", "Aborted TaskConcurrencyLimit"}, []string{c.status(first), c.status(second), c.status(only)})
}

func TestAnInstanceThatDoesNotQualifyIsAResultOrRefusesTheWholeCall(t *testing.T) {
	t.Parallel()
	add := func(s *Server) {
		s.AddInstance(Instance{ID: "i-off", Stopped: true, Tags: map[string]string{"app": "shop"}}, Instance{ID: "i-none", NoAgent: true}, Instance{ID: "i-far", Offline: true})
	}
	for _, tt := range []struct {
		name       string
		command    params
		code       errors.Code // of the whole call with the option
		perRow     []any       // codes of the rows, without the option
		executions int
	}{
		{"not running", echo("i-1", "i-off"), errors.InstanceNotRunning, []any{"", "InstanceNotRunning"}, 1},
		{"no agent", echo("i-1", "i-none"), errors.ClientNotRunning, []any{"", "ClientNotRunning"}, 1},
		{"found by a tag", echo().with("ResourceTag.1.Key", "app", "ResourceTag.1.Value", "shop"), errors.InstanceNotRunning, []any{"InstanceNotRunning"}, 0},
		{"a schedule", echo("i-off").with("Frequency", "rate(1h)"), errors.InstanceNotRunning, []any{"InstanceNotRunning"}, 0},
		{"offline", echo("i-1", "i-far"), "", []any{"", "ClientNotOnline"}, 1},
		{"all qualify", echo("i-1", "i-2"), "", []any{"", ""}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{clock: noon})
			add(s)
			var codes []any
			for _, row := range c.results(c.run(tt.command)) {
				codes = append(codes, row["ErrorCode"])
			}
			assert.Equal(t, tt.perRow, codes)
			assert.Equal(t, tt.executions, s.Executions("i-1"))

			opts := config{clock: noon}
			WithWholeCallRefusals()(&opts)
			s, c = newService(t, opts)
			add(s)
			a := c.call("RunCommand", tt.command)
			assert.Equal(t, tt.code, a.code())
			if tt.code != "" {
				assert.Equal(t, http.StatusForbidden, a.status)
				assert.Zero(t, s.Executions("i-1"), "no instance runs the command")
				assert.Empty(t, s.Invocations())
			}
		})
	}
}

func TestASchedulesNextFiringFollowsTheZoneOfItsInstance(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		frequency string
		want      time.Duration // from the change to the next firing
	}{
		"a cron expression without a zone": {"0 0 12 * * ?", 7 * time.Hour},
		"a cron expression with a zone":    {"0 0 12 * * ? UTC", 12 * time.Hour},
		"a rate":                           {"rate(10h)", 10 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // the clock begins at midnight in UTC
				s, c := newService(t, config{})
				s.AddInstance(Instance{ID: "i-1", Zone: time.UTC})
				command := echo("i-1")
				command["Frequency"], command["RepeatMode"] = tt.frequency, "Period"
				c.run(command)
				s.AddInstance(Instance{ID: "i-1", Zone: time.FixedZone("five hours east", 5*3600)})
				<-time.After(tt.want - time.Second)
				assert.Zero(t, s.Executions("i-1"))
				<-time.After(2 * time.Second)
				s.Instances() // carries out what is due
				assert.Equal(t, 1, s.Executions("i-1"))
			})
		})
	}
}
