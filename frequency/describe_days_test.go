package frequency_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestDescribeTellsWhichMonthsLackADay(t *testing.T) {
	t.Parallel()
	assertSentences(t, []sentences{
		{
			"0 0 0 31 * ? UTC",
			"At 00:00 on the 31st in months that have it (UTC).",
			"按 UTC 时间，每月31日（仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 29-31 * ? UTC",
			"At 00:00 on the 29th through the 31st in months that have them (UTC).",
			"按 UTC 时间，每月29日至31日（仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 28 * ? UTC",
			"At 00:00 on the 28th of each month (UTC).",
			"按 UTC 时间，每月28日00:00执行。",
		},
		{
			"0 0 0 31W * ? UTC",
			"At 00:00 on the weekday nearest to the 31st without leaving the month, in months that have it (UTC).",
			"按 UTC 时间，每月离31日最近的工作日（周一至周五，不跨月，仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 1W * ? UTC",
			"At 00:00 on the first weekday of each month (UTC).",
			"按 UTC 时间，每月第一个工作日（周一至周五）00:00执行。",
		},
		{
			"0 0 0 28W * ? UTC",
			"At 00:00 on the weekday nearest to the 28th of each month without leaving the month (UTC).",
			"按 UTC 时间，每月离28日最近的工作日（周一至周五，不跨月）00:00执行。",
		},
		{
			"0 0 0 ? * 5#5 UTC",
			"At 00:00 on the fifth Friday in months that have one (UTC).",
			"按 UTC 时间，每月第五个周五（仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 ? * 5#4,5#5 UTC",
			"At 00:00 on the fourth Friday of each month and on the fifth Friday in months that have one (UTC).",
			"按 UTC 时间，每月第四个周五以及每月第五个周五（仅限有该日的月份）00:00执行。",
		},
		{
			"0 0 0 31 1,3 ? UTC",
			"At 00:00 on the 31st of January and March (UTC).",
			"按 UTC 时间，每年1月和3月的31日00:00执行。",
		},
		{
			"0 0 0 31 3,4 ? UTC",
			"At 00:00 on the 31st of March and April, in months that have it (UTC).",
			"按 UTC 时间，每年3月和4月的31日（如有该日）00:00执行。",
		},
		{
			"0 0 0 31W 3,4 ? 2027/2 UTC",
			"At 00:00 on the weekday nearest to the 31st of March and April without leaving the month, in months that have it, every 2 years from 2027 (UTC).",
			"按 UTC 时间，自2027年起每2年的3月和4月离31日最近的工作日（周一至周五，不跨月，如有该日）00:00执行。",
		},
		{
			"0 0 0 29 2 ? UTC",
			"At 00:00 every February 29 in leap years (UTC).",
			"按 UTC 时间，每年2月29日（仅闰年）00:00执行。",
		},
		{
			"0 0 0 1W * 5 UTC",
			"At 00:00 on the first weekday of each month and also on Fridays (UTC).",
			"按 UTC 时间，每月第一个工作日（周一至周五）以及每周五00:00执行。",
		},
	})
}

func TestDescribeNamesTheZoneAfterItsCity(t *testing.T) {
	t.Parallel()
	tests := []struct{ zone, english, chinese string }{
		{"Asia/Shanghai", "Shanghai time", "按上海时间"},
		{"America/New_York", "New York time", "按纽约时间"},
		{"America/Port-au-Prince", "Port-au-Prince time", "按 America/Port-au-Prince 时间"},
		{"Australia/Broken_Hill", "Broken Hill time", "按 Australia/Broken_Hill 时间"},
		{"Australia/West", "Australia/West", "按 Australia/West 时间"},
		{"America/Argentina/San_Juan", "America/Argentina/San_Juan", "按 America/Argentina/San_Juan 时间"},
		{"US/Eastern", "US/Eastern", "按 US/Eastern 时间"},
		{"Etc/GMT+8", "Etc/GMT+8", "按 Etc/GMT+8 时间"},
		{"GMT+8:00", "GMT+8:00", "按 GMT+8:00 时间"},
		{"UTC", "UTC", "按 UTC 时间"},
	}
	for _, tt := range tests {
		t.Run(tt.zone, func(t *testing.T) {
			t.Parallel()
			s := frequency.MustParse("0 15 10 ? * 6L " + tt.zone)
			assert.Equal(t, "At 10:15 on the last Saturday of each month ("+tt.english+").", s.Describe())
			assert.Equal(t, tt.chinese+"，每月最后一个周六10:15执行。", s.DescribeIn("zh"))
			at := frequency.MustParse("at(2022-06-06 13:15:30 " + tt.zone + ")")
			assert.Equal(t, "Once, on Monday, June 6, 2022 at 13:15:30 ("+tt.english+").", at.Describe())
		})
	}
}
