package frequency_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// firings returns up to n firings after a moment, in RFC 3339 and UTC.
func firings(s frequency.Schedule, after time.Time, n int) []string {
	list := []string{}
	for t := range s.All(after) {
		list = append(list, t.UTC().Format(time.RFC3339))
		if len(list) == n {
			break
		}
	}
	return list
}

// base is the moment from which the documented vectors start. It is a Wednesday.
var base = time.Date(2022, 6, 1, 0, 0, 0, 0, time.UTC)

// fullTimes completes the short texts of firings: "06-06" becomes midnight of June 6, 2022, and
// "06-06T10:15" becomes 10:15 of that day.
func fullTimes(list []string) []string {
	out := []string{}
	for _, s := range list {
		if len(s) < 10 || s[4] != '-' {
			s = "2022-" + s
		}
		if len(s) == 10 {
			s += "T00:00"
		}
		if len(s) == 16 {
			s += ":00"
		}
		out = append(out, s+"Z")
	}
	return out
}

func TestOfficialExamples(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expr, canonical string
		next            []string
	}{
		{"0 15 10 ? * *", "0 15 10 * * ?", []string{"06-01T10:15", "06-02T10:15"}},
		{"0 15 10 * * ?", "0 15 10 * * ?", []string{"06-01T10:15", "06-02T10:15"}},
		{"0 0 12 * * ?", "0 0 12 * * ?", []string{"06-01T12:00", "06-02T12:00"}},
		{"0 0 10,14,16 * * ?", "0 0 10,14,16 * * ?", []string{"06-01T10:00", "06-01T14:00", "06-01T16:00", "06-02T10:00"}},
		{"0 0/30 9-17 * * ?", "0 0/30 9-17 * * ?", []string{"06-01T09:00", "06-01T09:30", "06-01T10:00"}},
		{"0 * 14 * * ?", "0 * 14 * * ?", []string{"06-01T14:00", "06-01T14:01"}},
		{"0 0-5 14 * * ?", "0 0-5 14 * * ?", []string{"06-01T14:00", "06-01T14:01", "06-01T14:02", "06-01T14:03", "06-01T14:04", "06-01T14:05", "06-02T14:00"}},
		{"0 0/5 14 * * ?", "0 0/5 14 * * ?", []string{"06-01T14:00", "06-01T14:05"}},
		{"0 0/5 14,18 * * ?", "0 0/5 14,18 * * ?", []string{"06-01T14:00", "06-01T14:05"}},
		{"0 0 12 ? * WED", "0 0 12 ? * 3", []string{"06-01T12:00", "06-08T12:00"}},
		{"0 15 10 15 * ?", "0 15 10 15 * ?", []string{"06-15T10:15", "07-15T10:15"}},
		{"0 15 10 L * ?", "0 15 10 L * ?", []string{"06-30T10:15", "07-31T10:15"}},
		{"0 15 10 ? * 6L", "0 15 10 ? * 6L", []string{"06-25T10:15", "07-30T10:15"}},
		{"0 15 10 ? * 6#3", "0 15 10 ? * 6#3", []string{"06-18T10:15", "07-16T10:15"}},
		{"0 10,44 14 ? 3 WED", "0 10,44 14 ? 3 3", []string{"2023-03-01T14:10", "2023-03-01T14:44", "2023-03-08T14:10"}},
		{"0 15 10 ? * * 2022", "0 15 10 * * ? 2022", []string{"06-01T10:15", "06-02T10:15"}},
		{"0 15 10 ? * * 2022 Asia/Shanghai", "0 15 10 * * ? 2022 Asia/Shanghai", []string{"06-01T02:15", "06-02T02:15"}},
		{"0 0/30 10-11 * * ? 2022 GMT+8:00", "0 0/30 10,11 * * ? 2022 GMT+8:00", []string{"06-01T02:00", "06-01T02:30", "06-01T03:00", "06-01T03:30", "06-02T02:00"}},
		{"0 0/5 14 * 10 ? 2022/2 UTC", "0 0/5 14 * 10 ? 2022/2 UTC", []string{"10-01T14:00", "10-01T14:05"}},
		{"0 15 8 ? * * 2022", "0 15 8 * * ? 2022", []string{"06-01T08:15"}},
		{"0 15 08 ? * * 2022", "0 15 8 * * ? 2022", []string{"06-01T08:15"}},
		{"0 */20 * * * ?", "0 0/20 * * * ?", []string{"06-01T00:20", "06-01T00:40", "06-01T01:00"}},
		{"0 */20 * * * *", "0 0/20 * * * ?", []string{"06-01T00:20", "06-01T00:40", "06-01T01:00"}},
		{"rate(5m)", "rate(5m)", []string{"06-01T00:05", "06-01T00:10"}},
		{"at(2022-06-06 13:15:30 Asia/Shanghai)", "at(2022-06-06 13:15:30 Asia/Shanghai)", []string{"2022-06-06T05:15:30"}},
		{"at(2022-06-06 13:15:30 GMT-7:00)", "at(2022-06-06 13:15:30 GMT-7:00)", []string{"2022-06-06T20:15:30"}},
		{"at(2022-06-06 13:15:30)", "at(2022-06-06 13:15:30 UTC)", []string{"2022-06-06T13:15:30"}},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			t.Parallel()
			s, err := frequency.Parse(tt.expr)
			require.NoError(t, err)
			assert.Equal(t, tt.canonical, s.String())
			assert.Equal(t, fullTimes(tt.next), firings(s, base, len(tt.next)))
		})
	}
}

func TestVectors(t *testing.T) {
	t.Parallel()
	const end = "end" // in a list of firings, says that no firing follows
	tests := []struct {
		name, expr string
		next       []string
	}{
		{"last day", "0 15 10 L * ?", []string{"06-30T10:15", "07-31T10:15", "08-31T10:15", "09-30T10:15"}},
		{"last workday", "0 15 10 LW * ?", []string{"06-30T10:15", "07-29T10:15", "08-31T10:15", "09-30T10:15"}},
		{"nearest to a Sunday", "0 0 0 5W * ?", []string{"06-06", "07-05", "08-05", "09-05"}},
		{"nearest to a Saturday", "0 0 0 6W * ?", []string{"06-06", "07-06", "08-05", "09-06"}},
		{"nearest stays in the month at its beginning", "0 0 0 1W 10 ?", []string{"2022-10-03", "2023-10-02", "2024-10-01"}},
		{"nearest stays in the month at its end", "0 0 0 30W 4 ?", []string{"2023-04-28", "2024-04-30"}},
		{"nearest to the 31st", "0 0 0 31W * ?", []string{"07-29", "08-31", "10-31", "12-30"}},
		{"last Saturday", "0 15 10 ? * 6L", []string{"06-25T10:15", "07-30T10:15", "08-27T10:15", "09-24T10:15"}},
		{"last Sunday", "0 15 10 ? * 7L", []string{"06-26T10:15", "07-31T10:15", "08-28T10:15", "09-25T10:15"}},
		{"third Saturday", "0 15 10 ? * 6#3", []string{"06-18T10:15", "07-16T10:15", "08-20T10:15", "09-17T10:15"}},
		{"second Thursday", "0 15 10 ? * 4#2", []string{"06-09T10:15", "07-14T10:15", "08-11T10:15", "09-08T10:15"}},
		{"fifth Friday", "0 0 0 ? * 5#5", []string{"07-29", "09-30", "12-30", "2023-03-31"}},
		{"names", "0 0 12 ? JAN-MAR MON#1", []string{"2023-01-02T12:00", "2023-02-06T12:00", "2023-03-06T12:00", "2024-01-01T12:00"}},
		{"1 is Monday", "0 15 10 ? * 1", []string{"06-06T10:15", "06-13T10:15", "06-20T10:15"}},
		{"7 is Sunday", "0 15 10 ? * 7", []string{"06-05T10:15", "06-12T10:15"}},
		// Agents do not fire this schedule on Sunday. This package follows the documentation.
		{"step from Monday", "0 15 10 ? * 1/2", []string{"06-01T10:15", "06-03T10:15", "06-05T10:15", "06-06T10:15", "06-08T10:15"}},
		{"step over the week", "0 0 0 ? * */2", []string{"06-03", "06-05", "06-06", "06-08"}},
		{"both day fields", "0 0 0 13 * 5", []string{"06-03", "06-10", "06-13", "06-17"}},
		{"step over the month", "0 0 0 1/10 * ?", []string{"06-11", "06-21", "07-01", "07-11", "07-21", "07-31"}},
		{"first and last", "0 0 0 1,L * ?", []string{"06-30", "07-01", "07-31", "08-01"}},
		{"leap day", "0 0 0 29 2 ?", []string{"2024-02-29", "2028-02-29"}},
		{"no such day", "0 0 0 31 2 ?", []string{end}},
		{"no fifth in February", "0 0 0 ? 2 1#5 2022-2023", []string{end}},
		{"two minutes of an hour", "0 10,44 14 ? 3 WED", []string{"2023-03-01T14:10", "2023-03-01T14:44", "2023-03-08T14:10"}},
		{"every other year", "0 0/5 14 * 10 ? 2022/2", []string{"10-01T14:00", "10-01T14:05"}},
		{"a range of years", "0 0 0 1 1 ? 2022-2024", []string{"2023-01-01", "2024-01-01", end}},
		{"a range of years with a step", "0 0 0 1 1 ? 2022-2030/3", []string{"2025-01-01", "2028-01-01", end}},
		{"years counted from 1970", "0 0 0 1 1 ? */2", []string{"2024-01-01", "2026-01-01", "2028-01-01"}},
		{"a year that has passed", "0 0 0 1 1 ? 2020", []string{end}},
		{"a gap of one second", "0/59 * * * * ?", []string{"2022-06-01T00:00:59", "2022-06-01T00:01:00", "2022-06-01T00:01:59"}},
		{"an uneven step", "*/7 * * * * ?", []string{"2022-06-01T00:00:07", "2022-06-01T00:00:14"}},
		{"documented Sunday", "0 0 0 ? * L", []string{"06-05", "06-12"}},
		{"a range that ends on Sunday", "0 0 0 ? * FRI-SUN", []string{"06-03", "06-04", "06-05", "06-10"}},
		{"last year", "0 0 0 31 12 ? 2099", []string{"2099-12-31", end}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := frequency.Parse(tt.expr + " UTC")
			require.NoError(t, err)
			want, n := tt.next, len(tt.next)
			if want[n-1] == end {
				want = want[:n-1]
			}
			assert.Equal(t, fullTimes(want), firings(s, base, n))
		})
	}
}

func TestClockChanges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, expr, after string
		next              []string
	}{
		{"a skipped time does not fire", "0 30 2 * * ? America/New_York", "2022-03-12T00:00:00Z",
			[]string{"2022-03-12T07:30:00Z", "2022-03-14T06:30:00Z"}},
		{"a repeated time fires twice", "0 30 1 * * ? America/New_York", "2022-11-06T00:00:00Z",
			[]string{"2022-11-06T05:30:00Z", "2022-11-06T06:30:00Z", "2022-11-07T06:30:00Z"}},
		{"a repeated time fires twice also once a year", "0 30 1 6 11 ? America/New_York", "2022-11-06T00:00:00Z",
			[]string{"2022-11-06T05:30:00Z", "2022-11-06T06:30:00Z", "2023-11-06T06:30:00Z"}},
		{"hourly work goes on through a gap", "0 0 * * * ? Europe/Berlin", "2022-03-27T00:00:00Z",
			[]string{"2022-03-27T01:00:00Z", "2022-03-27T02:00:00Z"}},
		{"a missing midnight is passed over", "0 0 0 * * ? America/Sao_Paulo", "2018-11-03T12:00:00Z",
			[]string{"2018-11-05T02:00:00Z"}},
		{"half an hour is skipped", "0 15 2 * * ? Australia/Lord_Howe", "2022-10-01T00:00:00Z",
			[]string{"2022-10-02T15:15:00Z"}},
		{"a whole day is skipped", "0 0 12 30 12 ? Pacific/Apia", "2010-12-31T12:00:00Z",
			[]string{"2012-12-29T22:00:00Z"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			after, err := time.Parse(time.RFC3339, tt.after)
			require.NoError(t, err)
			assert.Equal(t, tt.next, firings(frequency.MustParse(tt.expr), after, len(tt.next)))
		})
	}
}
