package frequency_test

import "testing"

// A date in one month is said as a date: every January 1, 每年1月1日, December 31, 2099.
func TestSentenceSaysYearlyDates(t *testing.T) {
	t.Parallel()
	assertSentences(t, []sentences{
		{
			"0 0 0 1 1 ? UTC",
			"At 00:00 every January 1 (UTC).",
			"按 UTC 时间，每年1月1日00:00执行。",
		},
		{
			"0 59 23 31 12 ? UTC",
			"At 23:59 every December 31 (UTC).",
			"按 UTC 时间，每年12月31日23:59执行。",
		},
		{
			"0 0 9 15,16 3 ? UTC",
			"At 09:00 every March 15 and 16 (UTC).",
			"按 UTC 时间，每年3月15日和16日09:00执行。",
		},
		{
			"0 0 9 15-18 3 ? UTC",
			"At 09:00 every March 15 through 18 (UTC).",
			"按 UTC 时间，每年3月15日至18日09:00执行。",
		},
		{
			"0 0 9 31 12 ? 2099 UTC",
			"At 09:00 on December 31, 2099 (UTC).",
			"按 UTC 时间，2099年12月31日09:00执行。",
		},
		{
			"0 0 9 15-18 3 ? 2027 UTC",
			"At 09:00 on March 15 through 18, 2027 (UTC).",
			"按 UTC 时间，2027年3月15日至18日09:00执行。",
		},
		{
			"0 0 9 1 1 ? 2026/1 UTC",
			"At 09:00 every January 1 from 2026 on (UTC).",
			"按 UTC 时间，自2026年起每年1月1日09:00执行。",
		},
		{
			"0 0 9 1 1 ? 2026-2030 UTC",
			"At 09:00 every January 1 from 2026 through 2030 (UTC).",
			"按 UTC 时间，2026年至2030年每年1月1日09:00执行。",
		},
		{
			"0 0 9 1 1 ? 2027,2029 UTC",
			"At 09:00 on January 1 in 2027 and 2029 (UTC).",
			"按 UTC 时间，2027年和2029年的1月1日09:00执行。",
		},
		{
			"0 0 9 1 1 ? 2024/4 UTC",
			"At 09:00 on January 1, every 4 years from 2024 (UTC).",
			"按 UTC 时间，自2024年起每4年的1月1日09:00执行。",
		},
		{
			"0 0/5 * 1 1 ? UTC",
			"Every 5 minutes, every January 1 (UTC).",
			"按 UTC 时间，每年1月1日每5分钟执行一次。",
		},
		{
			"0 0 0 1 1 1 UTC",
			"At 00:00 every January 1 and also on Mondays in January (UTC).",
			"按 UTC 时间，每年1月1日以及1月的每周一00:00执行。",
		},
		{
			"0 0 9 L 2 ? UTC",
			"At 09:00 on the last day of February (UTC).",
			"按 UTC 时间，每年2月最后一天09:00执行。",
		},
		{
			"0 0 9 ? 11 4#4 UTC",
			"At 09:00 on the fourth Thursday of November (UTC).",
			"按 UTC 时间，每年11月第四个周四09:00执行。",
		},
		{
			"0 0 9 ? 1 1 2027 UTC",
			"At 09:00 on Mondays in January 2027 (UTC).",
			"按 UTC 时间，2027年1月的每周一09:00执行。",
		},
		{
			"0 0 9 ? 6-8 1-5 2024-2026 UTC",
			"At 09:00, Monday through Friday in June, July and August from 2024 through 2026 (UTC).",
			"按 UTC 时间，2024年至2026年每年6月至8月的每周一至周五09:00执行。",
		},
	})
}

// In Chinese a month of every year begins with 每年, and a month of some years follows the years directly.
func TestSentenceSaysMonths(t *testing.T) {
	t.Parallel()
	assertSentences(t, []sentences{
		{
			"0 0 9 * 10 ? UTC",
			"At 09:00 every day in October (UTC).",
			"按 UTC 时间，每年10月每天09:00执行。",
		},
		{
			"0 0/5 * * 10 ? UTC",
			"Every 5 minutes in October (UTC).",
			"按 UTC 时间，每年10月每天每5分钟执行一次。",
		},
		{
			"0 0/5 14 * 10 ? 2022/2 UTC",
			"Every 5 minutes from 14:00 to 14:55 every day in October, every 2 years from 2022 (UTC).",
			"按 UTC 时间，自2022年起每2年的10月每天14:00至14:55，每5分钟执行一次。",
		},
		{
			"0 15 10 * * ? 2026/2 UTC",
			"At 10:15 every day, every 2 years from 2026 (UTC).",
			"按 UTC 时间，自2026年起每2年的每天10:15执行。",
		},
		{
			"0 0/5 * * * ? 2027/3 UTC",
			"Every 5 minutes, every 3 years from 2027 (UTC).",
			"按 UTC 时间，自2027年起每3年的每天每5分钟执行一次。",
		},
		{
			"0 0 9 * 1-6 ? 2027 UTC",
			"At 09:00 every day from January through June 2027 (UTC).",
			"按 UTC 时间，2027年1月至6月每天09:00执行。",
		},
		{
			"0 0 9 * 1-3,9-11 ? UTC",
			"At 09:00 every day in January through March and September through November (UTC).",
			"按 UTC 时间，每年1月至3月、9月至11月每天09:00执行。",
		},
		{
			"0 0 0 1 1-6 ? UTC",
			"At 00:00 on the 1st of every month from January through June (UTC).",
			"按 UTC 时间，每年1月至6月每月1日00:00执行。",
		},
		{
			"0 0 0 1 */3 ? UTC",
			"At 00:00 on the 1st of January, April, July and October (UTC).",
			"按 UTC 时间，每年1月、4月、7月和10月的1日00:00执行。",
		},
		{
			"0 0 0 15 6-8 ? UTC",
			"At 00:00 on the 15th of June, July and August (UTC).",
			"按 UTC 时间，每年6月至8月每月15日00:00执行。",
		},
	})
}

// Many dates in steps are said as steps, few are listed.
func TestSentenceSaysStepsOfDays(t *testing.T) {
	t.Parallel()
	assertSentences(t, []sentences{
		{
			"0 0 0 2/2 * ? UTC",
			"At 00:00 every 2 days from the 2nd of each month (UTC).",
			"按 UTC 时间，每月自2日起每2天00:00执行。",
		},
		{
			"0 0 0 */2 * ? UTC",
			"At 00:00 every 2 days from the 1st of each month (UTC).",
			"按 UTC 时间，每月自1日起每2天00:00执行。",
		},
		{
			"0 0 0 */5 * ? UTC",
			"At 00:00 every 5 days from the 1st of each month (UTC).",
			"按 UTC 时间，每月自1日起每5天00:00执行。",
		},
		{
			"0 0 0 */7 * ? UTC",
			"At 00:00 on the 1st, 8th, 15th and 22nd of each month and on the 29th in months that have it (UTC).",
			"按 UTC 时间，每月1日、8日、15日和22日以及每月29日（仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 1/10 * ? UTC",
			"At 00:00 on the 1st, 11th and 21st of each month and on the 31st in months that have it (UTC).",
			"按 UTC 时间，每月1日、11日和21日以及每月31日（仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 10-20/2 * ? UTC",
			"At 00:00 every 2 days from the 10th through the 20th of each month (UTC).",
			"按 UTC 时间，每月10日至20日每2天00:00执行。",
		},
		{
			"0 0 0 1-29/2 * ? UTC",
			"At 00:00 every 2 days from the 1st through the 27th of each month and on the 29th in months that have it (UTC).",
			"按 UTC 时间，每月1日至27日每2天以及每月29日（仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 */2 2 ? UTC",
			"At 00:00 every 2 days in February from the 1st (UTC).",
			"按 UTC 时间，每年2月自1日起每2天00:00执行。",
		},
		{
			"0 0 0 */2 3,4 ? 2027 UTC",
			"At 00:00 every 2 days from the 1st of each month in March and April 2027 (UTC).",
			"按 UTC 时间，2027年3月和4月每月自1日起每2天00:00执行。",
		},
		{
			"0 0 0 */2,L * ? UTC",
			"At 00:00 every 2 days from the 1st of each month and on the last day of each month (UTC).",
			"按 UTC 时间，每月自1日起每2天以及每月最后一天00:00执行。",
		},
		{
			"0 0/5 * */2 * ? UTC",
			"Every 5 minutes, every 2 days from the 1st of each month (UTC).",
			"按 UTC 时间，每月自1日起每2天，每5分钟执行一次。",
		},
		{
			"0 0 */2 */2 * ? 2027 UTC",
			"Every 2 hours from 00:00 to 22:00, every 2 days from the 1st of each month, in 2027 (UTC).",
			"按 UTC 时间，2027年每月自1日起每2天00:00至22:00，每2小时执行一次。",
		},
		{
			"0 0 0 1-5,20 * ? UTC",
			"At 00:00 on the 1st through the 5th and the 20th of each month (UTC).",
			"按 UTC 时间，每月1日至5日、20日00:00执行。",
		},
	})
}
