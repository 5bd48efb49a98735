package frequency_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestParseAccepts(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, expr, canonical string }{
		{"white space around", "\t 0 15  10 * * ?\n", "0 15 10 * * ?"},
		{"capitals", "RATE(5M)", "rate(5m)"},
		{"a blank before the unit", "rate(5 m)", "rate(5m)"},
		{"a blank before the parenthesis", "rate (5m)", "rate(5m)"},
		{"leading zeros in rate", "rate(05m)", "rate(5m)"},
		{"the largest whole unit", "rate(168h)", "rate(7d)"},
		{"no whole minute", "rate(90s)", "rate(90s)"},
		{"the longest rate", "rate(1000d)", "rate(1000d)"},
		{"capitals in at", "AT(2022-06-06 13:15:30)", "at(2022-06-06 13:15:30 UTC)"},
		{"GMT is UTC", "at(2022-06-06 13:15:30 GMT)", "at(2022-06-06 13:15:30 UTC)"},
		{"offset zero is UTC", "0 0 0 * * ? GMT-0:00", "0 0 0 * * ? UTC"},
		{"the largest offset", "0 0 0 * * ? GMT+14:59", "0 0 0 * * ? GMT+14:59"},
		{"the smallest offset", "0 0 0 * * ? GMT-12:59", "0 0 0 * * ? GMT-12:59"},
		{"less than an hour", "0 0 0 * * ? GMT-0:30", "0 0 0 * * ? GMT-0:30"},
		{"an IANA offset", "0 0 0 * * ? Etc/GMT+8", "0 0 0 * * ? Etc/GMT+8"},
		{"a leap day", "at(2024-02-29 00:00:00)", "at(2024-02-29 00:00:00 UTC)"},
		{"every year is no year", "0 0 0 1 1 ? *", "0 0 0 1 1 ?"},
		{"every year by a range", "0 0 0 1 1 ? 1970-2099 UTC", "0 0 0 1 1 ? UTC"},
		{"steps of years", "0 0 0 1 1 ? */2", "0 0 0 1 1 ? */2"},
		{"years from one on", "0 0 0 1 1 ? 2026/1", "0 0 0 1 1 ? 2026-2099"},
		{"a list of years", "0 0 0 1 1 ? 2028,2022,2023,2024", "0 0 0 1 1 ? 2022-2024,2028"},
		{"* among others", "0 *,5 0 *,3 * ?", "0 * 0 * * ?"},
		{"both days ?", "0 0 0 ? * ?", "0 0 0 * * ?"},
		{"every date and a weekday", "0 0 0 * * 5", "0 0 0 ? * 5"},
		{"all dates or a weekday", "0 0 0 1-31 * 5", "0 0 0 * * ?"},
		{"every date", "0 0 0 1-31 * ?", "0 0 0 * * ?"},
		{"a date or all weekdays", "0 0 0 13 * 1-7", "0 0 0 * * ?"},
		{"names in full", "0 0 0 ? january,FEB wednesday", "0 0 0 ? 1,2 3"},
		{"the last by name", "0 0 0 ? * FRIL,SundayL", "0 0 0 ? * 5L,7L"},
		{"the third by name", "0 0 0 ? * sat#3", "0 0 0 ? * 6#3"},
		{"small letters", "0 0 0 l,lw,15w * ?", "0 0 0 15W,L,LW * ?"},
		{"bare L", "0 0 0 ? * L", "0 0 0 ? * 7"},
		{"a week that ends on Sunday", "0 0 0 ? * FRI-SUN", "0 0 0 ? * 5,6,7"},
		{"most of a week", "0 0 0 ? * TUE-SUN", "0 0 0 ? * 2-6,7"},
		{"a whole week", "0 0 0 ? * MON-SUN", "0 0 0 * * ?"},
		{"steps of weekdays", "0 0 0 ? * 1/2", "0 0 0 ? * 1,3,5,7"},
		{"steps with an end", "0 0-20/10 * * * ?", "0 0,10,20 * * * ?"},
		{"two values of a step", "0 0/30 0/12 * * ?", "0 0/30 0/12 * * ?"},
		{"two values that only look like a step", "0 10,44 * * * ?", "0 10,44 * * * ?"},
		{"ranges and values", "0 15-20,0-5,10 * * * ?", "0 0-5,10,15-20 * * * ?"},
		{"a leading zero", "00 05 08 01 01 ?", "0 5 8 1 1 ?"},
		{"a step of one", "*/1 0/1 * * * ?", "* * * * * ?"},
		{"a step that is never taken", "0 59/59 * * * ?", "0 59 * * * ?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := frequency.Parse(tt.expr)
			require.NoError(t, err)
			assert.Equal(t, tt.canonical, s.String())
			again, err := frequency.Parse(s.String())
			require.NoError(t, err)
			assert.True(t, again.Equal(s))
			assert.Equal(t, tt.canonical, again.String())
		})
	}
}

func TestMustParse(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "rate(5m)", frequency.MustParse("rate(5m)").String())
	defer func() {
		var pe *frequency.ParseError
		err, _ := recover().(error)
		assert.ErrorAs(t, err, &pe)
	}()
	frequency.MustParse("rate(5 minutes)")
}

func TestParseAndNextDoNotAllocate(t *testing.T) {
	after := time.Date(2027, 3, 5, 17, 42, 11, 0, time.UTC)
	for _, bb := range benchExpressions {
		s := frequency.MustParse(bb.expr)
		assert.Zero(t, testing.AllocsPerRun(20, func() {
			s, _ = frequency.Parse(bb.expr)
		}), "Parse(%q)", bb.expr)
		assert.Zero(t, testing.AllocsPerRun(20, func() {
			_ = s.Next(after)
			_ = s.MinInterval()
		}), "Next of %q", bb.expr)
	}
}
