package frequency_test

import "testing"

// Minutes of every hour are "past the hour" and 每小时第…分钟.
func TestSentenceSaysMinutesPastTheHour(t *testing.T) {
	t.Parallel()
	assertSentences(t, []sentences{
		{
			"0 30 * * * ? UTC",
			"At 30 minutes past the hour (UTC).",
			"按 UTC 时间，每小时第30分钟执行。",
		},
		{
			"0 1 * * * ? UTC",
			"At 1 minute past the hour (UTC).",
			"按 UTC 时间，每小时第1分钟执行。",
		},
		{
			"0 0,45 * * * ? UTC",
			"At 0 and 45 minutes past the hour (UTC).",
			"按 UTC 时间，每小时第0和第45分钟执行。",
		},
		{
			"0 5,20,50 * * * ? UTC",
			"At 5, 20 and 50 minutes past the hour (UTC).",
			"按 UTC 时间，每小时第5、20、50分钟执行。",
		},
		{
			"0 5/15 * * * ? UTC",
			"At 5, 20, 35 and 50 minutes past the hour (UTC).",
			"按 UTC 时间，每小时第5、20、35、50分钟执行。",
		},
		{
			"0 10,40 * * * ? UTC",
			"At 10 and 40 minutes past the hour (UTC).",
			"按 UTC 时间，每小时第10和第40分钟执行。",
		},
		{
			"0 0-10 * * * ? UTC",
			"Every minute from 0 through 10 minutes past the hour (UTC).",
			"按 UTC 时间，每小时第0至10分钟，每分钟执行一次。",
		},
		{
			"0 1-3,10-20 * * * ? UTC",
			"At 1 through 3 and 10 through 20 minutes past the hour (UTC).",
			"按 UTC 时间，每小时第1至3和第10至20分钟执行。",
		},
		{
			"0 1/2 * * * ? UTC",
			"Every 2 minutes, starting at 1 minute past the hour (UTC).",
			"按 UTC 时间，每小时从第1分钟起，每2分钟执行一次。",
		},
		{
			"0 10-50/2 * * * ? UTC",
			"Every 2 minutes from 10 through 50 minutes past the hour (UTC).",
			"按 UTC 时间，每小时第10至50分钟，每2分钟执行一次。",
		},
		{
			"30 15 * * * ? UTC",
			"At 15 minutes and 30 seconds past the hour (UTC).",
			"按 UTC 时间，每小时第15分30秒执行。",
		},
		{
			"30 0 * * * ? UTC",
			"At 30 seconds past the hour (UTC).",
			"按 UTC 时间，每小时第0分30秒执行。",
		},
		{
			"0 30 * ? * 1-5 UTC",
			"At 30 minutes past the hour, Monday through Friday (UTC).",
			"按 UTC 时间，每周一至周五每小时第30分钟执行。",
		},
		{
			"0 0,15 9-17 * * ? UTC",
			"At 0 and 15 minutes past the hour from 09:00 to 17:15 every day (UTC).",
			"按 UTC 时间，每天09:00至17:15，每小时第0和第15分钟执行。",
		},
		{
			"0 0,15 9-11,14-17 * * ? UTC",
			"At 0 and 15 minutes past the hour from 09:00 to 11:15 and from 14:00 to 17:15 every day (UTC).",
			"按 UTC 时间，每天09:00至11:15、14:00至17:15，每小时第0和第15分钟执行。",
		},
		{
			"0 0-10 9-17 * * ? UTC",
			"Every minute from 0 through 10 minutes past the hour, from 09:00 to 17:10 every day (UTC).",
			"按 UTC 时间，每天09:00至17:10，每小时第0至10分钟，每分钟执行一次。",
		},
	})
}

// Seconds of every minute are "past the minute" and 每分钟的第…秒. No sentence says "of every minute of every hour".
func TestSentenceSaysSecondsPastTheMinute(t *testing.T) {
	t.Parallel()
	assertSentences(t, []sentences{
		{
			"0-14/7 * * * * ? UTC",
			"At 0, 7 and 14 seconds past the minute (UTC).",
			"按 UTC 时间，每分钟的第0、7、14秒执行。",
		},
		{
			"*/7 * * * * ? UTC",
			"At 0, 7, 14, 21, 28, 35, 42, 49 and 56 seconds past the minute (UTC).",
			"按 UTC 时间，每分钟的第0、7、14、21、28、35、42、49、56秒执行。",
		},
		{
			"30 * * * * ? UTC",
			"At 30 seconds past the minute (UTC).",
			"按 UTC 时间，每分钟的第30秒执行。",
		},
		{
			"1 * * * * ? UTC",
			"At 1 second past the minute (UTC).",
			"按 UTC 时间，每分钟的第1秒执行。",
		},
		{
			"0,45 * * * * ? UTC",
			"At 0 and 45 seconds past the minute (UTC).",
			"按 UTC 时间，每分钟的第0和第45秒执行。",
		},
		{
			"0-20 * * * * ? UTC",
			"Every second from 0 through 20 seconds past the minute (UTC).",
			"按 UTC 时间，每分钟的第0至20秒，每秒执行一次。",
		},
		{
			"1/3 * * * * ? UTC",
			"Every 3 seconds, starting at 1 second past the minute (UTC).",
			"按 UTC 时间，每分钟从第1秒起，每3秒执行一次。",
		},
		{
			"30 0/5 * * * ? UTC",
			"Every 5 minutes, at 30 seconds past the minute (UTC).",
			"按 UTC 时间，每5分钟执行一次（在第30秒）。",
		},
		{
			"15,45 0/5 * * * ? UTC",
			"Every 5 minutes, at 15 and 45 seconds past the minute (UTC).",
			"按 UTC 时间，每5分钟，在该分钟的第15和第45秒各执行一次。",
		},
		{
			"15,45 0/5 9 * * ? UTC",
			"Every 5 minutes, at 15 and 45 seconds past the minute, during hour 9 every day (UTC).",
			"按 UTC 时间，每天9时内，每5分钟，在该分钟的第15和第45秒各执行一次。",
		},
		{
			"15,45 0/5 9-17 * * ? UTC",
			"Every 5 minutes, at 15 and 45 seconds past the minute, from 09:00:15 to 17:55:45 every day (UTC).",
			"按 UTC 时间，每天09:00:15至17:55:45，每5分钟，在该分钟的第15和第45秒各执行一次。",
		},
		{
			"1,5 * 9-17 * * ? UTC",
			"At 1 and 5 seconds past the minute from 09:00:01 to 17:59:05 every day (UTC).",
			"按 UTC 时间，每天09:00:01至17:59:05，每分钟的第1和第5秒执行。",
		},
		{
			"30 */7 * * * ? UTC",
			"At 30 seconds past minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour (UTC).",
			"按 UTC 时间，每小时第0、7、14、21、28、35、42、49、56分钟的第30秒执行。",
		},
		{
			"7,14 0 * * * ? UTC",
			"At 7 and 14 seconds past the hour (UTC).",
			"按 UTC 时间，每小时第0分钟的第7和第14秒执行。",
		},
	})
}

// Only steps that divide the hour go on evenly. The sentence lists the numbers of other steps, or says the
// first and the last.
func TestSentenceSaysEvenStepsAsSteps(t *testing.T) {
	t.Parallel()
	assertSentences(t, []sentences{
		{
			"0 */20 * * * ? UTC",
			"Every 20 minutes (UTC).",
			"按 UTC 时间，每20分钟执行一次。",
		},
		{
			"0 */7 * * * ? UTC",
			"At 0, 7, 14, 21, 28, 35, 42, 49 and 56 minutes past the hour (UTC).",
			"按 UTC 时间，每小时第0、7、14、21、28、35、42、49、56分钟执行。",
		},
		{
			"0 */45 * * * ? UTC",
			"At 0 and 45 minutes past the hour (UTC).",
			"按 UTC 时间，每小时第0和第45分钟执行。",
		},
		{
			"0 */40 9-17 * * ? UTC",
			"At 0 and 40 minutes past the hour from 09:00 to 17:40 every day (UTC).",
			"按 UTC 时间，每天09:00至17:40，每小时第0和第40分钟执行。",
		},
		{
			"0 0-56/2 * * * ? UTC",
			"Every 2 minutes from 0 through 56 minutes past the hour (UTC).",
			"按 UTC 时间，每小时第0至56分钟，每2分钟执行一次。",
		},
		{
			"0 0 */6 * * ? UTC",
			"Every 6 hours from 00:00 to 18:00 every day (UTC).",
			"按 UTC 时间，每天00:00至18:00，每6小时执行一次。",
		},
		{
			"0 0 */5 * * ? UTC",
			"At 00:00, 05:00, 10:00, 15:00 and 20:00 every day (UTC).",
			"按 UTC 时间，每天00:00、05:00、10:00、15:00和20:00执行。",
		},
		{
			"0 0 2-20/2 * * ? UTC",
			"Every 2 hours from 02:00 to 20:00 every day (UTC).",
			"按 UTC 时间，每天02:00至20:00，每2小时执行一次。",
		},
		{
			"*/10 0 * * * ? UTC",
			"Every 10 seconds during minute 0 of every hour (UTC).",
			"按 UTC 时间，每小时第0分钟内，每10秒执行一次。",
		},
		{
			"* */5 * * * ? UTC",
			"Every second during minutes 0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50 and 55 of every hour (UTC).",
			"按 UTC 时间，每小时第0、5、10、15、20、25、30、35、40、45、50、55分钟内，每秒执行一次。",
		},
		{
			"*/10 */2 * * * ? UTC",
			"Every 10 seconds during every 2nd minute from 0 through 58 of every hour (UTC).",
			"按 UTC 时间，每小时第0至58分钟（每2分钟取1分钟）内，每10秒执行一次。",
		},
	})
}

// In Chinese each hour and each minute of a list has its own word: 1、4和8至12时 could be read in two ways.
func TestSentenceListsHoursWithoutAmbiguity(t *testing.T) {
	t.Parallel()
	assertSentences(t, []sentences{
		{
			"0 10 1,4,8-12,15 * * ? UTC",
			"At 01:10, 04:10, 08:10, 09:10, 10:10, 11:10, 12:10 and 15:10 every day (UTC).",
			"按 UTC 时间，每天01:10、04:10、08:10、09:10、10:10、11:10、12:10和15:10执行。",
		},
		{
			"0 5,10,25 1,3,8,12,17 * * ? UTC",
			"At 5, 10 and 25 minutes past the hour during hours 1, 3, 8, 12 and 17 every day (UTC).",
			"按 UTC 时间，每天1时、3时、8时、12时和17时，每小时第5、10、25分钟执行。",
		},
		{
			"5,10 3,7,9 1,4,8-12 * * ? UTC",
			"At 5 and 10 seconds past minutes 3, 7 and 9 of hours 1, 4 and 8 through 12 every day (UTC).",
			"按 UTC 时间，每天1时、4时、8时、9时、10时、11时和12时，每小时第3、7、9分钟的第5和第10秒执行。",
		},
		{
			"0 0/15 8,12,16,20 * * ? UTC",
			"Every 15 minutes during hours 8, 12, 16 and 20 every day (UTC).",
			"按 UTC 时间，每天8时、12时、16时和20时内，每15分钟执行一次。",
		},
		{
			"0 0/5 */2 * * ? UTC",
			"Every 5 minutes during hours 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20 and 22 every day (UTC).",
			"按 UTC 时间，每天0时、2时、4时、6时、8时、10时、12时、14时、16时、18时、20时和22时内，每5分钟执行一次。",
		},
		{
			"0 0 0-6,22,23 * * ? UTC",
			"Every hour from 00:00 to 06:00 and from 22:00 to 23:00 every day (UTC).",
			"按 UTC 时间，每天00:00至06:00、22:00至23:00，每小时执行一次。",
		},
		{
			"0 30 9-11,13-14 * * ? UTC",
			"Every hour from 09:30 to 11:30 and from 13:30 to 14:30 every day (UTC).",
			"按 UTC 时间，每天09:30至11:30、13:30至14:30，每小时执行一次。",
		},
		{
			"0 0 0-1,3,5-7,9-16 * * ? UTC",
			"On the hour during hours 0, 1, 3, 5 through 7 and 9 through 16 every day (UTC).",
			"按 UTC 时间，每天0时、1时、3时、5时、6时、7时、9时、10时、11时、12时、13时、14时、15时和16时整执行。",
		},
		{
			"15 10 0-1,3,5-7,9-16 * * ? UTC",
			"At 10 minutes and 15 seconds past the hour during hours 0, 1, 3, 5 through 7 and 9 through 16 every day (UTC).",
			"按 UTC 时间，每天0时、1时、3时、5时、6时、7时、9时、10时、11时、12时、13时、14时、15时和16时，每小时第10分15秒执行。",
		},
		{
			"0 0/5 14,18 * * ? UTC",
			"Every 5 minutes from 14:00 to 14:55 and from 18:00 to 18:55 every day (UTC).",
			"按 UTC 时间，每天14:00至14:55、18:00至18:55，每5分钟执行一次。",
		},
		{
			"0 1,2,5,9,13,17,21,22,25,28,33,39,44 9 * * ? UTC",
			"At 1, 2, 5, 9, 13, 17, 21, 22, 25, 28, 33, 39 and 44 minutes past the hour during hour 9 every day (UTC).",
			"按 UTC 时间，每天9时的第1、2、5、9、13、17、21、22、25、28、33、39、44分钟执行。",
		},
	})
}
