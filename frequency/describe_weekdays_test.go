package frequency_test

import "testing"

// A run of weekdays is "Monday through Friday". In Chinese 工作日 needs a note: it can also be a weekend day
// that makes up for a holiday.
func TestSentenceSaysWeekdays(t *testing.T) {
	t.Parallel()
	assertSentences(t, []sentences{
		{
			"0 0 9 ? * MON-FRI UTC",
			"At 09:00, Monday through Friday (UTC).",
			"按 UTC 时间，每周一至周五09:00执行。",
		},
		{
			"0 0 9-17 ? * MON-FRI UTC",
			"Every hour from 09:00 to 17:00, Monday through Friday (UTC).",
			"按 UTC 时间，每周一至周五09:00至17:00，每小时执行一次。",
		},
		{
			"0 0 9 ? * 1-3,5 UTC",
			"At 09:00, Monday through Wednesday and Friday (UTC).",
			"按 UTC 时间，每周一至周三、周五09:00执行。",
		},
		{
			"0 0 9 ? * 1-2,4-7 UTC",
			"At 09:00, Monday, Tuesday and Thursday through Sunday (UTC).",
			"按 UTC 时间，每周一、周二、周四至周日09:00执行。",
		},
		{
			"0 0 9 ? * 1-4,7 UTC",
			"At 09:00, Sunday through Thursday (UTC).",
			"按 UTC 时间，每周日至周四09:00执行。",
		},
		{
			"0 0 9 ? * 7,1 UTC",
			"At 09:00 on Mondays and Sundays (UTC).",
			"按 UTC 时间，每周一和周日09:00执行。",
		},
		{
			"0 0 9 ? * MON,WED,FRI UTC",
			"At 09:00 on Mondays, Wednesdays and Fridays (UTC).",
			"按 UTC 时间，每周一、周三和周五09:00执行。",
		},
		{
			"0 0 9 ? * 1#1,1#3 UTC",
			"At 09:00 on the first and third Monday of each month (UTC).",
			"按 UTC 时间，每月第一个和第三个周一09:00执行。",
		},
		{
			"0 0 9 ? * 1#1,5L UTC",
			"At 09:00 on the first Monday and the last Friday of each month (UTC).",
			"按 UTC 时间，每月第一个周一和最后一个周五09:00执行。",
		},
		{
			"0 0 9 LW * ? UTC",
			"At 09:00 on the last weekday of each month (UTC).",
			"按 UTC 时间，每月最后一个工作日（周一至周五）09:00执行。",
		},
		{
			"0 0 9 15W 3 ? UTC",
			"At 09:00 on the weekday nearest to the 15th of March (UTC).",
			"按 UTC 时间，每年3月离15日最近的工作日（周一至周五）09:00执行。",
		},
		{
			"0 0 9 1W,15W * ? UTC",
			"At 09:00 on the first weekday and the weekday nearest to the 15th of each month (UTC).",
			"按 UTC 时间，每月第一个工作日和离15日最近的工作日（周一至周五）09:00执行。",
		},
		{
			"0 0 9 5,L,15W * ? UTC",
			"At 09:00 on the 5th, the weekday nearest to the 15th and the last day of each month (UTC).",
			"按 UTC 时间，每月5日、离15日最近的工作日和最后一天（工作日指周一至周五）09:00执行。",
		},
	})
}

// A schedule with both day fields fires when either matches, so the sentence says "and also".
func TestSentenceSaysThatEitherDayFieldMatches(t *testing.T) {
	t.Parallel()
	assertSentences(t, []sentences{
		{
			"0 0 0 13 * 5 UTC",
			"At 00:00 on the 13th of each month and also on Fridays (UTC).",
			"按 UTC 时间，每月13日以及每周五00:00执行。",
		},
		{
			"0 0 0 1 * 1-5 UTC",
			"At 00:00 on the 1st of each month and also Monday through Friday (UTC).",
			"按 UTC 时间，每月1日以及每周一至周五00:00执行。",
		},
		{
			"0 0 0 13 * 5#2 UTC",
			"At 00:00 on the 13th of each month and also on the second Friday of each month (UTC).",
			"按 UTC 时间，每月13日以及每月第二个周五00:00执行。",
		},
		{
			"0 0 0 31 * 5 2027 UTC",
			"At 00:00 on the 31st in months that have it and also on Fridays, in 2027 (UTC).",
			"按 UTC 时间，2027年每月31日（仅限有该日的月份）以及每周五00:00执行。",
		},
		{
			"0 0 0 31,LW * 3 UTC",
			"At 00:00 on the last weekday of each month and on the 31st in months that have it and also on Wednesdays (UTC).",
			"按 UTC 时间，每月最后一个工作日（周一至周五），每月31日（仅限有该日的月份）以及每周三00:00执行。",
		},
	})
}

// Some months lack some days. The sentence says so in the number of the days.
func TestSentenceSaysWhichMonthsHaveTheDays(t *testing.T) {
	t.Parallel()
	assertSentences(t, []sentences{
		{
			"0 0 0 31 * ? UTC",
			"At 00:00 on the 31st in months that have it (UTC).",
			"按 UTC 时间，每月31日（仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 30,31 * ? UTC",
			"At 00:00 on the 30th and 31st in months that have them (UTC).",
			"按 UTC 时间，每月30日和31日（仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 28-31 * ? UTC",
			"At 00:00 on the 28th of each month and on the 29th through the 31st in months that have them (UTC).",
			"按 UTC 时间，每月28日以及每月29日至31日（仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 31W * ? UTC",
			"At 00:00 on the weekday nearest to the 31st without leaving the month, in months that have it (UTC).",
			"按 UTC 时间，每月离31日最近的工作日（周一至周五，不跨月，仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 30W 4 ? UTC",
			"At 00:00 on the weekday nearest to the 30th of April without leaving the month (UTC).",
			"按 UTC 时间，每年4月离30日最近的工作日（周一至周五，不跨月）00:00执行。",
		},
		{
			"0 0 0 28W 3 ? UTC",
			"At 00:00 on the weekday nearest to the 28th of March (UTC).",
			"按 UTC 时间，每年3月离28日最近的工作日（周一至周五）00:00执行。",
		},
		{
			"0 0 0 29 2 ? UTC",
			"At 00:00 every February 29 in leap years (UTC).",
			"按 UTC 时间，每年2月29日（仅闰年）00:00执行。",
		},
		{
			"0 0 0 29 2 ? 2026-2032 UTC",
			"At 00:00 every February 29 in leap years, from 2026 through 2032 (UTC).",
			"按 UTC 时间，2026年至2032年每年2月29日（仅闰年）00:00执行。",
		},
		{
			"0 0 0 31 * ? 2027 UTC",
			"At 00:00 on the 31st in months that have it, in 2027 (UTC).",
			"按 UTC 时间，2027年每月31日（仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 28W * ? 2027 UTC",
			"At 00:00 on the weekday nearest to the 28th of each month without leaving the month, in 2027 (UTC).",
			"按 UTC 时间，2027年每月离28日最近的工作日（周一至周五，不跨月）00:00执行。",
		},
		{
			"0 0 0 30 2 1 UTC",
			"At 00:00 on Mondays in February (UTC).",
			"按 UTC 时间，每年2月的每周一00:00执行。",
		},
		{
			"0 0 0 29,30 2 ? UTC",
			"At 00:00 every February 29 in leap years (UTC).",
			"按 UTC 时间，每年2月29日（仅闰年）00:00执行。",
		},
		{
			"0 0 0 29 2 ? 2028 UTC",
			"At 00:00 on February 29, 2028 (UTC).",
			"按 UTC 时间，2028年2月29日00:00执行。",
		},
		{
			"0 0 0 29 2 ? 2024/4 UTC",
			"At 00:00 on February 29, every 4 years from 2024 (UTC).",
			"按 UTC 时间，自2024年起每4年的2月29日00:00执行。",
		},
		{
			"0 0 0 29 2,4 ? UTC",
			"At 00:00 on the 29th of February and April, in months that have it (UTC).",
			"按 UTC 时间，每年2月和4月的29日（如有该日）00:00执行。",
		},
		{
			"0 0 0 29W 2 ? UTC",
			"At 00:00 on the weekday nearest to the 29th of February without leaving the month, in leap years (UTC).",
			"按 UTC 时间，每年2月离29日最近的工作日（周一至周五，不跨月，仅闰年）00:00执行。",
		},
		{
			"0 0 0 30 2 ? UTC",
			"At 00:00 on February 30 (UTC); no such day exists, so it never runs.",
			"按 UTC 时间，每年2月30日00:00执行；没有这样的日期，因此永不执行。",
		},
		{
			"0 0 0 ? 2 5#5 UTC",
			"At 00:00 on the fifth Friday of February in years that have one (UTC).",
			"按 UTC 时间，每年2月第五个周五（如有该日）00:00执行。",
		},
		{
			"0 0 0 ? 4,5 5#5 2027 UTC",
			"At 00:00 on the fifth Friday of April and May 2027, in months that have one (UTC).",
			"按 UTC 时间，2027年4月和5月的第五个周五（如有该日）00:00执行。",
		},
		{
			"0 0 0 ? 4 5#5 2027 UTC",
			"At 00:00 on the fifth Friday of April 2027 if there is one (UTC).",
			"按 UTC 时间，2027年4月第五个周五（如有该日）00:00执行。",
		},
	})
}
