package frequency_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// TestSchedulesOfEveryDayGiveNoWarning has schedules as people write them. A warning about one of them
// would be a false alarm.
func TestSchedulesOfEveryDayGiveNoWarning(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	for _, expr := range []string{
		"rate(1m)", "rate(90s)", "rate(5m)", "rate(12h)", "rate(7d)",
		"at(2026-12-24 18:00:00 Asia/Shanghai)", "at(2026-12-24 18:00:00 UTC)", "at(2027-01-01 00:00:00 GMT+8:00)", "at(2026-12-24 18:00:00 America/New_York)",
		"0 0 3 * * ? Asia/Shanghai", "0 30 3 * * ? Asia/Shanghai", "0 15 10 ? * * Asia/Shanghai", "0 0 12 * * ? UTC", "0 0 12 * * ? GMT+8:00", "0 0 4 * * ? Europe/Berlin",
		"0 0 0 * * ? Asia/Tokyo", "0 0 8,20 * * ? Asia/Shanghai", "0 0 10,14,16 * * ? Asia/Shanghai", "0 0/5 * * * ? Asia/Shanghai", "0 */10 * * * ? UTC",
		"0 0/30 9-17 * * ? Asia/Shanghai", "0 0/5 14,18 * * ? Asia/Shanghai", "0 0 */2 * * ? Asia/Shanghai", "0 0 0/6 * * ? Asia/Shanghai", "0 5 * * * ? Asia/Shanghai",
		"0 * 14 * * ? Asia/Shanghai", "0 0-5 14 * * ? Asia/Shanghai", "0/30 * * * * ? UTC", "0 0 9 ? * MON-FRI Asia/Shanghai", "0 0 9 ? * 1-5 Asia/Shanghai", "0 0 2 ? * 6 Asia/Shanghai",
		"0 0 2 ? * SUN Asia/Shanghai", "0 0 2 ? * 7 Asia/Shanghai", "0 0 6 ? * SAT,SUN Asia/Shanghai", "0 0 6 ? * 6,7 Asia/Shanghai", "0 0 9 ? * MON,WED,FRI Asia/Shanghai", "0 0 9 ? * 1-5/2 UTC",
		"0 0 0 1 * ? Asia/Shanghai", "0 0 0 1,15 * ? Asia/Shanghai", "0 15 10 15 * ? Asia/Shanghai", "0 0 22 L * ? Asia/Shanghai", "0 0 22 LW * ? Asia/Shanghai", "0 0 9 1W * ? Asia/Shanghai",
		"0 15 10 ? * 6L Asia/Shanghai", "0 15 10 ? * 6#3 Asia/Shanghai", "0 0 3 ? * 4#2 UTC", "0 0 0 1 1/3 ? Asia/Shanghai", "0 0 0 1 1,4,7,10 ? Asia/Shanghai", "0 0 0 1 1 ? Asia/Shanghai",
		"0 10,44 14 ? 3 WED Asia/Shanghai", "0 0 0 1 JAN,JUL ? UTC", "0 0 1 1 * ? 2026-2030 Asia/Shanghai", "0 0 1 1 * ? 2027 Asia/Shanghai", "0 0 1 1 1 ? 2027/2 Asia/Shanghai", "0 00 08 * * ? Asia/Shanghai",
		"0 0 3 * * * Asia/Shanghai", "0 0 8/4 * * ? Asia/Shanghai", "0 0 9-18/3 * * ? Asia/Shanghai", "0 0/10 0 * * ? Asia/Shanghai", "0 0 0 ? 12 7L UTC",
	} {
		assert.Empty(t, frequency.MustParse(expr).Warnings(now), expr)
	}
}
