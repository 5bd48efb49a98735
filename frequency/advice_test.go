package frequency_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// adviceCase is an expression that people write, and the error that it gets.
type adviceCase struct {
	expr, field string
	offset      int
	names       string // a part of the Reason: what is wrong
	write       string // the Suggestion; empty when it is not certain what is meant
}

// adviceKind groups the expressions with one kind of mistake.
type adviceKind struct {
	kind  string
	cases []adviceCase
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	for _, kind := range slices.Concat(adviceAboutCharacters, adviceAboutWords, adviceAboutFields) {
		t.Run(kind.kind, func(t *testing.T) {
			t.Parallel()
			for _, tt := range kind.cases {
				t.Run(tt.expr, func(t *testing.T) {
					t.Parallel()
					s, err := frequency.Parse(tt.expr)
					var pe *frequency.ParseError
					require.ErrorAs(t, err, &pe, "parsed as %s", s)
					assert.Equal(t, tt.expr, pe.Expr)
					assert.Contains(t, pe.Reason, tt.names)
					assert.Equal(t, tt.field, pe.Field)
					assert.Equal(t, tt.offset, pe.Offset, pe.Error())
					assert.Equal(t, tt.write, pe.Suggestion)
					assertChinese(t, pe.MessageIn("zh"))
					assertSuggestion(t, pe)
				})
			}
		})
	}
}

// assertSuggestion checks that Parse accepts a suggestion, that both texts say what to write, and that
// a suggestion does not lead to the next surprise.
func assertSuggestion(t *testing.T, pe *frequency.ParseError) {
	t.Helper()
	if pe.Suggestion == "" {
		return
	}
	s, err := frequency.Parse(pe.Suggestion)
	require.NoError(t, err)
	if !strings.Contains(pe.Reason, "split it, as in ") && (pe.Reason != sundayIsSeven || !strings.HasSuffix(pe.Suggestion, " 7")) {
		assert.Contains(t, pe.Reason, pe.Suggestion)
		assert.Contains(t, pe.MessageIn("zh"), pe.Suggestion)
	}
	for _, w := range s.Warnings(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)) {
		assert.NotContains(t, []frequency.WarningCode{frequency.WarnSundayRange, frequency.WarnBareL, frequency.WarnWeekdayStep, frequency.WarnYearStep,
			frequency.WarnLastInList, frequency.WarnSpelling, frequency.WarnNever, frequency.WarnExhausted}, w.Code, w.Message)
	}
}

const sundayIsSeven = "weekdays count 1 = Monday to 7 = Sunday (not as in Quartz or crontab); write 7 or SUN for Sunday"

func TestASuggestionFiresWhenItIsMeantTo(t *testing.T) {
	t.Parallel()
	tests := []struct{ expr, first, second string }{ // base is Wednesday, June 1, 2022
		{"0 0 12 ＊ ＊ ？", "2022-06-01 12:00:00", "2022-06-02 12:00:00"},
		{"0 0 9—17 * * ?", "2022-06-01 09:00:00", "2022-06-01 10:00:00"},
		{"@hourly", "2022-06-01 01:00:00", "2022-06-01 02:00:00"},
		{"@weekly", "2022-06-05 00:00:00", "2022-06-12 00:00:00"},
		{"@yearly", "2023-01-01 00:00:00", "2024-01-01 00:00:00"},
		{"@every 5m", "2022-06-01 00:05:00", "2022-06-01 00:10:00"},
		{"1h30m", "2022-06-01 01:30:00", "2022-06-01 03:00:00"},
		{"30s", "2022-06-01 00:00:30", "2022-06-01 00:01:00"},
		{"P1D", "2022-06-02 00:00:00", "2022-06-03 00:00:00"},
		{"every monday at 9:00", "2022-06-06 09:00:00", "2022-06-13 09:00:00"},
		{"first monday of the month at 10am", "2022-06-06 10:00:00", "2022-07-04 10:00:00"},
		{"last friday of every month", "2022-06-24 00:00:00", "2022-07-29 00:00:00"},
		{"9:30pm", "2022-06-01 21:30:00", "2022-06-02 21:30:00"},
		{"12pm", "2022-06-01 12:00:00", "2022-06-02 12:00:00"},
		{"每周一、三、五 18:00", "2022-06-01 18:00:00", "2022-06-03 18:00:00"},
		{"北京时间每天9点", "2022-06-01 01:00:00", "2022-06-02 01:00:00"},
		{"2027-06-06T13:15:30+08:00", "2027-06-06 05:15:30", ""},
		{"at(2027-06-06 1:15 PM)", "2027-06-06 13:15:00", ""},
		{"1654521330", "2022-06-06 13:15:30", ""},
		{"cron(0 18 ? * 2-6 *)", "2022-06-01 18:00:00", "2022-06-02 18:00:00"},
		{"cron(0 18 ? * 1 *)", "2022-06-05 18:00:00", "2022-06-12 18:00:00"},
		{"cron(15 10 ? * 6L 2027-2028)", "2027-01-29 10:15:00", "2027-02-26 10:15:00"},
		{"0/5 8-17 ? * 7 *", "2022-06-04 08:00:00", "2022-06-04 08:05:00"},
		{"0 8 ? * L *", "2022-06-04 08:00:00", "2022-06-11 08:00:00"},
		{"CRON_TZ=Asia/Shanghai 0 9 * * *", "2022-06-01 01:00:00", "2022-06-02 01:00:00"},
		{"30 9 * * 0", "2022-06-05 09:30:00", "2022-06-12 09:30:00"},
		{"0 9 * * */2", "2022-06-02 09:00:00", "2022-06-04 09:00:00"},
		{"0 9 * * 5-7", "2022-06-03 09:00:00", "2022-06-04 09:00:00"},
		{"0 9 * * SUN-TUE", "2022-06-05 09:00:00", "2022-06-06 09:00:00"},
		{"0 9 * * * UTC+8", "2022-06-01 01:00:00", "2022-06-02 01:00:00"},
		{"0 0 9 * * ? Asia/Beijing 2027", "2027-01-01 01:00:00", "2027-01-02 01:00:00"},
		{"0 0 9 * * ? GMT 5:30", "2022-06-01 03:30:00", "2022-06-02 03:30:00"},
		{"0 0 9 * * ? UTC-05:30", "2022-06-01 14:30:00", "2022-06-02 14:30:00"},
		{"0 0/90 * * * ?", "2022-06-01 01:30:00", "2022-06-01 03:00:00"},
		{"0 */60 * * * ?", "2022-06-01 01:00:00", "2022-06-01 02:00:00"},
		{"0 0/120 * * * ?", "2022-06-01 02:00:00", "2022-06-01 04:00:00"},
		{"0 0 */24 * * ?", "2022-06-02 00:00:00", "2022-06-03 00:00:00"},
		{"0 0 9 ? * L5", "2022-06-24 09:00:00", "2022-07-29 09:00:00"},
		{"0 0 9 WL * ?", "2022-06-30 09:00:00", "2022-07-29 09:00:00"},
		{"0 0 9 JAN * ?", "2023-01-01 09:00:00", "2023-01-02 09:00:00"},
		{"H/15 * * * *", "2022-06-01 00:15:00", "2022-06-01 00:30:00"},
		{"rate(1h 30m)", "2022-06-01 01:30:00", "2022-06-01 03:00:00"},
		{"Mon..Fri *-*-* 10:00:00", "2022-06-01 10:00:00", "2022-06-02 10:00:00"},
		{"*-*~1 22:00", "2022-06-30 22:00:00", "2022-07-31 22:00:00"},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			t.Parallel()
			_, err := frequency.Parse(tt.expr)
			var pe *frequency.ParseError
			require.ErrorAs(t, err, &pe)
			s, err := frequency.Parse(pe.Suggestion)
			require.NoError(t, err, pe.Reason)
			first := s.Next(base)
			assert.Equal(t, tt.first, first.UTC().Format(time.DateTime), pe.Suggestion)
			second := s.Next(first)
			if tt.second == "" {
				assert.True(t, second.IsZero())
				return
			}
			assert.Equal(t, tt.second, second.UTC().Format(time.DateTime), pe.Suggestion)
		})
	}
}

// Mixtures of mistakes must give an error of the usual form, too, whatever is recognised in them.
func TestMixturesOfMistakesGetAnErrorOrASuggestionThatParses(t *testing.T) {
	t.Parallel()
	var pool []string
	for _, kind := range slices.Concat(adviceAboutCharacters, adviceAboutWords, adviceAboutFields) {
		for _, tt := range kind.cases {
			pool = append(pool, tt.expr)
		}
	}
	r := rand.New(rand.NewPCG(14, 12))
	for range 10_000 {
		expr, other := pool[r.IntN(len(pool))], pool[r.IntN(len(pool))]
		switch r.IntN(4) {
		case 0:
			expr = expr[:r.IntN(len(expr)+1)] + other
		case 1:
			expr = strings.Repeat(expr+[]string{"", " ", ",", ";", "/"}[r.IntN(5)], 1+r.IntN(9))
		case 2:
			words := strings.Fields(expr + " " + other)
			r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
			expr = strings.Join(words, []string{" ", ",", ";", "_"}[r.IntN(4)])
		default:
			const signs = "*?/-,0123456789LWHMON #:;|_()~."
			b := []byte(expr)
			for range 1 + r.IntN(3) {
				b[r.IntN(len(b))] = signs[r.IntN(len(signs))]
			}
			expr = string(b)
		}
		_, err := frequency.Parse(expr)
		if err == nil {
			continue
		}
		var pe *frequency.ParseError
		require.ErrorAs(t, err, &pe, expr)
		require.True(t, pe.Offset >= 0 && pe.Offset <= len(expr), "%q: offset %d", expr, pe.Offset)
		require.Less(t, len(pe.Error()), 600)
		if pe.Suggestion != "" {
			_, err := frequency.Parse(pe.Suggestion)
			require.NoError(t, err, expr)
		}
	}
}

func TestGoodExpressionsCostNoAllocation(t *testing.T) { // not parallel: it counts allocations
	for _, expr := range []string{"0 0 12 * * ?", "rate(5m)", "RATE (05 M)", "at(2027-06-06 13:15:30 Asia/Shanghai)", "0 15 10 ? * FRIL 2027/2 GMT+8:00"} {
		assert.Zero(t, testing.AllocsPerRun(100, func() {
			if _, err := frequency.Parse(expr); err != nil {
				t.Error(err)
			}
		}), "Parse(%q) allocates", expr)
	}
}

func TestALongExpressionGetsTheReasonOnly(t *testing.T) {
	t.Parallel()
	_, err := frequency.Parse("0 " + strings.Repeat("0,", 300) + "60 * * * ？")
	var pe *frequency.ParseError
	require.ErrorAs(t, err, &pe)
	assert.Equal(t, "60 is above 59", pe.Reason)
	assert.Empty(t, pe.Suggestion)

	long := "0 " + strings.Repeat("0,", 100) + "0 * * * ？"
	_, err = frequency.Parse(long)
	require.ErrorAs(t, err, &pe)
	assert.Equal(t, strings.ReplaceAll(long, "？", "?"), pe.Suggestion)
	assert.Equal(t, "\"？\" (U+FF1F) is a full-width character; write ?", pe.Reason, "a long suggestion is not repeated")
}

func TestCronAdvisesToo(t *testing.T) {
	t.Parallel()
	_, err := frequency.Cron("*/5 * * * *", time.UTC)
	var pe *frequency.ParseError
	require.ErrorAs(t, err, &pe)
	assert.Equal(t, "0 */5 * * * *", pe.Suggestion)
}

func TestARangeThatGoesBackwardsSaysWhatToWrite(t *testing.T) {
	t.Parallel()
	const (
		backwards = "a range must not go backwards; "
		sunday    = "a range must not go backwards, and weekdays count 1 = Monday to 7 = Sunday; "
	)
	tests := []struct{ expr, field, reason, instead string }{
		{"0 5-1 * * * ?", "minute", backwards + "split it, as in 5-59,0-1", "0 5-59,0-1 * * * ?"},
		{"0 59-1 * * * ?", "minute", backwards + "split it, as in 59,0-1", "0 59,0-1 * * * ?"},
		{"0 5-4 * * * ?", "minute", backwards + "for every minute write *", "0 * * * * ?"},
		{"0 0 22-4/2 * * ?", "hour", backwards + "write two, one that ends at 23 and one that begins at 0, each with its step", "0 0 22-23/2,0-4/2 * * ?"},
		{"0 0 0 31-1 * ?", "day of month", backwards + "split it, as in 31,1", "0 0 0 31,1 * ?"},
		{"0 0 0 1 NOV-FEB ?", "month", backwards + "split it, as in 11-12,1-2", "0 0 0 1 11-12,1-2 ?"},
		{"0 0 0 ? * SUN-TUE", "day of week", sunday + "split it, as in 7,1-2", "0 0 0 ? * 7,1-2"},
		{"0 0 0 ? * SUN-MON", "day of week", sunday + "split it, as in 7,1", "0 0 0 ? * 7,1"},
		{"0 0 0 ? * SUN-SAT", "day of week", sunday + "for every day of week write *", "0 0 0 ? * *"},
		{"0 0 0 ? * FRI-MON", "day of week", backwards + "split it, as in 5,6,7,1", "0 0 0 ? * 5,6,7,1"},
		{"0 0 0 1 1 ? 2032-2030", "year", backwards + "put the earlier year first, as in 2030-2032", "0 0 0 1 1 ? 2030-2032"},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			t.Parallel()
			_, err := frequency.Parse(tt.expr)
			var pe *frequency.ParseError
			require.ErrorAs(t, err, &pe)
			assert.Equal(t, tt.field, pe.Field)
			assert.Equal(t, tt.reason, pe.Reason)
			s, err := frequency.Parse(tt.instead)
			require.NoError(t, err)
			for _, w := range s.Warnings(base) {
				assert.Contains(t, []frequency.WarningCode{frequency.WarnNoZone, frequency.WarnFar}, w.Code, "what is taught gives no warning of its own")
			}
		})
	}
}
