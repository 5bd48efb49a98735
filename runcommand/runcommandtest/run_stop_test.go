package runcommandtest

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestStoppingEndsEveryKindOfTask(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		params params
		before time.Duration
		status string
		legacy string
	}{
		{"a running one", params{}, 0, "Terminated", "Stopped"},
		{"one that has ended", params{}, time.Hour, "Success", "Finished"},
		{"a schedule that has not run", params{"Frequency": "rate(1h)"}, time.Minute, "Cancelled", "Stopped"},
		{"a schedule that has run", params{"Frequency": "rate(1h)"}, 90 * time.Minute, "Terminated", "Stopped"},
		{"a schedule that runs", params{"Frequency": "rate(1h)"}, 60*time.Minute + time.Second, "Terminated", "Stopped"},
		{"one that waits for a restart", params{"RepeatMode": "EveryReboot"}, time.Minute, "Cancelled", "Stopped"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{clock: noon, handler: takes(10 * time.Second)})
			id := c.run(echo("i-1").with("Frequency", test.params["Frequency"], "RepeatMode", test.params["RepeatMode"]))
			s.Advance(test.before)
			before := c.status(id)
			c.stop(id)
			if before == "Running" {
				assert.Equal(t, "Stopping", c.status(id))
				assert.Equal(t, [2]string{"Stopping", "Stopping"}, c.overall(id))
			}
			s.Advance(time.Second)
			runs := s.Executions("i-1")
			s.Advance(24 * time.Hour)
			row := c.result(id)
			assert.Equal(t, test.status, row["InvocationStatus"])
			assert.Equal(t, test.legacy, row["InvokeRecordStatus"])
			assert.Equal(t, runs, s.Executions("i-1"), "no run follows")
			if test.status == "Success" {
				assert.Empty(t, row["StopTime"], "nothing was stopped")
			} else {
				assert.Equal(t, noon().Add(test.before).Format(time.RFC3339), row["StopTime"])
			}
		})
	}
}

func TestStoppingSomeInstancesLeavesTheOthers(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	id := c.run(echo("i-1", "i-2", "i-3"))
	c.stop(id, "i-2")
	s.Advance(time.Minute)
	var statuses []any
	for _, row := range c.results(id) {
		statuses = append(statuses, row["InvocationStatus"])
	}
	assert.Equal(t, []any{"Success", "Terminated", "Success"}, statuses)
	assert.Equal(t, [2]string{"Success", "Finished"}, c.overall(id), "stopped instances do not spoil success")
}

func TestStoppingAnUnknownInvocationOrInstanceIsRefused(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{})
	id := c.run(echo("i-1"))
	base := params{"RegionId": "cn-hangzhou", "InvokeId": id}
	many := base.to(make([]string, 51)...)
	for _, test := range []struct {
		params params
		code   errors.Code
		status int
	}{
		{base.with("InvokeId", "t-404"), errors.InvalidInvokeIdNotFound, http.StatusNotFound},
		{base.with("InvokeId", "-"), "MissingInvokeId", http.StatusBadRequest},
		{base.to("i-2"), errors.InvalidInstanceIdNotFound, http.StatusNotFound},
		{many, errors.InstanceIdsExceedLimit, http.StatusForbidden},
	} {
		a := c.call("StopInvocation", test.params)
		assert.Equal(t, test.code, a.code())
		assert.Equal(t, test.status, a.status)
	}
}

func TestAStoppedRunMakesRoomForTheNext(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	s.AddInstance(Instance{ID: "i-1", Concurrency: 1})
	id := c.run(echo("i-1"))
	c.stop(id)
	assert.Equal(t, "Aborted TaskConcurrencyLimit", c.status(c.run(echo("i-1"))), "it is still stopping")
	s.Advance(time.Second)
	assert.Equal(t, "Running", c.status(c.run(echo("i-1"))))
}

func TestAStoppedTaskDoesNotRunAtTheNextRestart(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	id := c.run(echo("i-1").with("RepeatMode", "EveryReboot"))
	s.Reboot("i-1")
	assert.Equal(t, "Running", c.status(id))
	c.stop(id)
	assert.Equal(t, "Stopping", c.status(id))
	s.Reboot("i-1")
	assert.Equal(t, "Error InstanceRestarted", c.status(id))
	assert.Equal(t, "2026-06-01T12:00:00Z", c.result(id)["StopTime"])
	assert.Equal(t, "2026-06-01T12:00:00Z", c.result(id, "IncludeHistory", "true")["StopTime"])
	s.Reboot("i-1")
	s.Advance(time.Hour)
	assert.Equal(t, 1, s.Executions("i-1"))
}

func TestAStoppedTaskIsStoppedHoweverItsLastRunEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faults []Fault
		status string
	}{
		"by a restart while it is stopping": {nil, "Error"},
		"by itself before it is stopped":    {[]Fault{{Kind: FaultStopRace}}, "Success"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
			id := c.run(echo("i-1").with("Frequency", "rate(1h)"))
			s.Advance(time.Hour + time.Second)
			for _, f := range test.faults {
				s.Inject(f)
			}
			c.stop(id)
			s.Reboot("i-1")
			s.Advance(time.Hour)
			row := c.result(id, "InvokeRecordStatus", "Stopped")
			assert.Equal(t, test.status, row["InvocationStatus"])
			assert.Equal(t, "Stopped", row["InvokeRecordStatus"], "nothing runs any more")
			assert.Equal(t, [2]string{string(overall(map[Status]int{Status(test.status): 1})), "Stopped"}, c.overall(id))
		})
	}
}
