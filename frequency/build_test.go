package frequency_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func loadLocation(tb testing.TB, name string) *time.Location {
	tb.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(tb, err)
	return loc
}

func TestEvery(t *testing.T) {
	t.Parallel()
	tests := []struct {
		interval   time.Duration
		want, fail string
	}{
		{90 * time.Second, "rate(90s)", ""},
		{5 * time.Minute, "rate(5m)", ""},
		{90 * time.Minute, "rate(90m)", ""},
		{7 * 24 * time.Hour, "rate(7d)", ""},
		{time.Second, "rate(1s)", ""},
		{1000 * 24 * time.Hour, "rate(1000d)", ""},
		{1000*24*time.Hour + time.Second, "", "1000 days"},
		{0, "", "longer than 0"},
		{-time.Minute, "", "longer than 0"},
		{time.Duration(-1 << 63), "", "longer than 0"},
		{1500 * time.Millisecond, "", "whole seconds"},
		{1<<63 - 1, "", "whole seconds"},
	}
	for _, tt := range tests {
		s, err := frequency.Every(tt.interval)
		if tt.fail != "" {
			var pe *frequency.ParseError
			require.ErrorAs(t, err, &pe, tt.interval)
			assert.Contains(t, pe.Reason, tt.fail)
			assert.Equal(t, tt.interval.String(), pe.Expr)
			assert.True(t, s.IsZero())
			continue
		}
		require.NoError(t, err, tt.interval)
		assert.Equal(t, tt.want, s.String())
		assert.Equal(t, tt.interval, s.Interval())
		assert.True(t, s.Equal(frequency.MustParse(tt.want)))
	}
}

func TestOnce(t *testing.T) {
	t.Parallel()
	shanghai, newYork := loadLocation(t, "Asia/Shanghai"), loadLocation(t, "America/New_York")
	date := func(loc *time.Location) time.Time { return time.Date(2027, 6, 6, 13, 15, 30, 0, loc) }
	tests := []struct {
		name string
		t    time.Time
		want string
	}{
		{"a zone with a name", date(shanghai), "at(2027-06-06 13:15:30 Asia/Shanghai)"},
		{"UTC", date(time.UTC), "at(2027-06-06 13:15:30 UTC)"},
		{"an abbreviation by its offset", date(time.FixedZone("CST", 8*3600)), "at(2027-06-06 13:15:30 GMT+8:00)"},
		{"no name by its offset", date(time.FixedZone("", -7*3600-1800)), "at(2027-06-06 13:15:30 GMT-7:30)"},
		{"an offset in seconds in UTC", date(time.FixedZone("LMT", 8*3600+343)), "at(2027-06-06 05:09:47 UTC)"},
		{"an offset out of range in UTC", date(time.FixedZone("X", 15*3600)), "at(2027-06-05 22:15:30 UTC)"},
		{"a borrowed name by its offset", date(time.FixedZone("Asia/Shanghai", 3600)), "at(2027-06-06 13:15:30 GMT+1:00)"},
		{"the first of two hours", time.Date(2027, 11, 7, 5, 30, 0, 0, time.UTC).In(newYork), "at(2027-11-07 01:30:00 America/New_York)"},
		{"the second of two hours by its offset", time.Date(2027, 11, 7, 6, 30, 0, 0, time.UTC).In(newYork), "at(2027-11-07 01:30:00 GMT-5:00)"},
		{"a fraction is dropped", date(time.UTC).Add(999999999), "at(2027-06-06 13:15:30 UTC)"},
		{"the first year", time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), "at(1970-01-01 00:00:00 UTC)"},
		{"the last year", time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), "at(9999-12-31 23:59:59 UTC)"},
		{"a year that only UTC has", time.Date(1969, 12, 31, 20, 0, 0, 0, newYork), "at(1970-01-01 01:00:00 UTC)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := frequency.Once(tt.t)
			require.NoError(t, err)
			assert.Equal(t, tt.want, s.String())
			at, ok := s.Last()
			require.True(t, ok)
			assert.True(t, at.Equal(tt.t.Truncate(time.Second)))
			assert.True(t, s.Next(at).IsZero())
			assert.True(t, s.Next(at.Add(-1)).Equal(at))
			again, err := frequency.Parse(s.String())
			require.NoError(t, err)
			assert.True(t, again.Equal(s))
		})
	}
	for _, beyond := range []time.Time{{}, time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(10000, 1, 2, 0, 0, 0, 0, time.UTC)} {
		_, err := frequency.Once(beyond)
		var pe *frequency.ParseError
		require.ErrorAs(t, err, &pe)
		assert.Contains(t, pe.Reason, "1970 to 9999")
	}
}

func TestOnceInTheLocalZoneIsTheSameMoment(t *testing.T) {
	t.Parallel()
	at := time.Date(2027, 6, 6, 13, 15, 30, 0, time.Local)
	s, err := frequency.Once(at)
	require.NoError(t, err)
	assert.NotContains(t, s.String(), "Local")
	assert.True(t, s.Next(at.Add(-time.Hour)).Equal(at))
}

func TestCron(t *testing.T) {
	t.Parallel()
	s, err := frequency.Cron("0 15 10 ? * 6L", loadLocation(t, "Asia/Shanghai"))
	require.NoError(t, err)
	assert.Equal(t, "0 15 10 ? * 6L Asia/Shanghai", s.String())
	s, err = frequency.Cron("0 15 10 ? * 6L 2026-2028", time.UTC)
	require.NoError(t, err)
	assert.Equal(t, "0 15 10 ? * 6L 2026-2028 UTC", s.String())
	s, err = frequency.Cron(" 0 15 10 ? * 6L ", nil)
	require.NoError(t, err)
	assert.Equal(t, "0 15 10 ? * 6L", s.String())
	assert.Nil(t, s.Location())
	again, err := frequency.Cron("0 0 0 * * ?", frequency.MustParse("0 0 0 * * ? GMT-3:30").Location())
	require.NoError(t, err)
	assert.Equal(t, "0 0 0 * * ? GMT-3:30", again.String())
}

func TestCronRefuses(t *testing.T) {
	t.Parallel()
	shanghai := loadLocation(t, "Asia/Shanghai")
	tests := []struct {
		name, expr string
		loc        *time.Location
		reason     string
	}{
		{"nothing", "", shanghai, "empty"},
		{"a rate", "rate(5m)", shanghai, "want a clock schedule"},
		{"a moment", "at(2022-06-06 13:15:30)", nil, "want a clock schedule"},
		{"a second zone", "0 0 0 * * ? UTC", shanghai, "leave it out"},
		{"a zone beside none", "0 0 0 * * ? Asia/Shanghai", nil, "leave it out"},
		{"the local zone", "0 0 0 * * ?", time.Local, "location \"Local\""},
		{"an abbreviation", "0 0 0 * * ?", time.FixedZone("CST", 8*3600), "location \"CST\""},
		{"no name", "0 0 0 * * ?", time.FixedZone("", 8*3600), "location \"\""},
		{"a borrowed name", "0 0 0 * * ?", time.FixedZone("Asia/Shanghai", 0), "has the name of a zone, but not the clock of that zone"},
		{"a name of lines", "0 0 0 * * ?", time.FixedZone("A/\n"+strings.Repeat("x", 1000), 0), "location \"A/\ufffd"},
		{"a bad field", "0 0 25 * * ?", shanghai, "25 is above 23"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := frequency.Cron(tt.expr, tt.loc)
			var pe *frequency.ParseError
			require.ErrorAs(t, err, &pe)
			assert.Contains(t, pe.Reason, tt.reason)
			assertChinese(t, pe.MessageIn("zh"))
			assert.Less(t, len(err.Error()), 400)
			assert.True(t, s.IsZero())
		})
	}
}
