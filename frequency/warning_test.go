package frequency_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestWarnings(t *testing.T) {
	t.Parallel()
	type codes []frequency.WarningCode
	tests := []struct {
		name, expr string
		want       codes
		again      codes // the warnings of the schedule that is parsed from the canonical text
	}{
		{"no warning for a rate", "rate(5m)", nil, nil},
		{"no warning for a moment ahead", "at(2022-06-06 13:15:30)", nil, nil},
		{"no warning for a zone without changes", "0 15 10 * * ? Asia/Shanghai", nil, nil},
		{"no warning for a fixed offset", "0 30 2 * * ? GMT-5:00", nil, nil},
		{"no warning for a time that no change touches", "0 15 10 * * ? America/New_York", nil, nil},
		{"no zone", "0 15 10 * * ?", codes{frequency.WarnNoZone}, codes{frequency.WarnNoZone}},
		{"a range that ends on Sunday", "0 0 0 ? * FRI-SUN UTC", codes{frequency.WarnSundayRange}, nil},
		{"a whole week as a range", "0 0 0 ? * 1-7 UTC", codes{frequency.WarnSundayRange}, nil},
		{"bare L", "0 0 0 ? * L UTC", codes{frequency.WarnBareL}, nil},
		{"a step of weekdays", "0 0 0 ? * 1/2 UTC", codes{frequency.WarnWeekdayStep}, nil},
		{"both day fields", "0 0 0 13 * 5 UTC", codes{frequency.WarnEitherDay}, codes{frequency.WarnEitherDay}},
		{"a step of years", "0 0 0 1 1 ? */2 UTC", codes{frequency.WarnYearStep}, codes{frequency.WarnYearStep}},
		{"L in a list", "0 0 0 1,L * ? UTC", codes{frequency.WarnLastInList}, codes{frequency.WarnLastInList}},
		{"nL in a list", "0 0 0 ? * 1,5L UTC", codes{frequency.WarnLastInList}, codes{frequency.WarnLastInList}},
		{"a blank in rate", "rate(5 m)", codes{frequency.WarnSpelling}, nil},
		{"capitals in rate", "RATE(5M)", codes{frequency.WarnSpelling}, nil},
		{"leading zeros in rate", "rate(05m)", codes{frequency.WarnSpelling}, nil},
		{"another unit is no odd spelling", "rate(60m)", nil, nil},
		{"a moment that has passed", "at(2022-05-06 13:15:30)", codes{frequency.WarnPast}, codes{frequency.WarnPast}},
		{"now has passed", "at(2022-06-01 00:00:00)", codes{frequency.WarnPast}, codes{frequency.WarnPast}},
		{"years that have passed", "0 0 0 1 1 ? 2020 UTC", codes{frequency.WarnExhausted}, codes{frequency.WarnExhausted}},
		{"no such day", "0 0 0 31 2 ? UTC", codes{frequency.WarnNever}, codes{frequency.WarnNever}},
		{"no such day in these years", "0 0 0 29 2 ? 2022-2023 UTC", codes{frequency.WarnNever}, codes{frequency.WarnNever}},
		{"no fifth Monday in these Februaries", "0 0 0 ? 2 1#5 2022-2027 UTC", codes{frequency.WarnNever}, codes{frequency.WarnNever}},
		{"the end of a gap is there", "0 0 3 * * ? America/New_York", nil, nil},
		{"a moment in a gap", "at(2023-03-12 02:30:00 America/New_York)", codes{frequency.WarnGap}, nil},
		{"a moment that comes twice", "at(2022-11-06 01:30:00 America/New_York)", codes{frequency.WarnOverlap}, codes{frequency.WarnOverlap}},
		{"a moment that comes twice east of Greenwich", "at(2022-10-30 02:30:00 Europe/Berlin)", codes{frequency.WarnOverlap}, codes{frequency.WarnOverlap}},
		{"a time in a gap", "0 30 2 * * ? America/New_York", codes{frequency.WarnGap}, codes{frequency.WarnGap}},
		{"a time that comes twice", "0 30 1 * * ? America/New_York", codes{frequency.WarnOverlap}, codes{frequency.WarnOverlap}},
		{"every hour", "0 0 * * * ? Europe/Berlin", codes{frequency.WarnOverlap, frequency.WarnGap}, codes{frequency.WarnOverlap, frequency.WarnGap}},
		{"a gap that lies behind", "0 30 2 13 3 ? 2022 America/New_York", codes{frequency.WarnExhausted}, codes{frequency.WarnExhausted}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			of := func(s frequency.Schedule) (list codes) {
				for _, w := range s.Warnings(base) {
					assert.NotEmpty(t, w.Message)
					assert.Equal(t, w.Message, w.String())
					list = append(list, w.Code)
				}
				return list
			}
			s := frequency.MustParse(tt.expr)
			assert.Equal(t, tt.want, of(s))
			assert.Equal(t, tt.again, of(frequency.MustParse(s.String())))
		})
	}
}

func TestGapWarningSaysWhenAndWhatAgentsDo(t *testing.T) {
	t.Parallel()
	tests := []struct{ expr, when, what string }{
		{"0 30 2 * * ? America/New_York", "2023-03-12 02:30:00 does not exist", "stop for good"},
		{"0 30 2 26 3 ? Europe/Berlin", "2023-03-26 02:30:00 does not exist", "later that day"},
		{"0 30 2 11 3 ? America/New_York", "2029-03-11 02:30:00 does not exist", "stop for good"},
	}
	for _, tt := range tests {
		warnings := frequency.MustParse(tt.expr).Warnings(base)
		require.Len(t, warnings, 1, tt.expr)
		assert.Contains(t, warnings[0].Message, tt.when)
		assert.Contains(t, warnings[0].Message, tt.what)
	}
}

func TestWarningsDependOnTheGivenMoment(t *testing.T) {
	t.Parallel()
	s := frequency.MustParse("0 30 2 * * ? 2022-2023 America/New_York")
	require.Len(t, s.Warnings(base), 1)
	assert.Contains(t, s.Warnings(base)[0].Message, "2023-03-12")
	assert.Contains(t, s.Warnings(base.AddDate(-1, 0, 0))[0].Message, "2022-03-13")
	assert.Empty(t, s.Warnings(base.AddDate(1, 0, 0)))
	assert.Equal(t, frequency.WarnExhausted, s.Warnings(base.AddDate(2, 0, 0))[0].Code)
	assert.Empty(t, frequency.MustParse("at(2022-06-06 13:15:30)").Warnings(time.Time{}))
}
