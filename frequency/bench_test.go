package frequency_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// benchExpressions is the same table as in peerbench, the program that compares this package with
// other libraries.
var benchExpressions = []struct{ name, expr string }{
	{"daily", "0 15 10 * * ?"},
	{"lists", "0 0,10,20,30,40,50 9-17 1,15 1-6 ? 2026,2028,2030-2040"},
	{"zone", "0 15 10 * * ? America/New_York"},
	{"every-10-s", "0/10 * * * * ?"},
	{"last-day", "0 15 10 L * ?"},
	{"nearest-weekday", "0 15 10 15W * ?"},
	{"third-saturday", "0 15 10 ? * 6#3"},
	{"leap-day", "0 0 0 29 2 ? 2096"},
	{"never", "0 0 0 31 2 ?"},
	{"rate", "rate(5m)"},
	{"at", "at(2027-06-06 13:15:30 Asia/Shanghai)"},
}

func BenchmarkParse(b *testing.B) {
	for _, bb := range benchExpressions {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := frequency.Parse(bb.expr); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Bad input costs less than a millisecond: an expression above MaxLength is not read, and only a short
// one is corrected to find out what is meant.
func BenchmarkParseRefuses(b *testing.B) {
	const megabyte = 1 << 20
	for _, bb := range []struct{ name, expr string }{
		{"a-megabyte-of-digits", strings.Repeat("9", megabyte)},
		{"a-megabyte-of-list", "0 " + strings.Repeat("0,", megabyte/2) + "x"},
		{"a-megabyte-of-blanks", strings.Repeat(" ", megabyte)},
		{"nested-garbage", strings.Repeat("rate(", megabyte/5)},
		{"the-longest-of-digits", strings.Repeat("9", frequency.MaxLength)},
		{"the-longest-list", "0 " + strings.Repeat("0,", frequency.MaxLength/2-2) + "x"},
		{"invalid-UTF-8", "0 0 0 * * ? Asia/\xff\xff"},
		{"a-zone-of-dots", "0 0 0 * * ? ../../../../etc/shadow"},
		{"a-year-beyond", "0 0 0 1 1 ? 99999"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := frequency.Parse(bb.expr); err == nil {
					b.Fatal("not refused")
				}
			}
		})
	}
}

func BenchmarkNext(b *testing.B) {
	after := time.Date(2027, 3, 5, 17, 42, 11, 0, time.UTC)
	for _, bb := range benchExpressions {
		b.Run(bb.name, func(b *testing.B) {
			s := frequency.MustParse(bb.expr)
			b.ReportAllocs()
			for b.Loop() {
				_ = s.Next(after)
			}
		})
	}
}

// Parse detects dates that do not exist, so Next returns at once. For the last two expressions Next
// itself has to find that they do not fire. In the first, the zone skips the only moment. In the
// second, all years have passed.
func BenchmarkNextOfImpossibleDates(b *testing.B) {
	after := time.Date(2027, 3, 5, 17, 42, 11, 0, time.UTC)
	for _, bb := range []struct{ name, expr string }{
		{"February-30", "0 0 0 30 2 ?"},
		{"the-31st-of-short-months", "0 0 0 31 2,4,6,9,11 ? 1970-2099 America/New_York"},
		{"February-29-of-odd-years", "0 0 0 29 2 ? 1971/2"},
		{"a-nearest-weekday-that-is-none", "0 0 0 31W 2 ? * Asia/Shanghai"},
		{"a-fifth-Monday-that-is-none", "0 0 0 ? 2 1#5 2027-2043"},
		{"every-second-of-no-day", "* * * 30 2 ?"},
		{"a-moment-that-the-zone-skips", "0 30 2 14 3 ? 2027 America/New_York"},
		{"years-that-have-passed", "0 0 0 1 1 ? 1970-2026"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			s := frequency.MustParse(bb.expr)
			b.ReportAllocs()
			for b.Loop() {
				if !s.Next(after).IsZero() {
					b.Fatal("not impossible")
				}
			}
		})
	}
}

func BenchmarkAllThousandDailyFiringsInNewYork(b *testing.B) {
	s := frequency.MustParse("0 15 10 * * ? America/New_York")
	after := time.Date(2027, 3, 5, 17, 42, 11, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for range s.All(after) {
			if n++; n == 1000 {
				break
			}
		}
	}
}

func BenchmarkMinInterval(b *testing.B) {
	for _, bb := range []struct{ name, expr string }{
		{"daily", "0 15 10 * * ?"},
		{"lists", "0 0,10,20,30,40,50 9-17 1,15 1-6 ? 2026,2028,2030-2040"},
		{"third-saturday", "0 15 10 ? * 6#3"},
		{"worst", "0 0 0 1W,15W * 1#5"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			s := frequency.MustParse(bb.expr)
			b.ReportAllocs()
			for b.Loop() {
				_ = s.MinInterval()
			}
		})
	}
}

func BenchmarkString(b *testing.B) {
	s := frequency.MustParse("0 0/30 9-17 ? * MON-FRI 2022-2024 Asia/Shanghai")
	b.ReportAllocs()
	for b.Loop() {
		_ = s.String()
	}
}
