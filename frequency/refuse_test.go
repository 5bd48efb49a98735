package frequency_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expr, field, reason string // the field reason is only a part of the expected Reason
		offset              int
	}{
		// mistakes in rate(...)
		{"rate(0m)", "rate", "longer than 0", 5},
		{"rate(-5m)", "rate", "not have a sign", 5},
		{"rate(1.5h)", "rate", "whole number", 6},
		{"rate(5w)", "rate", "want a unit", 6},
		{"rate(5)", "rate", "want a unit", 6},
		{"rate()", "rate", "a number and a unit", 5},
		{"rate( 5m)", "rate", "no blank may follow", 5},
		{"rate(5m )", "rate", "no blank may stand before the closing", 7},
		{"rate(1h30m)", "rate", "cannot be combined", 5},
		{"rate(5min)", "rate", "single letters", 6},
		{"rate(5m", "rate", "closing parenthesis", 7},
		{"rate(5m) x", "rate", "nothing may follow", 8},
		{"rate(1001d)", "rate", "1000 days", 5},
		{"rate(99999999999999999999s)", "rate", "1000 days", 5},
		// mistakes in at(...)
		{"at (2022-06-06 13:15:30)", "at", "no blank may stand before", 2},
		{"at(2022-06-06T13:15:30)", "at", "want a blank", 13},
		{"at(2022-6-06 13:15:30)", "at", "two digits", 8},
		{"at(2022-06-06 13:15)", "at", "want yyyy-MM-dd HH:mm:ss", 19},
		{"at(2022-06-06 1:15:30)", "at", "two digits", 14},
		{"at(2022-02-30 13:15:30)", "at", "no such day", 11},
		{"at(2023-02-29 13:15:30)", "at", "no such day", 11},
		{"at(2022-13-01 13:15:30)", "at", "month must be", 8},
		{"at(2022-06-06 24:00:00)", "at", "hour must be", 14},
		{"at(2022-06-06 23:60:00)", "at", "minute must be", 17},
		{"at(2022-06-06 23:59:60)", "at", "second must be", 20},
		{"at(1969-12-31 23:59:59)", "at", "1970 or later", 3},
		{"at(12022-06-06 13:15:30)", "at", "want yyyy", 7},
		{"at(2022-06-06 13:15:30  UTC)", "zone", "slash", 23},
		{"at(2022-06-06 13:15:30 )", "zone", "slash", 23},
		{"at(2022-06-06 13:15:30+08:00)", "at", "one blank and a zone", 22},
		{"at(2022-06-06 13:15:30 Mars/Olympus)", "zone", "no such zone", 23},
		{"at(2022-06-06 13:15:30", "at", "closing parenthesis", 22},
		// mistakes in zones
		{"0 0 0 * * ? GMT+08:00", "zone", "GMT+8:00", 12},
		{"0 0 0 * * ? GMT+8", "zone", "GMT+h:mm", 12},
		{"0 0 0 * * ? GMT8", "zone", "GMT+h:mm", 12},
		{"0 0 0 * * ? GMT+8:0", "zone", "GMT+h:mm", 12},
		{"0 0 0 * * ? GMT+8:60", "zone", "go to 59", 12},
		{"0 0 0 * * ? GMT-13:00", "zone", "GMT-12:59 to GMT+14:59", 12},
		{"0 0 0 * * ? GMT+15:00", "zone", "GMT-12:59 to GMT+14:59", 12},
		{"0 0 0 * * ? xGMT+8:00y", "zone", "slash", 12},
		{"0 0 0 * * ? UTC+8", "zone", "offsets begin with GMT", 12},
		{"0 0 0 * * ? UTC+8:00", "zone", "offsets begin with GMT", 12},
		{"0 0 0 * * ? +08:00", "zone", "offsets begin with GMT", 12},
		{"0 0 0 * * ? CST", "zone", "Asia/Shanghai", 12},
		{"0 0 0 * * ? PRC", "zone", "Asia/Shanghai", 12},
		{"0 0 0 * * ? Japan", "zone", "Asia/Tokyo", 12},
		{"0 0 0 * * ? Local", "zone", "leave the zone out", 12},
		{"0 0 0 * * ? utc", "zone", "; write 0 0 0 * * ? UTC", 12},
		{"0 0 0 * * ? asia/shanghai", "zone", "capital letter", 12},
		{"0 0 0 * * ? Asia/../Asia/Shanghai", "zone", "capital letter", 12},
		{"0 0 0 * * ? ../../etc/passwd", "zone", "capital letter", 12},
		{"0 0 0 * * ? /etc/localtime", "zone", "capital letter", 12},
		{"0 0 0 * * ? Asia/Shanghai/", "zone", "not an IANA name", 12},
		{"0 0 0 * * ? Asia/Shang..hai", "zone", "not an IANA name", 12},
		{"0 0 0 * * ? Asia\\Shanghai/X", "zone", "not an IANA name", 12},
		{"0 0 0 * * ? right/Asia/Shanghai", "zone", "capital letter", 12},
		{"0 0 0 * * ? A/" + strings.Repeat("A", 100), "zone", "this long", 12},
		// wrong numbers of fields
		{"", "", "empty", 0},
		{" \t ", "", "empty", 3},
		{"*/5 * * * *", "", "crontab", 11},
		{"0 0 * * *", "", "crontab", 9},
		{"0 0 12 *", "", "not 4", 8},
		{"0", "", "a number needs a unit", 0},
		{"0 0 0 * * ? 2022 UTC more", "", "not more", 21},
		{"0 0 0 * * ? * * * *", "", "not more", 16},
		{"@daily", "", "@daily", 0},
		{"@every 5m", "", "write rate(5m)", 0},
		{"every 5m", "", "rate(5m)", 0},
		{"PT5M", "", "rate(5m)", 0},
		{"P1D", "", "write rate(1d)", 0},
		{"P1DT2H30M", "", "write rate(1590m)", 0},
		{"P", "", "six to eight fields", 0},
		{"PT", "", "six to eight fields", 0},
		{"P1DT", "", "six to eight fields", 0},
		{"P5", "", "six to eight fields", 0},
		{"PTM", "", "six to eight fields", 0},
		{"PRC", "", "six to eight fields", 0},
		{"Please", "", "six to eight fields", 0},
		{"hourly", "", "write 0 0 * * * ?", 0},
		{"rate5m", "", "rate(5m)", 0},
		{"at", "", "six to eight fields", 0},
		// wrong numbers in a field
		{"60 0 0 * * ?", "second", "60 is above 59", 0},
		{"0 60 0 * * ?", "minute", "60 is above 59", 2},
		{"0 0 24 * * ?", "hour", "24 is above 23", 4},
		{"0 0 0 32 * ?", "day of month", "32 is above 31", 6},
		{"0 0 0 0 * ?", "day of month", "0 is below 1", 6},
		{"0 0 0 * 13 ?", "month", "13 is above 12", 8},
		{"0 0 0 * 0 ?", "month", "0 is below 1", 8},
		{"0 0 0 ? * 0", "day of week", "7 or SUN", 10},
		{"0 0 0 ? * 8", "day of week", "1 = Monday", 10},
		{"0 15 008 * * ?", "hour", "one leading zero", 5},
		{"0 15 012 * * ?", "hour", "one leading zero", 5},
		{"0 15 100 * * ?", "hour", "above 23", 5},
		{"0 0 0 1 1 ? 1969", "year", "1969 is below 1970", 12},
		{"0 0 0 1 1 ? 2100", "year", "is above 2099", 12},
		{"0 0 0 1 1 ? 22", "year", "four digits", 12},
		{"0 0 0 1 1 ? 2022/60", "year", "a step of at most 59 in the year field; write the years, as in 2022,2082", 17},
		{"0 0 0 1 1 ? */60", "year", "write the years, as in 1970,2030,2090", 14},
		{"0 0 0 1 1 ? 2022-2099/99", "year", "write the years, as in 2022", 22},
		{"0 0 0 1 1 ? */1970", "year", "write the years, as in 1970", 14},
		{"0 0 0 1 1 ? 2020,2022/65 UTC", "year", "write the years, as in 2022,2087", 22},
		{"0 0 0 1 1 ? 2022/99999", "year", "above 59", 17},
		{"0 0 0 1 1 ? 2022/010", "year", "one leading zero", 17},
		{"0 0 0 1 1 ? 2022/0", "year", "1 or more", 17},
		{"0 0 0 1 1 ? 02022", "year", "four digits", 12},
		// mistakes in steps
		{"*/0 * * * * ?", "second", "1 or more", 2},
		{"0 */60 * * * ?", "minute", "at most 59; for every hour write only the minute", 4},
		{"0 0 0/24 * * ?", "hour", "at most 23", 6},
		{"0 0 0 ? * 1/7", "day of week", "at most 6; for one day a week write only that day", 12},
		{"0 5/ * * * ?", "minute", "want a number after /", 4},
		{"0 /5 * * * ?", "minute", "a step follows", 2},
		{"0 0/005 * * * ?", "minute", "one leading zero", 4},
		{"0 0/100 * * * ?", "minute", "at most 59; for every 100 minutes write rate(100m)", 4},
		// mistakes in ranges and lists
		{"0 5- * * * ?", "minute", "a first and a last value", 4},
		{"0 -5 * * * ?", "minute", "not have a sign", 2},
		{"0 0, * * * ?", "minute", "empty item", 4},
		{"0 ,0 * * * ?", "minute", "empty item", 2},
		{"0 0,,5 * * * ?", "minute", "empty item", 4},
		{"0 1-2-3 * * * ?", "minute", "a first and a last value", 5},
		{"0 x * * * ?", "minute", "unexpected \"x\"", 2},
		{"0 0 0 1 FOO ?", "month", "JAN to DEC", 8},
		{"0 0 0 ? * FOO", "day of week", "MON to SUN", 10},
		{"0 0 0 ? * MOND", "day of week", "MON to SUN", 10},
		// mistakes with ?, L, W and #
		{"? * * * * *", "second", "day fields only", 0},
		{"0 ? * * * *", "minute", "day fields only", 2},
		{"0 0 0 * ? *", "month", "day fields only", 8},
		{"0 0 0 1 1 ? ?", "year", "day fields only", 12},
		{"0 0 0 ?/5 * ?", "day of month", "the only item of its field", 6},
		{"0 0 0 ?,5 * ?", "day of month", "the only item of its field", 6},
		{"0 0 0 W * ?", "day of month", "W belongs", 6},
		{"0 0 0 0W * ?", "day of month", "0 is below 1", 6},
		{"0 0 0 32W * ?", "day of month", "32 is above 31", 6},
		{"0 0 0 L-3 * ?", "day of month", "L-n is not supported; write L", 7},
		{"0 0 0 L5 * ?", "day of month", "L stands alone in the day-of-month field", 7},
		{"0 0 0 1-5W * ?", "day of month", "W belongs", 9},
		{"0 0 0 6L * ?", "day of month", "L stands alone", 7},
		{"0 0 L * * ?", "hour", "L belongs", 4},
		{"0 0 0 ? * 6#0", "day of week", "1 to 5 after #", 12},
		{"0 0 0 ? * 6#6", "day of week", "1 to 5 after #", 12},
		{"0 0 0 ? * 6#12", "day of week", "1 to 5 after #", 12},
		{"0 0 0 ? * 6#", "day of week", "1 to 5 after #", 12},
		{"0 0 0 ? * 1-5L", "day of week", "L belongs", 13},
		{"0 0 0 ? * 15W", "day of week", "W belongs in the day-of-month field", 10},
		{"0 0 0 ? * LW", "day of week", "W belongs in the day-of-month field", 10},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			t.Parallel()
			s, err := frequency.Parse(tt.expr)
			var pe *frequency.ParseError
			require.ErrorAs(t, err, &pe, "parsed as %s", s)
			assert.Equal(t, tt.expr, pe.Expr)
			assert.Equal(t, tt.field, pe.Field)
			assert.Contains(t, pe.Reason, tt.reason)
			assertChinese(t, pe.MessageIn("zh"))
			assert.Equal(t, tt.offset, pe.Offset, pe.Error())
			assert.True(t, s.IsZero())
		})
	}
}

func TestErrorsOfBadInputAreShort(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	tests := []struct{ name, expr string }{
		{"a megabyte of digits", strings.Repeat("9", size)},
		{"a megabyte of zeros in a rate", "rate(" + strings.Repeat("0", size)},
		{"a megabyte of digits in a field", "0 " + strings.Repeat("1", size) + " * * * ?"},
		{"a megabyte of fields", strings.Repeat("0 ", size/2)},
		{"a megabyte of list", "0 " + strings.Repeat("0,", size/2) + "x * * * ?"},
		{"a megabyte of blanks", strings.Repeat(" ", size)},
		{"a megabyte of zone", "0 0 0 * * ? A/" + strings.Repeat("A", size)},
		{"a megabyte of name", "0 0 0 ? * " + strings.Repeat("MON", size/3)},
		{"nested parentheses", strings.Repeat("rate(", size/5) + strings.Repeat(")", size/5)},
		{"invalid UTF-8", "\xff\xfe\xfd * * * * ?"},
		{"invalid UTF-8 in a zone", "0 0 0 * * ? Asia/\xff\xff"},
		{"control characters", "0 \x1b[31m0 * * * ?"},
		{"a zero byte", "0 \x00 * * * ?"},
		{"full-width digits", "０ 0 0 * * ?"},
		{"a zone of dots", "0 0 0 * * ? ../../../../etc/shadow"},
		{"a year beyond", "0 0 0 1 1 ? 99999"},
		{"at beyond", "at(99999-01-01 00:00:00)"},
		{"a line break inside", "0 0 0 * * ?\n2022\nUTC\nx"},
		{"combining characters", "0 \u0301\u0301\u0301 * * * ?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := frequency.Parse(tt.expr)
			var parseErr *frequency.ParseError
			require.ErrorAs(t, err, &parseErr)
			text := err.Error()
			assert.Less(t, len(text), 500)
			assert.True(t, utf8.ValidString(text))
			for _, r := range text {
				assert.True(t, r >= ' ' && r != 0x7f || r == '\n' || r == '\t', "control character %q", r)
			}
		})
	}
}
