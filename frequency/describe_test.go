package frequency_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// sentences holds an expression and the descriptions that it must have in both
// languages.
type sentences struct{ expr, english, chinese string }

func assertSentences(t *testing.T, list []sentences) {
	t.Helper()
	for _, tt := range list {
		t.Run(tt.expr, func(t *testing.T) {
			t.Parallel()
			s := frequency.MustParse(tt.expr)
			assert.Equal(t, tt.english, s.Describe())
			assert.Equal(t, tt.chinese, s.DescribeIn("zh"))
		})
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	assertSentences(t, []sentences{
		{
			"rate(5m)",
			"Every 5 minutes, starting 5 minutes after creation.",
			"每5分钟执行一次，创建5分钟后首次执行。",
		},
		{
			"rate(1h)",
			"Every hour, starting 1 hour after creation.",
			"每小时执行一次，创建1小时后首次执行。",
		},
		{
			"rate(7d)",
			"Every 7 days, starting 7 days after creation.",
			"每7天执行一次，创建7天后首次执行。",
		},
		{
			"rate(90s)",
			"Every 90 seconds, starting 90 seconds after creation.",
			"每90秒执行一次，创建90秒后首次执行。",
		},
		{
			"rate(1d)",
			"Every day, starting 1 day after creation.",
			"每天执行一次，创建1天后首次执行。",
		},
		{
			"at(2022-06-06 13:15:30 Asia/Shanghai)",
			"Once, on Monday, June 6, 2022 at 13:15:30 (Shanghai time).",
			"按上海时间，2022年6月6日（周一）13:15:30执行一次。",
		},
		{
			"0 15 10 ? * *",
			"At 10:15 every day, by the clock of each instance.",
			"按各实例的本地时间，每天10:15执行。",
		},
		{
			"0 0 10,14,16 * * ?",
			"At 10:00, 14:00 and 16:00 every day, by the clock of each instance.",
			"按各实例的本地时间，每天10:00、14:00和16:00执行。",
		},
		{
			"0 0/30 9-17 * * ?",
			"Every 30 minutes from 09:00 to 17:30 every day, by the clock of each instance.",
			"按各实例的本地时间，每天09:00至17:30，每30分钟执行一次。",
		},
		{
			"0 * 14 * * ?",
			"Every minute from 14:00 to 14:59 every day, by the clock of each instance.",
			"按各实例的本地时间，每天14:00至14:59，每分钟执行一次。",
		},
		{
			"0 0-5 14 * * ?",
			"Every minute from 14:00 to 14:05 every day, by the clock of each instance.",
			"按各实例的本地时间，每天14:00至14:05，每分钟执行一次。",
		},
		{
			"0 0/5 14,18 * * ?",
			"Every 5 minutes from 14:00 to 14:55 and from 18:00 to 18:55 every day, by the clock of each instance.",
			"按各实例的本地时间，每天14:00至14:55、18:00至18:55，每5分钟执行一次。",
		},
		{
			"0 0 12 ? * WED",
			"At 12:00 on Wednesdays, by the clock of each instance.",
			"按各实例的本地时间，每周三12:00执行。",
		},
		{
			"0 15 10 15 * ?",
			"At 10:15 on the 15th of each month, by the clock of each instance.",
			"按各实例的本地时间，每月15日10:15执行。",
		},
		{
			"0 15 10 L * ?",
			"At 10:15 on the last day of each month, by the clock of each instance.",
			"按各实例的本地时间，每月最后一天10:15执行。",
		},
		{
			"0 15 10 LW * ?",
			"At 10:15 on the last weekday of each month, by the clock of each instance.",
			"按各实例的本地时间，每月最后一个工作日（周一至周五）10:15执行。",
		},
		{
			"0 15 10 15W * ?",
			"At 10:15 on the weekday nearest to the 15th of each month, by the clock of each instance.",
			"按各实例的本地时间，每月离15日最近的工作日（周一至周五）10:15执行。",
		},
		{
			"0 15 10 ? * 6L",
			"At 10:15 on the last Saturday of each month, by the clock of each instance.",
			"按各实例的本地时间，每月最后一个周六10:15执行。",
		},
		{
			"0 15 10 ? * 6#3",
			"At 10:15 on the third Saturday of each month, by the clock of each instance.",
			"按各实例的本地时间，每月第三个周六10:15执行。",
		},
		{
			"0 10,44 14 ? 3 WED",
			"At 14:10 and 14:44 on Wednesdays in March, by the clock of each instance.",
			"按各实例的本地时间，每年3月的每周三14:10和14:44执行。",
		},
		{
			"0 15 10 ? * * 2022",
			"At 10:15 every day in 2022, by the clock of each instance.",
			"按各实例的本地时间，2022年每天10:15执行。",
		},
		{
			"0 0/30 10-11 * * ? 2022 GMT+8:00",
			"Every 30 minutes from 10:00 to 11:30 every day in 2022 (GMT+8:00).",
			"按 GMT+8:00 时间，2022年每天10:00至11:30，每30分钟执行一次。",
		},
		{
			"0 0/5 14 * 10 ? 2022/2 UTC",
			"Every 5 minutes from 14:00 to 14:55 every day in October, every 2 years from 2022 (UTC).",
			"按 UTC 时间，自2022年起每2年的10月每天14:00至14:55，每5分钟执行一次。",
		},
		{
			"0 */20 * * * ?",
			"Every 20 minutes, by the clock of each instance.",
			"按各实例的本地时间，每20分钟执行一次。",
		},
		{
			"* * * * * ?",
			"Every second, by the clock of each instance.",
			"按各实例的本地时间，每秒执行一次。",
		},
		{
			"0/10 * * * * ?",
			"Every 10 seconds, by the clock of each instance.",
			"按各实例的本地时间，每10秒执行一次。",
		},
		{
			"0/10 * 9-17 * * ?",
			"Every 10 seconds from 09:00:00 to 17:59:50 every day, by the clock of each instance.",
			"按各实例的本地时间，每天09:00:00至17:59:50，每10秒执行一次。",
		},
		{
			"0 0 * * * ?",
			"Every hour, by the clock of each instance.",
			"按各实例的本地时间，每小时执行一次。",
		},
		{
			"0 15 * * * ?",
			"At 15 minutes past the hour, by the clock of each instance.",
			"按各实例的本地时间，每小时第15分钟执行。",
		},
		{
			"30 15 * * * ?",
			"At 15 minutes and 30 seconds past the hour, by the clock of each instance.",
			"按各实例的本地时间，每小时第15分30秒执行。",
		},
		{
			"0 0 0/2 * * ?",
			"Every 2 hours from 00:00 to 22:00 every day, by the clock of each instance.",
			"按各实例的本地时间，每天00:00至22:00，每2小时执行一次。",
		},
		{
			"0 0 9-17 ? * MON-FRI",
			"Every hour from 09:00 to 17:00, Monday through Friday, by the clock of each instance.",
			"按各实例的本地时间，每周一至周五09:00至17:00，每小时执行一次。",
		},
		{
			"0 0 0 13 * 5",
			"At 00:00 on the 13th of each month and also on Fridays, by the clock of each instance.",
			"按各实例的本地时间，每月13日以及每周五00:00执行。",
		},
		{
			"0 0 0 1,L * ?",
			"At 00:00 on the 1st and the last day of each month, by the clock of each instance.",
			"按各实例的本地时间，每月1日和最后一天00:00执行。",
		},
		{
			"0 0 0 31 2 ?",
			"At 00:00 on February 31, by the clock of each instance; no such day exists, so it never runs.",
			"按各实例的本地时间，每年2月31日00:00执行；没有这样的日期，因此永不执行。",
		},
		{
			"0 3/20 * * * ?",
			"At 3, 23 and 43 minutes past the hour, by the clock of each instance.",
			"按各实例的本地时间，每小时第3、23、43分钟执行。",
		},
		{
			"5,10 3,7,9 1,4,8-12 * * ?",
			"At 5 and 10 seconds past minutes 3, 7 and 9 of hours 1, 4 and 8 through 12 every day, by the clock of each instance.",
			"按各实例的本地时间，每天1时、4时、8时、9时、10时、11时和12时，每小时第3、7、9分钟的第5和第10秒执行。",
		},
		{
			"0 0 0 1-7 1-3 ?",
			"At 00:00 on the 1st through the 7th of January, February and March, by the clock of each instance.",
			"按各实例的本地时间，每年1月至3月每月1日至7日00:00执行。",
		},
		{
			"0 0 8 ? * SAT,SUN",
			"At 08:00 on Saturdays and Sundays, by the clock of each instance.",
			"按各实例的本地时间，每周六和周日08:00执行。",
		},
		{
			"0 0 0 1/10 * ?",
			"At 00:00 on the 1st, 11th and 21st of each month and on the 31st in months that have it, by the clock of each instance.",
			"按各实例的本地时间，每月1日、11日和21日以及每月31日（仅限有该日的月份）00:00执行。",
		},
		{
			"30 0/5 * * * ?",
			"Every 5 minutes, at 30 seconds past the minute, by the clock of each instance.",
			"按各实例的本地时间，每5分钟执行一次（在第30秒）。",
		},
		{
			"0 0 9 ? 6-8 1-5 2024-2026 Asia/Tokyo",
			"At 09:00, Monday through Friday in June, July and August from 2024 through 2026 (Tokyo time).",
			"按东京时间，2024年至2026年每年6月至8月的每周一至周五09:00执行。",
		},
		{
			"0 0 9 * * ? 2026/1",
			"At 09:00 every day from 2026 on, by the clock of each instance.",
			"按各实例的本地时间，自2026年起每天09:00执行。",
		},
		{
			"0 0 9 * * ? 2024,2028",
			"At 09:00 every day in 2024 and 2028, by the clock of each instance.",
			"按各实例的本地时间，2024年和2028年每天09:00执行。",
		},
		{
			"0 0 9 1 1 ? */4",
			"At 09:00 on January 1, every 4 years from 1970, by the clock of each instance.",
			"按各实例的本地时间，自1970年起每4年的1月1日09:00执行。",
		},
		{
			"0 0 9 ? * 1#1,5L",
			"At 09:00 on the first Monday and the last Friday of each month, by the clock of each instance.",
			"按各实例的本地时间，每月第一个周一和最后一个周五09:00执行。",
		},
		{
			"0 0 9 LW,15W 3 5#5",
			"At 09:00 on the weekday nearest to the 15th and the last weekday of March and also on the fifth Friday of March in years that have one, by the clock of each instance.",
			"按各实例的本地时间，每年3月离15日最近的工作日和最后一个工作日（周一至周五）以及3月第五个周五（如有该日）09:00执行。",
		},
		{
			"0/15 30 2 * * ?",
			"Every 15 seconds from 02:30:00 to 02:30:45 every day, by the clock of each instance.",
			"按各实例的本地时间，每天02:30:00至02:30:45，每15秒执行一次。",
		},
		{
			"0 0 4,5,6,7,9 * * ?",
			"At 04:00, 05:00, 06:00, 07:00 and 09:00 every day, by the clock of each instance.",
			"按各实例的本地时间，每天04:00、05:00、06:00、07:00和09:00执行。",
		},
		{
			"* 0 * * * ?",
			"Every second during minute 0 of every hour, by the clock of each instance.",
			"按各实例的本地时间，每小时第0分钟内，每秒执行一次。",
		},
		{
			"0 0-10 * * * ?",
			"Every minute from 0 through 10 minutes past the hour, by the clock of each instance.",
			"按各实例的本地时间，每小时第0至10分钟，每分钟执行一次。",
		},
	})
}

func TestDescribeInChoosesTheLanguage(t *testing.T) {
	t.Parallel()
	s := frequency.MustParse("rate(5m)")
	for _, lang := range []string{"zh", "zh-CN", "zh_TW", "ZH", "zh-Hans-CN"} {
		assert.Equal(t, "每5分钟执行一次，创建5分钟后首次执行。", s.DescribeIn(lang), lang)
	}
	for _, lang := range []string{"en", "en-GB", "", "z", "zha", "fr", "\xff\xfe"} {
		assert.Equal(t, s.Describe(), s.DescribeIn(lang), lang)
	}
	assert.Equal(t, "No schedule.", frequency.Schedule{}.Describe())
	assert.Equal(t, "未设置定时。", frequency.Schedule{}.DescribeIn("zh"))
}
