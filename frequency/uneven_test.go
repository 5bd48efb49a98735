package frequency_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestAnUnevenStepIsWarnedOf(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, expr, want string }{
		{"minutes", "0 */7 * * * ? UTC", "the step of 7 in the minute field is uneven: from 56 to the next 0 it is 4 minutes; steps that divide 60 are even; rate(7m)"},
		{"minutes from a later start", "0 3/25 * * * ? UTC", "from 53 to the next 3 it is 10 minutes; steps that divide 60 are even; rate(25m)"},
		{"minutes as a range", "0 0-59/7 * * * ? UTC", "it is 4 minutes; steps that divide 60 are even; rate(7m)"},
		{"minutes that come twice an hour", "0 0/45 9-17 * * ? UTC", "from 45 to the next 0 it is 15 minutes; steps that divide 60 are even"},
		{"minutes around midnight", "0 */7 0,23 * * ? UTC", "it is 4 minutes"},
		{"seconds", "*/50 * * * * ? UTC", "the step of 50 in the second field is uneven: from 50 to the next 0 it is 10 seconds"},
		{"hours", "0 0 */5 * * ? UTC", "from 20 to the next 0 it is 4 hours; steps that divide 24 are even; rate(5h)"},
		{"hours of working days", "0 0 */7 ? * MON-FRI UTC", "from 21 to the next 0 it is 3 hours"},
		{"days", "0 0 0 */2 * ? UTC", "the step of 2 in the day of month field begins again in each month: after day 31 comes day 1 of the next month; rate(2d)"},
		{"days from a later start", "0 0 0 3/10 * ? UTC", "after day 23 comes day 3 of the next month"},
		{"days around the new year", "0 0 0 1/10 1,12 ? UTC", "after day 31 comes day 1"},
		{"months", "0 0 0 1 */5 ? UTC", "the step of 5 in the month field is uneven: from 11 to the next 1 it is 2 months; steps that divide 12 are even"},
		{"weekdays", "0 0 0 ? * 2/2 UTC", "the step of 2 in the day of week field is uneven: from 6 to the next 2 it is 3 days"},
		{"a step that reaches no second value", "0 50/20 * * * ? UTC", "the step in the minute field has no effect: it names only 50; write 50 alone"},
		{"such a step in a range", "0 0 9-12/4 * * ? UTC", "the step in the hour field has no effect: it names only 9; write 9 alone"},
		{"such a step of days", "0 0 0 20/15 * ? UTC", "names only 20"},

		{"even minutes", "0 */15 * * * ? UTC", ""},
		{"even minutes from a later start", "0 3/20 * * * ? UTC", ""},
		{"minutes of one hour of the day", "0 */7 9 * * ? UTC", ""},
		{"minutes of hours apart", "0 */7 9,18 * * ? UTC", ""},
		{"seconds of minutes apart", "*/25 0/5 * * * ? UTC", ""},
		{"hours of one weekday", "0 0 */5 ? * MON UTC", ""},
		{"hours of a single day", "0 0 */5 10 6 ? UTC", ""},
		{"hours that begin with the working day", "0 0 9/4 * * ? UTC", ""},
		{"hours of a window", "0 0 9-17/3 * * ? UTC", ""},
		{"days of one month", "0 0 0 1/10 7 ? UTC", ""},
		{"months of one year", "0 0 0 10 6/4 ? 2022 UTC", ""},
		{"quarters", "0 0 0 1 1/3 ? UTC", ""},
		{"a list of minutes", "0 0,25,50 * * * ? UTC", ""},
		{"a step in a list", "0 0/25,59 * * * ? UTC", ""},
		{"steps of one", "*/1 0/1 0-23/1 */1 */1 ? UTC", ""},
		{"years", "0 0 0 10 6 ? 2022/3 UTC", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, found := warningOf(frequency.MustParse(tt.expr), base, frequency.WarnUnevenStep)
			require.Equal(t, tt.want != "", found, w.Message)
			if found {
				assert.Contains(t, w.Message, tt.want)
				assertChinese(t, w.MessageIn("zh"))
			}
			if !strings.Contains(tt.want, "rate(") {
				assert.NotContains(t, w.Message, "rate(", "a rate is no way out: it keeps to no window and is 60 seconds to 7 days")
			}
		})
	}
}
