package runcommandtest

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestAnAdvanceMayBeOfAnyLength(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(time.Second)})
	weekly := c.run(echo("i-1").with("Frequency", "rate(7d)"))
	c.run(echo("i-2").with("Frequency", "0 0 12 1 1 ? UTC"))
	before, fired := s.Now(), 0
	for range 4 {
		s.Advance(math.MaxInt64)
		assert.Equal(t, before.Add(math.MaxInt64), s.Now(), "the clock does not overflow")
		before = s.Now()
		assert.Greater(t, s.Executions("i-1"), fired+15_000)
		fired = s.Executions("i-1")
	}
	assert.Equal(t, 73, s.Executions("i-2"), "clock schedules end with the year 2099")
	assert.Equal(t, "Scheduled", c.status(weekly))
	assert.Empty(t, s.Invocations()[1:], "a command that has ended is forgotten after its time")
}

func TestTheClockStopsAtTheEndOfTheYear9999(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	for range 40 {
		s.Advance(math.MaxInt64)
	}
	assert.Equal(t, time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC), s.Now())
	s.Advance(time.Hour)
	s.Advance(-math.MaxInt64)
	s.Advance(math.MinInt64)
	assert.Equal(t, lastTime, s.Now())
	assert.Equal(t, "9999-12-31T23:59:59Z", c.result(c.run(echo("i-1")))["StartTime"], "and calls are still answered")
}

func TestAClockThatHasStoppedStandsStill(t *testing.T) {
	t.Parallel()
	c := clock{source: func() time.Time { return lastTime.Add(-time.Second) }}
	c.advance(time.Minute)
	assert.Equal(t, lastTime, c.now())
	c.source = func() time.Time { return lastTime }
	assert.Equal(t, lastTime, c.now(), "although its source goes on")
}

func TestSmallAdvancesAddUp(t *testing.T) {
	t.Parallel()
	c := clock{source: noon}
	for range 10 {
		c.advance(math.MaxInt64 / 4)
		c.advance(1)
	}
	assert.Equal(t, noon().Add(math.MaxInt64).Add(math.MaxInt64).Add(math.MaxInt64/4*2+10-2*3), c.now())
	assert.LessOrEqual(t, len(*c.offset.Load()), 4, "few parts are enough for any number of steps")
}

func TestAHundredYearsOfASchedule(t *testing.T) {
	t.Parallel()
	const century = 100 * 365 * 24 * time.Hour
	for name, test := range map[string]struct {
		frequency string
		want      int
	}{
		"every minute, more often than an Advance fires": {"rate(1m)", 2 * 3000},
		"every week":                     {"rate(7d)", int(century / (7 * 24 * time.Hour))},
		"on the first day of each month": {"0 30 12 1 * ? UTC", 73*12 + 7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{clock: noon, firings: 3000})
			id := c.run(echo("i-1").with("Frequency", test.frequency))
			s.Advance(century)
			assert.Equal(t, test.want, s.Executions("i-1"))
			if test.frequency == "rate(1m)" {
				row := c.result(id)
				assert.EqualValues(t, test.want, row["Repeats"])
				assert.Equal(t, stamp(noon().Add(century)), row["StartTime"], "the last firing is on time")
				s.Advance(59 * time.Second)
				assert.Equal(t, test.want, s.Executions("i-1"))
				s.Advance(time.Second)
				assert.Equal(t, test.want+1, s.Executions("i-1"), "and the next ones too")
			}
		})
	}
}

func TestAYearOfMinutesIsComplete(t *testing.T) {
	t.Parallel()
	assert.LessOrEqual(t, 366*24*60, 2*firingsInFull)
	line := timeline{full: firingsInFull, until: noon().Add(366 * 24 * time.Hour)}
	fired, at := 0, noon()
	count := 0
	for at = at.Add(time.Minute); !at.After(line.until); at = at.Add(time.Minute) {
		fired++
		at = at.Add(line.leap(&count, at, func() time.Duration { return time.Minute }))
	}
	assert.Equal(t, 366*24*60, fired)
}

func TestALeapLeavesTheLastFirings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		schedules int
		gap, all  time.Duration
		want      int
	}{
		"one schedule":               {1, time.Minute, 100 * 365 * 24 * time.Hour, 2 * firingsInFull},
		"one schedule for 290 years": {1, time.Minute, 290 * 365 * 24 * time.Hour, 2 * firingsInFull},
		"a hundred schedules":        {100, time.Minute, 100 * 365 * 24 * time.Hour, 2 * firingsOfAll / 100},
		"very many schedules":        {100_000, time.Minute, 100 * 365 * 24 * time.Hour, 2 * firingsAtLeast},
		"few firings":                {100_000, time.Minute, 24 * time.Hour, 1440},
		"a gap that is long":         {1, 100 * 365 * 24 * time.Hour, 140 * 365 * 24 * time.Hour, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line := timeline{full: firingsInFull, until: noon().Add(test.all + test.gap/2), firings: make(eventHeap, test.schedules)}
			fired, count, at := 0, 0, noon().Add(test.gap)
			for ; !at.After(line.until); at = at.Add(test.gap) {
				fired++
				at = at.Add(line.leap(&count, at, func() time.Duration { return test.gap }))
			}
			assert.Equal(t, test.want, fired)
			assert.Zero(t, at.Sub(noon())%test.gap, "a rate keeps its rhythm")
		})
	}
}

func TestAMachineThatRestartsForeverDoesNotHoldUpAnAdvance(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, firings: 3000, handler: func(context.Context, Exec) Outcome { return Outcome{ExitCode: exitRestart} }})
	id := c.run(echo("i-1").with("RepeatMode", "EveryReboot"))
	s.Reboot("i-1")
	s.Advance(math.MaxInt64)
	assert.InDelta(t, 2*3000, s.Executions("i-1"), 1, "those in the middle are left out")
	assert.Equal(t, "Scheduled ExitCodeNonzero", c.status(id))
}
