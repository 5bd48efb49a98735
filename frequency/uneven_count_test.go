package frequency_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestTheLengthOfAnUnevenGapAgreesWithItsUnit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want, chinese string }{
		{"a minute", "0 */59 * * * ? UTC", "from 59 to the next 0 it is 1 minute; ", "从 59 到下一个 0 相隔 1 分钟；"},
		{"two minutes", "0 */58 * * * ? UTC", "from 58 to the next 0 it is 2 minutes; ", "从 58 到下一个 0 相隔 2 分钟；"},
		{"an hour", "0 0 */23 * * ? UTC", "from 23 to the next 0 it is 1 hour; ", "从 23 到下一个 0 相隔 1 小时；"},
		{"two hours", "0 0 */22 * * ? UTC", "from 22 to the next 0 it is 2 hours; ", "从 22 到下一个 0 相隔 2 小时；"},
		{"a month", "0 0 0 1 */11 ? UTC", "from 12 to the next 1 it is 1 month; ", "从 12 到下一个 1 相隔 1 个月；"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := frequency.Parse(tt.text)
			if !assert.NoError(t, err) {
				return
			}
			var english, chinese string
			for _, w := range s.Warnings(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
				if w.Code == frequency.WarnUnevenStep {
					english, chinese = w.MessageIn("en"), w.MessageIn("zh")
				}
			}
			assert.Contains(t, english, tt.want)
			assert.Contains(t, chinese, tt.chinese)
		})
	}
}
