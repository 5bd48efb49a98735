package frequency

import (
	"math/bits"
	"time"
)

// Describe returns s as an English sentence, for confirmations and logs:
//
//	0 15 10 ? * 6L Asia/Shanghai
//	At 10:15 on the last Saturday of each month (Shanghai time).
//
//	0 0/10 9-17 * * ? UTC
//	Every 10 minutes from 09:00 to 17:50 every day (UTC).
//
//	0 0 0 31 * ?
//	At 00:00 on the 31st in months that have it, by the clock of each instance.
//
//	rate(5m)
//	Every 5 minutes, starting 5 minutes after creation.
//
// See [Schedule.DescribeIn].
func (s Schedule) Describe() string { return s.DescribeIn("en") }

// DescribeIn returns s as a sentence in the given language: "en" or "zh", also with a
// region as in "zh-CN". Any other language gives English, so the result is never
// empty. The sentence for the zero Schedule says that there is no schedule.
//
//	0 15 10 ? * 6L Asia/Shanghai
//	按上海时间，每月最后一个周六10:15执行。
//
// The sentence says when s fires according to the documentation. See [Schedule.Warnings]
// for what agents do differently. The sentence also says so when some month lacks a day
// that s names, and when the nearest weekday (W) can be in another month and is then
// replaced by a weekday of the same month. Weekdays (W) are Monday to Friday; the Chinese
// sentence says so. For uneven steps, such as 0/7 minutes, the sentence lists the numbers
// or says the first and the last. A zone that is named after a city appears as the city;
// other zones appear by name. The wording may change in a later version, and no
// function parses it: store the text of [Schedule.String] instead.
func (s Schedule) DescribeIn(lang string) string {
	if isChinese(lang) {
		return s.chinese()
	}
	return s.english()
}

// runs splits a set into runs of consecutive values. When a run has fewer values than the parameter
// least, each of its values becomes a run of its own.
func runs(set uint64, least int) []span {
	list := make([]span, 0, min(bits.OnesCount64(set), 8))
	for set != 0 {
		lo := bits.TrailingZeros64(set)
		n := bits.TrailingZeros64(^(set >> lo))
		if n < least {
			n = 1
		}
		list = append(list, span{lo: lo, hi: lo + n - 1})
		set &^= (1<<n - 1) << lo
	}
	return list
}

// showTime writes a second of the day as 10:15, or as 10:15:30 when seconds is true.
func showTime(second int, seconds bool) string {
	b := make([]byte, 0, 8)
	b = appendTwo(b, second/3600)
	b = appendTwo(append(b, ':'), second/60%60)
	if seconds {
		b = appendTwo(append(b, ':'), second%60)
	}
	return string(b)
}

// appendTwo appends a number from 0 to 99 in two digits.
func appendTwo(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

// showMoment writes the time of day of at.
func showMoment(at time.Time) string {
	hour, minute, second := at.Clock()
	return showTime(hour*3600+minute*60+second, second != 0)
}

// showTimes writes several times, given as seconds of the day. When one of them is not at a whole
// minute, all are written with seconds.
func showTimes(times []int) []string {
	seconds := false
	for _, t := range times {
		seconds = seconds || t%60 != 0
	}
	list := make([]string, len(times))
	for i, t := range times {
		list[i] = showTime(t, seconds)
	}
	return list
}
