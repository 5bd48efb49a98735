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
		{"no warning for a moment ahead", "at(2022-06-06 13:15:30 UTC)", nil, nil},
		{"no warning for a zone without changes", "0 15 10 * * ? Asia/Shanghai", nil, nil},
		{"no warning for a fixed offset", "0 30 2 * * ? GMT-5:00", nil, nil},
		{"no warning for a time that no change touches", "0 15 10 * * ? America/New_York", nil, nil},
		{"no zone", "0 15 10 * * ?", codes{frequency.WarnNoZone}, codes{frequency.WarnNoZone}},
		{"a range that ends on Sunday", "0 0 0 ? * FRI-SUN UTC", codes{frequency.WarnSundayRange}, nil},
		{"a whole week as a range", "0 0 0 ? * 1-7 UTC", codes{frequency.WarnSundayRange}, nil},
		{"bare L", "0 0 0 ? * L UTC", codes{frequency.WarnBareL}, nil},
		{"a step of weekdays", "0 0 0 ? * 1/2 UTC", codes{frequency.WarnWeekdayStep}, nil},
		{"a step of working days, which agents count alike", "0 0 0 ? * 1-5/2 UTC", nil, nil},
		{"a step of Tuesday to Saturday, which agents count alike", "0 0 0 ? * 2-6/2 UTC", nil, nil},
		{"a step to which Sunday is added, so that agents fire alike", "0 0 0 ? * 1/2,7 UTC", nil, nil},
		{"a step in a range that ends on Sunday", "0 0 0 ? * 1-7/2 UTC", codes{frequency.WarnSundayRange}, nil},
		{"every weekday as a step", "0 0 0 ? * */1 UTC", nil, nil},
		{"every weekday as a step that agents end on Saturday", "0 0 0 ? * 1/1 UTC", codes{frequency.WarnWeekdayStep}, nil},
		{"a weekday in two digits", "0 0 0 ? * 05 UTC", codes{frequency.WarnTwoDigits}, nil},
		{"a range of weekdays in two digits", "0 0 0 ? * 01-05 UTC", codes{frequency.WarnTwoDigits}, nil},
		{"the end of a range in two digits", "0 0 0 ? * 1-05 UTC", codes{frequency.WarnTwoDigits}, nil},
		{"a last weekday in two digits", "0 0 0 ? * 05L UTC", codes{frequency.WarnTwoDigits}, nil},
		{"a second weekday in two digits", "0 0 0 ? * 04#2 UTC", codes{frequency.WarnTwoDigits}, nil},
		{"a list with a weekday in two digits", "0 0 0 ? * 1,03 UTC", codes{frequency.WarnTwoDigits}, nil},
		{"Sunday in two digits, which agents read as Sunday", "0 0 0 ? * 07 UTC", nil, nil},
		{"two digits beside *, which lifts every limit", "0 0 0 ? * *,05 UTC", nil, nil},
		{"two digits in other fields", "00 05 09 01 02 ? UTC", nil, nil},
		{"a weekday step in two digits", "0 0 0 ? * 1-5/02 UTC", nil, nil},
		{"working days as Quartz counts them", "0 0 0 ? * 2-6 UTC", codes{frequency.WarnQuartz}, codes{frequency.WarnQuartz}},
		{"a list of working days as Quartz counts them", "0 0 0 ? * 2,3,4,5,6 UTC", codes{frequency.WarnQuartz}, codes{frequency.WarnQuartz}},
		{"a weekend as Quartz counts it", "0 0 0 ? * 1,7 UTC", codes{frequency.WarnQuartz}, codes{frequency.WarnQuartz}},
		{"Tuesday to Saturday by name", "0 0 0 ? * TUE-SAT UTC", nil, codes{frequency.WarnQuartz}},
		{"working days", "0 0 0 ? * 1-5 UTC", nil, nil},
		{"Sunday and Monday", "0 0 0 ? * 7,1 UTC", nil, codes{frequency.WarnQuartz}},
		{"a zone whose name reverses the sign", "0 0 0 * * ? Etc/GMT-8", codes{frequency.WarnEtcSign}, codes{frequency.WarnEtcSign}},
		{"a moment in such a zone", "at(2022-06-06 13:15:30 Etc/GMT+5)", codes{frequency.WarnEtcSign}, codes{frequency.WarnEtcSign}},
		{"such a name for UTC", "0 0 0 * * ? Etc/GMT+0", nil, nil},
		{"another name for UTC", "0 0 0 * * ? Etc/UTC", nil, nil},
		{"a moment without a zone", "at(2022-06-06 13:15:30)", codes{frequency.WarnUTC}, nil},
		{"a first firing that is more than a year away", "0 0 0 29 2 ? UTC", codes{frequency.WarnFar}, codes{frequency.WarnFar}},
		{"a moment that is more than a year away", "at(2023-06-01 00:00:01 UTC)", codes{frequency.WarnFar}, codes{frequency.WarnFar}},
		{"a moment that is a year away", "at(2023-06-01 00:00:00 UTC)", nil, nil},
		{"a rate that begins in more than a year", "rate(366d)", codes{frequency.WarnFar}, codes{frequency.WarnFar}},
		{"both day fields", "0 0 0 13 * 5 UTC", codes{frequency.WarnEitherDay}, codes{frequency.WarnEitherDay}},
		{"every date and a weekday", "0 0 0 1-31 * 5 UTC", codes{frequency.WarnEitherDay}, nil},
		{"every date as a step and a weekday", "0 0 0 */1 * 5 UTC", codes{frequency.WarnEitherDay}, nil},
		{"a date and every weekday as a step", "0 0 0 13 * */1 UTC", codes{frequency.WarnEitherDay}, nil},
		{"a date and every weekday", "0 0 0 L * 1-5,6,7 UTC", codes{frequency.WarnEitherDay}, nil},
		{"* in a list lifts every limit", "0 0 0 13 * *,5 UTC", nil, nil},
		{"every date alone", "0 0 0 1/1 * ? UTC", nil, nil},
		{"a step of years", "0 0 0 1 1 ? */2 UTC", codes{frequency.WarnYearStep, frequency.WarnFar}, codes{frequency.WarnYearStep, frequency.WarnFar}},
		{"L in a list", "0 0 0 1,L * ? UTC", codes{frequency.WarnLastInList}, codes{frequency.WarnLastInList}},
		{"nL in a list", "0 0 0 ? * 1,5L UTC", codes{frequency.WarnLastInList}, codes{frequency.WarnLastInList}},
		{"a blank in rate", "rate(5 m)", codes{frequency.WarnSpelling}, nil},
		{"capitals in rate", "RATE(5M)", codes{frequency.WarnSpelling}, nil},
		{"leading zeros in rate", "rate(05m)", codes{frequency.WarnSpelling}, nil},
		{"another unit is no odd spelling", "rate(60m)", nil, nil},
		{"a moment that has passed", "at(2022-05-06 13:15:30 UTC)", codes{frequency.WarnPast}, codes{frequency.WarnPast}},
		{"now has passed", "at(2022-06-01 00:00:00 UTC)", codes{frequency.WarnPast}, codes{frequency.WarnPast}},
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
					assert.Equal(t, w.Message, w.MessageIn("en"))
					assert.NotContains(t, w.Message, "%!", "a value of the text is missing")
					assertChinese(t, w.MessageIn("zh"))
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

func TestWarningsDependOnTheGivenMoment(t *testing.T) {
	t.Parallel()
	s := frequency.MustParse("0 30 2 * * ? 2022-2023 America/New_York")
	require.Len(t, s.Warnings(base), 1)
	assert.Contains(t, s.Warnings(base)[0].Message, "2023-03-12")
	assert.Contains(t, s.Warnings(base.AddDate(-1, 0, 0))[0].Message, "2022-03-13")
	assert.Empty(t, s.Warnings(base.AddDate(1, 0, 0)))
	assert.Equal(t, frequency.WarnExhausted, s.Warnings(base.AddDate(2, 0, 0))[0].Code)
	assert.Empty(t, frequency.MustParse("at(2022-06-06 13:15:30 UTC)").Warnings(time.Time{}))
}
