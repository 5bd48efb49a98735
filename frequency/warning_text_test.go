package frequency_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestAWarningSaysWhatToWriteInBothLanguages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expr   string
		code   frequency.WarningCode
		en, zh string
	}{
		{
			"0 0 0 13 * 5 UTC", frequency.WarnEitherDay,
			"both day fields name days: the command runs on a day that matches either of them; write ? in one of the two fields to use only the other field",
			"日期和星期字段都指定了值，满足其中任意一个的日子都会执行命令；如果只想使用其中一个字段，请在另一个字段中写 ?",
		},
		{
			"0 0 0 13 * */1 UTC", frequency.WarnEitherDay,
			"both day fields name days, and one of them names every day: the command runs every day; write ? in one of the two fields to use only the other field",
			"日期和星期字段都指定了值，且其中一个包含所有的天，因此命令每天都会执行；如果只想使用其中一个字段，请在另一个字段中写 ?",
		},
		{
			"0 0 0 ? * 2-6 UTC", frequency.WarnQuartz,
			"weekdays 2-6 are Tuesday to Saturday here, but Monday to Friday in Quartz; for Monday to Friday write MON-FRI",
			"这里的星期 2-6 是周二到周六，而在 Quartz 中是周一到周五；表示周一到周五请写 MON-FRI",
		},
		{
			"0 0 0 ? * 1,7 UTC", frequency.WarnQuartz,
			"weekdays 1,7 are Monday and Sunday here, but the weekend in Quartz; for the weekend write SAT,SUN",
			"这里的星期 1,7 是周一和周日，而在 Quartz 中是周末；表示周末请写 SAT,SUN",
		},
		{
			"0 0 0 * * ? Etc/GMT-8", frequency.WarnEtcSign,
			"Etc/GMT-8 is UTC+8: these names reverse the sign; write GMT+8:00, or GMT-8:00 for UTC-8",
			"Etc/GMT-8 实际是 UTC+8，这类名称的正负号是相反的；请写 GMT+8:00；如果本意是 UTC-8，请写 GMT-8:00",
		},
		{
			"0 0 0 * * ? Etc/GMT-14", frequency.WarnEtcSign,
			"Etc/GMT-14 is UTC+14: these names reverse the sign; write GMT+14:00",
			"Etc/GMT-14 实际是 UTC+14，这类名称的正负号是相反的；请写 GMT+14:00",
		},
		{
			"0 0 0 ? * 05 UTC", frequency.WarnTwoDigits,
			"agents read a weekday in two digits, such as 05, as Sunday; String writes one digit, which they understand",
			"云助手 Agent 会把两位数字的星期（例如 05）一律当作周日；发送时会写成一位数字，云助手 Agent 可以识别",
		},
		{
			"at(2022-06-06 13:15:30)", frequency.WarnUTC,
			"at(...) without a zone is in UTC, while a clock schedule without a zone follows the clock of each instance; name the zone, such as Asia/Shanghai",
			"at(...) 未指定时区时按 UTC 时间执行，而 Cron 表达式未指定时区时按各实例的本地时间执行；请写明时区，例如 Asia/Shanghai",
		},
		{
			"at(2022-05-06 13:15:30 Asia/Shanghai)", frequency.WarnPast,
			"2022-05-06 13:15:30 Asia/Shanghai has passed: agents report AtExpressionExpired",
			"2022-05-06 13:15:30 Asia/Shanghai 已经过去，云助手 Agent 会上报错误码 AtExpressionExpired",
		},
		{
			"0 0 0 29 2 ? Asia/Shanghai", frequency.WarnFar,
			"the first firing is more than a year away: 2024-02-29 00:00:00 Asia/Shanghai",
			"首次执行在一年以后：2024-02-29 00:00:00 Asia/Shanghai",
		},
		{
			"0 */7 * * * ? UTC", frequency.WarnUnevenStep,
			"the step of 7 in the minute field is uneven: from 56 to the next 0 it is 4 minutes; steps that divide 60 are even; rate(7m) is an even interval, counted from the creation of the command",
			"分钟字段的步长 7 不均匀：从 56 到下一个 0 相隔 4 分钟；能整除 60 的步长才是均匀的；rate(7m) 从创建命令起按固定间隔执行",
		},
	}
	for _, tt := range tests {
		w, found := warningOf(frequency.MustParse(tt.expr), base, tt.code)
		require.True(t, found, tt.expr)
		assert.Equal(t, tt.en, w.Message)
		assert.Equal(t, tt.en, w.MessageIn("fr"))
		assert.Equal(t, tt.zh, w.MessageIn("zh-CN"))
		w.Message = "a message of the program"
		assert.Equal(t, "a message of the program", w.MessageIn("zh"), "the Chinese text belongs to another message")
	}
	assert.Equal(t, "m", frequency.Warning{Code: frequency.WarnFar, Message: "m"}.MessageIn("zh"))
}
