package frequency_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func seedExpressions(f *testing.F) []string {
	f.Helper()
	list := []string{
		"rate(5m)", "RATE (05 D)", "rate(1h30m)", "at(2022-06-06 13:15:30 Asia/Shanghai)", "at(2022-03-13 02:30:00 America/New_York)",
		"at(9999-12-31 23:59:59 GMT-12:59)", "at(1970-01-01 00:00:00 GMT+14:59)", "0 0 0 29 2 ?", "0 0 0 30 2 ?",
		"0 15 10 ? * 6L 2022/2 UTC", "0 0 0 1W,31W,LW,L * 5L,7#5 */4 GMT+5:45", "*/7 3-20/5 0/6 ? JAN-MAR MON-SUN 2022-2030/3 Asia/Kathmandu",
		"0 30 2 * * ? Australia/Lord_Howe", "0 0 0 30 12 ? Pacific/Apia", "0 0 0 ? * L", "0 0 5-1 * * ?", "@daily", "* * * * *", "\xff 0 0 * * ?",
		"0 0 0 1 1 ? 1970,2034,2098", "0 0 0 1 1 ? 2022/60", "0 0 0 */1 * 5", "0 0 0 ? * 01-05,03/2", "0 30 2 ? 3 7#2 America/New_York", "0 0/45 9-17 * * ? Etc/GMT-8",
		"every Monday at 9am", "每周一、三上午9点半", "TZ=Asia/Tokyo */5 * * * * root x", "cron(0 10 ? * 2-6 *)", "H(0-29)/10 * * * *", "0 */90 * * * ?",
		"Mon..Fri *-*-01 10:00", "0 0 9，18 * * ？ Asia/ Beijing 2027", "rate(1h 30m)", "2027-06-06T13:15:30+08:00", "@every 1h30m", "0 0 9 ? * 0-4,TUES", "every 0 months", "0 0last day of the month at 22:00",
	}
	return list
}

// FuzzParse checks that any input gives either a schedule that equals the one parsed from its text, or
// a short error that points into the input.
func FuzzParse(f *testing.F) {
	for _, expr := range seedExpressions(f) {
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		s, err := frequency.Parse(expr)
		if err != nil {
			var pe *frequency.ParseError
			if !errors.As(err, &pe) || !s.IsZero() {
				t.Fatalf("%T beside %v", err, s)
			}
			if zh := pe.MessageIn("zh"); zh == pe.MessageIn("en") || strings.Contains(pe.Reason+zh, "%!") && !strings.Contains(expr, "%!") {
				t.Fatalf("%q: %q, %q", expr, pe.Reason, zh)
			}
			if pe.Offset < 0 || pe.Offset > len(expr) || pe.Expr != expr || pe.Reason == "" {
				t.Fatalf("%#v", pe)
			}
			if pe.Suggestion != "" {
				if _, err := frequency.Parse(pe.Suggestion); err != nil {
					t.Fatalf("%q suggests %q: %v", expr, pe.Suggestion, err)
				}
			}
			for _, r := range pe.Reason {
				if r < ' ' || r == 0x7f {
					t.Fatalf("%q has the character %q", pe.Reason, r)
				}
			}
			if text := err.Error(); len(text) > 600 || !utf8.ValidString(text) {
				t.Fatalf("%d bytes: %q", len(text), text)
			}
			return
		}
		again, err := frequency.Parse(s.String())
		if err != nil || !again.Equal(s) || again.String() != s.String() {
			t.Fatalf("%q became %q, which became %q, %v", expr, s, again, err)
		}
		if s.Kind() == frequency.KindCron {
			zone := ""
			if loc := s.Location(); loc != nil {
				zone = " " + loc.String()
			}
			hasYear := strings.Count(strings.TrimSuffix(s.String(), zone), " ") == 6
			if err := agentGrammar(s.String(), hasYear, zone != "", map[string]error{}); err != nil {
				t.Fatalf("%q, written as %q: %s", expr, s, err)
			}
		}
		for _, lang := range []string{"en", "zh"} {
			if text := s.DescribeIn(lang); text == "" || !utf8.ValidString(text) {
				t.Fatalf("%s: %q", lang, text)
			}
		}
		for _, w := range s.Warnings(base) {
			if w.Message == "" || w.MessageIn("zh") == w.Message || strings.Contains(w.Message+w.MessageIn("zh"), "%!") {
				t.Fatalf("%q: %q, %q", expr, w.Message, w.MessageIn("zh"))
			}
		}
		last, bounded := s.Last()
		if bounded && (!s.Next(last).IsZero() || !s.Next(last.Add(-time.Second)).Equal(last)) {
			t.Fatalf("%s: last %s", s, last)
		}
	})
}

// FuzzNext checks that a firing is strictly later than the given moment and at a whole second. It also
// checks that Next returns the same firing for any moment between the two, and that no gap is smaller
// than MinInterval.
func FuzzNext(f *testing.F) {
	for i, expr := range seedExpressions(f) {
		f.Add(expr, int64(i)*123456789, int64(i))
	}
	f.Fuzz(func(t *testing.T, expr string, unix, nanos int64) {
		s, err := frequency.Parse(expr)
		if err != nil {
			return
		}
		after := time.Unix(unix%(1<<40), nanos%1e9).UTC()
		next := s.Next(after)
		if next.IsZero() {
			return
		}
		if !next.After(after) {
			t.Fatalf("%s: %s is not after %s", s, next, after)
		}
		if s.Kind() == frequency.KindRate {
			return
		}
		if next.Nanosecond() != 0 {
			t.Fatalf("%s: %s", s, next)
		}
		between := after.Add(next.Sub(after) / 2)
		if got := s.Next(between); !got.Equal(next) {
			t.Fatalf("%s: %s after %s, %s after %s", s, next, after, got, between)
		}
		if loc := s.Location(); loc == nil || loc == time.UTC {
			following := s.Next(next)
			if gap := s.MinInterval(); !following.IsZero() && (gap <= 0 || following.Sub(next) < gap) {
				t.Fatalf("%s: %s and %s are closer than %s", s, next, following, gap)
			}
		}
	})
}
