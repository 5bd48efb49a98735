package runcommandtest

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRetentionBeginsWhenTheLastInstanceHasEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := newService(t, config{retention: time.Hour, handler: func(_ context.Context, x Exec) Outcome {
			if x.InstanceID == "i-2" {
				<-time.After(90 * time.Minute)
			}
			return Outcome{}
		}})
		id := c.run(echo("i-1", "i-2").with("Timeout", "7200"))
		<-time.After(90*time.Minute + time.Second)
		for _, row := range c.results(id) {
			assert.Equal(t, "Success", row["InvocationStatus"], "a command that took longer than the retention")
		}
		<-time.After(time.Hour - time.Minute)
		assert.Len(t, s.Invocations(), 1)
		<-time.After(2 * time.Minute)
		assert.Empty(t, s.Invocations(), "only time has passed")
	})
}

func TestRetentionOfAScheduleBeginsWhenItIsStopped(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	id := c.run(echo("i-1").with("Frequency", "0 0 3 * * ?"))
	s.Advance(100 * 24 * time.Hour)
	c.stop(id)
	require.Equal(t, "Terminated", c.result(id)["InvocationStatus"])
	s.Advance(30 * 24 * time.Hour)
	require.Equal(t, "Terminated", c.result(id)["InvocationStatus"])
	s.Advance(time.Second)
	assert.Empty(t, c.results(id))
}

func TestTheMemoryOfEndedInvocationsIsBounded(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, maxBytes: 1 << 20, handler: exited(strings.Repeat("x", 24<<10), 0)})
	schedule := c.run(echo("i-1").with("Frequency", "rate(1m)"))
	var last string
	for range 60 {
		last = c.run(echo("i-1"))
		s.Advance(3 * time.Second)
	}
	all := s.Invocations()
	require.Len(t, all, 1+37, "what has not ended does not count")
	assert.Equal(t, schedule, all[0].ID)
	assert.Equal(t, last, all[37].ID, "the oldest end first")

	s.Advance(2 * time.Hour)
	c.stop(schedule)
	s.Advance(time.Minute)
	all = s.Invocations()
	assert.Len(t, all, 1, "a hundred runs are more than there is room for, and the latest stays")
	assert.Equal(t, schedule, all[0].ID)
	c.run(echo("i-1"))
	s.Advance(time.Minute)
	assert.NotEqual(t, schedule, s.Invocations()[0].ID)
}
