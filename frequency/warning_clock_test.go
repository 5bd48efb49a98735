package frequency_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// warningOf returns the warning of the given code, and whether there is one.
func warningOf(s frequency.Schedule, now time.Time, code frequency.WarningCode) (frequency.Warning, bool) {
	for _, w := range s.Warnings(now) {
		if w.Code == code {
			return w, true
		}
	}
	return frequency.Warning{}, false
}

func TestGapWarningSaysWhenAndWhatAgentsDo(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, now, expr, want string }{
		{"west of Greenwich agents can stop", "2022-06-01", "0 30 2 * * ? America/New_York",
			"2023-03-12 02:30:00 does not exist in America/New_York: the schedule does not fire then, and agents in this zone can stop for good there"},
		{"a single match in the gap", "2023-01-01", "0 30 2 12 * ? America/New_York", "2023-03-12 02:30:00 does not exist in America/New_York: the schedule does not fire then, and agents in this zone can stop for good there"},
		{"east of Greenwich agents are an hour late", "2022-06-01", "0 30 2 26 * ? Europe/Berlin", "but agents run the command later that day, at 03:30:00;"},
		{"at midnight they are late on the same day", "2022-06-01", "0 0 0 28 * ? Africa/Cairo", "2023-04-28 00:00:00 does not exist in Africa/Cairo: the schedule does not fire then, but agents run the command later that day, at 01:00:00;"},
		{"a gap of half an hour", "2022-06-01", "0 10 2 2 * ? Australia/Lord_Howe", "later that day, at 02:40:00;"},
		{"the gap of a whole day ends on the next one", "2011-10-01", "0 0 10 30 * ? Pacific/Apia", "2011-12-30 10:00:00 does not exist in Pacific/Apia: the schedule does not fire then, but agents run the command at 2011-12-31 10:00:00;"},
		{"every hour agents lose nothing", "2022-06-01", "0 0 * * * ? Europe/Berlin", "and agents run the command once at 2023-03-26 03:00:00, when it is due in any case"},
		{"two hours of a day", "2022-06-01", "0 30 2,3 * * ? Europe/Berlin", "and agents run the command once at 2023-03-26 03:30:00, when it is due in any case"},
		{"a zone that is behind UTC only before the gap", "2024-01-01", "0 30 0 31 * ? Atlantic/Azores", "2024-03-31 00:30:00 does not exist in Atlantic/Azores: the schedule does not fire then, and agents in this zone can stop"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			now, err := time.Parse(time.DateOnly, tt.now)
			require.NoError(t, err)
			w, found := warningOf(frequency.MustParse(tt.expr), now, frequency.WarnGap)
			require.True(t, found)
			assert.Contains(t, w.Message, tt.want)
			assertChinese(t, w.MessageIn("zh"))
		})
	}
}

func TestAChangeOfTheClockIsWarnedOfOnlyWhenItIsNear(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, expr string
		code       frequency.WarningCode
		from, to   string // the warning is given from this day to this day
	}{
		{"a gap", "0 30 2 11 3 ? America/New_York", frequency.WarnGap, "2026-03-11", "2029-03-10"}, // the gap is on March 11, 2029
		{"an overlap", "0 30 1 5 11 ? America/New_York", frequency.WarnOverlap, "2031-11-05", "2034-11-04"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := frequency.MustParse(tt.expr)
			for day, want := range map[string]bool{tt.from: true, tt.to: true} {
				now, err := time.Parse(time.DateOnly, day)
				require.NoError(t, err)
				_, found := warningOf(s, now.Add(12*time.Hour), tt.code)
				assert.Equal(t, want, found, "on %s", day)
			}
			early, err := time.Parse(time.DateOnly, tt.from)
			require.NoError(t, err)
			_, found := warningOf(s, early.AddDate(0, 0, -1), tt.code)
			assert.False(t, found, "more than three years before it happens")
		})
	}
}

func TestATimeThatTheClockShowsTwiceIsNamed(t *testing.T) {
	t.Parallel()
	w, found := warningOf(frequency.MustParse("0 30 1 * * ? America/New_York"), base, frequency.WarnOverlap)
	require.True(t, found)
	assert.Equal(t, "the clock shows 2022-11-06 01:30:00 twice in America/New_York: the schedule fires both times, but agents run the command once", w.Message)
	for expr, want := range map[string]string{
		"at(2022-11-06 01:30:00 America/New_York)": "the clock of America/New_York shows 2022-11-06 01:30:00 twice, and 2022-11-06 05:30:00 UTC is taken; for the other moment write at(2022-11-06 06:30:00 UTC)",
		"at(2022-10-30 02:30:00 Europe/Berlin)":    "the clock of Europe/Berlin shows 2022-10-30 02:30:00 twice, and 2022-10-30 01:30:00 UTC is taken; for the other moment write at(2022-10-30 00:30:00 UTC)",
	} {
		w, found := warningOf(frequency.MustParse(expr), base, frequency.WarnOverlap)
		require.True(t, found)
		assert.Equal(t, want, w.Message)
	}
}

func TestAMomentInAGapIsTheMomentAfterIt(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, expr, want, utc string }{
		{"west of Greenwich", "at(2023-03-12 02:30:00 America/New_York)", "at(2023-03-12 03:30:00 America/New_York)", "2023-03-12T07:30:00Z"},
		{"at the start of the gap", "at(2023-03-12 02:00:00 America/New_York)", "at(2023-03-12 03:00:00 America/New_York)", "2023-03-12T07:00:00Z"},
		{"at the end of the gap", "at(2023-03-12 02:59:59 America/Los_Angeles)", "at(2023-03-12 03:59:59 America/Los_Angeles)", "2023-03-12T10:59:59Z"},
		{"east of Greenwich", "at(2023-03-26 02:30:00 Europe/Berlin)", "at(2023-03-26 03:30:00 Europe/Berlin)", "2023-03-26T01:30:00Z"},
		{"at Greenwich", "at(2023-03-26 01:30:00 Europe/London)", "at(2023-03-26 02:30:00 Europe/London)", "2023-03-26T01:30:00Z"},
		{"at midnight in the west", "at(2022-09-11 00:15:00 America/Santiago)", "at(2022-09-11 01:15:00 America/Santiago)", "2022-09-11T04:15:00Z"},
		{"half an hour", "at(2022-10-02 02:15:00 Australia/Lord_Howe)", "at(2022-10-02 02:45:00 Australia/Lord_Howe)", "2022-10-01T15:45:00Z"},
		{"a whole day", "at(2011-12-30 10:00:00 Pacific/Apia)", "at(2011-12-31 10:00:00 Pacific/Apia)", "2011-12-30T20:00:00Z"},
		{"from behind UTC to UTC", "at(2024-03-31 00:30:00 Atlantic/Azores)", "at(2024-03-31 01:30:00 Atlantic/Azores)", "2024-03-31T01:30:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := frequency.MustParse(tt.expr)
			assert.Equal(t, tt.want, s.String())
			assert.Equal(t, tt.utc, s.Next(time.Time{}).UTC().Format(time.RFC3339))
			w, found := warningOf(s, time.Time{}, frequency.WarnGap)
			require.True(t, found)
			assert.Contains(t, w.Message, "skips "+tt.expr[len("at("):len("at(2022-06-06 00:00:00")]+", and "+tt.want[len("at("):len("at(2022-06-06 00:00:00")]+" is taken instead; the documentation does not say at which moment the service then runs the command")
			_, found = warningOf(frequency.MustParse(s.String()), time.Time{}, frequency.WarnGap)
			assert.False(t, found, "the moment that is taken exists")
		})
	}
}

// TestEveryMomentInAGapIsTheMomentAfterIt goes through the gaps of many zones. The moment must be as
// long after the start of the gap as the text says.
func TestEveryMomentInAGapIsTheMomentAfterIt(t *testing.T) {
	t.Parallel()
	gaps := 0
	for _, name := range []string{"America/New_York", "America/Santiago", "America/St_Johns", "America/Nuuk", "Atlantic/Azores", "Europe/London",
		"Africa/Casablanca", "Africa/Cairo", "Europe/Berlin", "Asia/Tehran", "Asia/Beirut", "Asia/Gaza", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham"} {
		location, err := time.LoadLocation(name)
		require.NoError(t, err)
		for at := time.Date(2000, 1, 1, 0, 0, 0, 0, location); at.Year() < 2045; {
			_, end := at.ZoneBounds()
			if end.IsZero() {
				break
			}
			if !end.After(at) {
				at = at.AddDate(0, 0, 1)
				continue
			}
			_, before := end.Add(-1).Zone()
			_, after := end.Zone()
			for second := 0; second < after-before; second += 450 {
				text := end.UTC().Add(time.Duration(before+second) * time.Second).Format(time.DateTime)
				s := frequency.MustParse("at(" + text + " " + name + ")")
				want := end.Add(time.Duration(second) * time.Second)
				require.True(t, s.Next(time.Time{}).Equal(want), "%s in %s: %s, not %s", text, name, s.Next(time.Time{}), want)
				_, found := warningOf(s, time.Time{}, frequency.WarnGap)
				require.True(t, found, "%s in %s", text, name)
				gaps++
			}
			at = end
		}
	}
	assert.Greater(t, gaps, 1000)
}

func TestAScheduleWhoseTimesAreAllSkippedIsNotExhausted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, expr string
		last       string // the last firing, if there is one
		first      string // the first time that the clock skips after base
	}{
		{"the Sunday of the change", "0 30 2 ? 3 7#2 America/New_York", "2006-03-12T02:30:00-05:00", "2023-03-12 02:30:00"},
		{"in every second year", "0 30 2 ? 3 7#2 2024/2 America/New_York", "", "2024-03-10 02:30:00"},
		{"every second of the hour", "* * 2 ? 3 7L Europe/Berlin", "1980-03-30T02:59:59+01:00", "2023-03-26 02:00:00"},
		{"the only day", "0 30 2 12 3 ? 2023 America/New_York", "", "2023-03-12 02:30:00"},
		{"a firing before and a gap after", "0 30 2 12 3 ? 2021,2023 America/New_York", "2021-03-12T02:30:00-05:00", "2023-03-12 02:30:00"},
		{"more than three years away", "0 30 2 11 3 ? 2029 America/New_York", "", "2029-03-11 02:30:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := frequency.MustParse(tt.expr)
			require.True(t, s.Next(base).IsZero())
			assert.False(t, s.Endless())
			last, fires := s.Last()
			assert.Equal(t, tt.last != "", fires)
			if fires {
				assert.Equal(t, tt.last, last.Format(time.RFC3339))
				assert.True(t, s.Next(last.Add(-time.Second)).Equal(last))
			}
			_, exhausted := warningOf(s, base, frequency.WarnExhausted)
			assert.False(t, exhausted, "its years have not passed")
			w, found := warningOf(s, base, frequency.WarnNever)
			require.True(t, found)
			assert.Contains(t, w.Message, "skips all remaining times of the schedule, the first of them "+tt.first)
			assert.Regexp(t, "the schedule does not fire, (and|but) agents ", w.Message)
			_, gap := warningOf(s, base, frequency.WarnGap)
			assert.False(t, gap, "one warning is enough for one moment")
			assertChinese(t, w.MessageIn("zh"))
		})
	}
	for name, expr := range map[string]string{
		"a day that is the Sunday of the change in some years, also in 2099": "0 30 2 8 3 ? America/New_York",
		"an hour that is skipped once a year":                                "0 30 2 * 3 ? America/New_York",
		"a zone without changes":                                             "0 30 2 ? 3 7#2 Asia/Shanghai",
		"no zone":                                                            "0 30 2 ? 3 7#2",
	} {
		s := frequency.MustParse(expr)
		assert.True(t, s.Endless(), name)
		_, never := warningOf(s, base, frequency.WarnNever)
		assert.False(t, never, name)
	}
	past := frequency.MustParse("0 30 2 13 3 ? 2022 America/New_York")
	_, exhausted := warningOf(past, base, frequency.WarnExhausted)
	assert.True(t, exhausted, "the skipped time has passed, too")
	local, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	for _, w := range frequency.MustParse("0 30 2 12 3 ? 2023").Warnings(base.In(local)) {
		assert.Equal(t, frequency.WarnNoZone, w.Code, "the clock of an instance is not the clock of the caller")
	}
}
