package frequency_test

import (
	"encoding/json"
	"flag"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestZeroSchedule(t *testing.T) {
	t.Parallel()
	var s frequency.Schedule
	assert.True(t, s.IsZero())
	assert.Empty(t, s.String())
	assert.Equal(t, frequency.Kind(0), s.Kind())
	assert.Equal(t, "none", s.Kind().String())
	assert.True(t, s.Next(base).IsZero())
	for range s.All(base) {
		t.Fatal("the zero schedule fires")
	}
	_, ok := s.Last()
	assert.False(t, ok)
	assert.False(t, s.Endless())
	assert.Nil(t, s.Location())
	assert.Nil(t, s.Warnings(base))
	assert.True(t, s.Equal(frequency.Schedule{}))
	assert.False(t, s.Equal(frequency.MustParse("rate(5m)")))
}

func TestKindsAndZones(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expr string
		kind frequency.Kind
		name string
		zone string // "" when the schedule has no zone
	}{
		{"rate(5m)", frequency.KindRate, "rate", ""},
		{"at(2022-06-06 13:15:30)", frequency.KindAt, "at", "UTC"},
		{"at(2022-06-06 13:15:30 GMT-7:00)", frequency.KindAt, "at", "GMT-7:00"},
		{"0 0 0 * * ?", frequency.KindCron, "cron", ""},
		{"0 0 0 * * ? Asia/Shanghai", frequency.KindCron, "cron", "Asia/Shanghai"},
	}
	for _, tt := range tests {
		s := frequency.MustParse(tt.expr)
		assert.Equal(t, tt.kind, s.Kind(), tt.expr)
		assert.Equal(t, tt.name, s.Kind().String())
		assert.False(t, s.IsZero())
		assert.Equal(t, tt.kind == frequency.KindRate, s.Interval() > 0, tt.expr)
		if tt.zone == "" {
			assert.Nil(t, s.Location(), tt.expr)
		} else {
			assert.Equal(t, tt.zone, s.Location().String(), tt.expr)
		}
	}
}

func TestScheduleIsSmall(t *testing.T) {
	t.Parallel()
	assert.LessOrEqual(t, unsafe.Sizeof(frequency.Schedule{}), uintptr(112))
}

func TestEqualSchedulesHaveTheSameText(t *testing.T) {
	t.Parallel()
	same := [][2]string{
		{"rate(60m)", "rate(1h)"},
		{"0 0 0 ? * 5-7", "0 0 0 ? * FRI,SAT,SUN"},
		{"0 */20 * * * ?", "0 0/20 * * * *"},
		{"0 0 0 * * ? GMT", "0 0 0 * * ? UTC"},
	}
	for _, pair := range same {
		assert.True(t, frequency.MustParse(pair[0]).Equal(frequency.MustParse(pair[1])), "%v", pair)
	}
	different := [][2]string{
		{"rate(60m)", "rate(61m)"},
		{"0 0 0 * * ?", "0 0 0 * * ? UTC"},
		{"0 0 0 * * ?", "0 0 0 * * ? 2022"},
		{"at(2022-06-06 13:15:30)", "at(2022-06-06 13:15:31)"},
		{"at(2022-06-06 13:15:30 GMT+1:00)", "at(2022-06-06 12:15:30)"},
		{"0 0 0 * * ? Asia/Shanghai", "0 0 0 * * ? Asia/Tokyo"},
	}
	for _, pair := range different {
		assert.False(t, frequency.MustParse(pair[0]).Equal(frequency.MustParse(pair[1])), "%v", pair)
	}
}

func TestTheTextOfARandomScheduleParsesToAnEqualOne(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		expr := strings.Join(randomFields(r), " ")
		s := frequency.MustParse(expr)
		again, err := frequency.Parse(s.String())
		require.NoError(t, err, expr)
		if !again.Equal(s) || again.String() != s.String() {
			t.Fatalf("%s became %s, which became %s", expr, s, again)
		}
	}
}

func TestEndless(t *testing.T) {
	t.Parallel()
	endless := []string{"rate(5m)", "0 0 0 * * ?", "0 0 0 * * ? *", "0 0 0 * * ? */2", "0 0 0 * * ? 2022/2", "0 0 0 * * ? 2022-2099", "0 0 0 29 2 ?", "0 0 0 1 1 ? 1981/59"}
	for _, expr := range endless {
		s := frequency.MustParse(expr)
		assert.True(t, s.Endless(), expr)
		_, ok := s.Last()
		assert.False(t, ok, expr)
	}
	bounded := map[string]string{
		"0 0 0 1 1 ? 1970,2034,2098":                   "2098-01-01T00:00:00Z",
		"0 0 0 1 1 ? 1979,2039,2099":                   "2099-01-01T00:00:00Z",
		"at(2022-06-06 13:15:30 Asia/Shanghai)":        "2022-06-06T05:15:30Z",
		"0 0 0 1 1 ? 2022-2024":                        "2024-01-01T00:00:00Z",
		"0 0 0 1 1 ? 2099 Asia/Shanghai":               "2098-12-31T16:00:00Z",
		"0/7 0/9 8-20/5 ? * 6#3 2022":                  "2022-12-17T18:54:56Z",
		"0 0 0 29 2 ? 2022-2031":                       "2028-02-29T00:00:00Z",
		"0 30 1 ? 11 7#1 2022 America/New_York":        "2022-11-06T06:30:00Z",
		"0 30 2 10-13 3 ? 2022 America/New_York":       "2022-03-12T07:30:00Z",
		"10,50 15,30 1,2 13 3 ? 2022 America/New_York": "2022-03-13T06:30:50Z",
		"0 0 0 1 1 ? 2022,2098 GMT-12:59":              "2098-01-01T12:59:00Z",
		"59 59 23 31 12 ? 2096,2097,2099 Asia/Tehran":  "2099-12-31T20:29:59Z",
	}
	for expr, want := range bounded {
		s := frequency.MustParse(expr)
		assert.False(t, s.Endless(), expr)
		last, ok := s.Last()
		assert.True(t, ok, expr)
		assert.Equal(t, want, last.UTC().Format(time.RFC3339), expr)
	}
	for _, expr := range []string{"0 0 0 31 2 ?", "0 0 0 30 2 ? 2022", "0 30 2 13 3 ? 2022 America/New_York"} {
		s := frequency.MustParse(expr)
		_, ok := s.Last()
		assert.False(t, ok, expr)
		assert.False(t, s.Endless(), expr)
	}
}

func TestNextOfRateAndMoment(t *testing.T) {
	t.Parallel()
	shanghai := loadLocation(t, "Asia/Shanghai")
	after := time.Date(2022, 6, 1, 0, 0, 0, 500, shanghai)
	rate := frequency.MustParse("rate(90s)")
	assert.Equal(t, after.Add(90*time.Second), rate.Next(after), "in after's own location, fraction and all")
	assert.Equal(t, time.Now().Round(0).Add(90*time.Second).Unix()/3600, rate.Next(time.Now()).Unix()/3600)
	assert.NotContains(t, rate.Next(time.Now()).String(), "m=", "no monotonic reading: a firing is a wall clock moment")
	assert.Equal(t, []string{"2022-05-31T16:01:30Z", "2022-05-31T16:03:00Z", "2022-05-31T16:04:30Z"}, firings(rate, after, 3))

	at := frequency.MustParse("at(2022-06-06 13:15:30 Asia/Shanghai)")
	moment := time.Date(2022, 6, 6, 13, 15, 30, 0, shanghai)
	assert.True(t, at.Next(moment.Add(-1)).Equal(moment))
	assert.Equal(t, "Asia/Shanghai", at.Next(base).Location().String())
	assert.True(t, at.Next(moment).IsZero(), "strictly after")
	assert.Equal(t, []string{"2022-06-06T05:15:30Z"}, firings(at, base, 3))
}

func TestNextIsInTheZoneOfTheSchedule(t *testing.T) {
	t.Parallel()
	tokyo := loadLocation(t, "Asia/Tokyo")
	after := time.Date(2022, 6, 1, 12, 0, 0, 0, tokyo)
	assert.Equal(t, "2022-06-02T10:15:00+09:00", frequency.MustParse("0 15 10 * * ?").Next(after).Format(time.RFC3339))
	assert.Equal(t, "2022-06-02T10:15:00+08:00", frequency.MustParse("0 15 10 * * ? Asia/Shanghai").Next(after).Format(time.RFC3339))
	assert.Equal(t, "2022-06-02T10:15:00-07:00", frequency.MustParse("0 15 10 2 6 ? 2022 GMT-7:00").Next(after).Format(time.RFC3339))
}

func TestNextOfTheEarliestAndLatestInstants(t *testing.T) {
	t.Parallel()
	for _, loc := range []*time.Location{time.UTC, loadLocation(t, "America/New_York"), time.FixedZone("far", 26*3600), time.FixedZone("west", -26*3600)} {
		s := frequency.MustParse("0 0 0 * * ?")
		first := s.Next(time.Unix(math.MinInt64/2, 0).In(loc))
		assert.Equal(t, "1970-01-01 00:00:00", first.Format(time.DateTime), loc)
		assert.True(t, s.Next(time.Unix(math.MaxInt64/2, 0).In(loc)).IsZero())
		last := time.Date(2099, 12, 31, 0, 0, 0, 0, loc)
		assert.True(t, s.Next(last.Add(-time.Second)).Equal(last), loc)
		assert.True(t, s.Next(last).IsZero(), loc)
		assert.True(t, s.Next(last.AddDate(0, 0, 1)).IsZero(), loc)
	}
}

func TestAllCanBeRangedOverAgain(t *testing.T) {
	t.Parallel()
	for _, expr := range []string{"0 0 0 1 1 ? 2023-2024 UTC", "at(2023-01-01 00:00:00)"} {
		all := frequency.MustParse(expr).All(base)
		for range 2 {
			n := 0
			for at := range all {
				assert.Equal(t, 1, at.YearDay())
				n++
			}
			assert.Positive(t, n)
		}
	}
}

func TestJSONAndFlags(t *testing.T) {
	t.Parallel()
	type file struct {
		Frequency frequency.Schedule `json:"frequency,omitzero"`
	}
	var f file
	require.NoError(t, json.Unmarshal([]byte(`{"frequency": "0 */20 * * * ?"}`), &f))
	text, err := json.Marshal(f)
	require.NoError(t, err)
	assert.JSONEq(t, `{"frequency": "0 0/20 * * * ?"}`, string(text))
	require.ErrorContains(t, json.Unmarshal([]byte(`{"frequency": "0 61 * * * ?"}`), &f), "61 is above 59")
	assert.Equal(t, "0 0/20 * * * ?", f.Frequency.String(), "unchanged by an error")
	require.NoError(t, json.Unmarshal([]byte(`{"frequency": ""}`), &f))
	assert.True(t, f.Frequency.IsZero())
	text, err = json.Marshal(f)
	require.NoError(t, err)
	assert.JSONEq(t, `{}`, string(text))

	var s frequency.Schedule
	flags := flag.NewFlagSet("test", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Var(&s, "every", "when to run")
	require.NoError(t, flags.Parse([]string{"-every", "rate(5m)"}))
	assert.Equal(t, "rate(5m)", s.String())
	assert.Equal(t, frequency.MustParse("rate(5m)"), flags.Lookup("every").Value.(flag.Getter).Get())
	require.ErrorContains(t, flags.Parse([]string{"-every", "rate(5)"}), "frequency: rate:")
	require.ErrorContains(t, flags.Parse([]string{"-every", ""}), "empty", "a flag needs a schedule")
	assert.Equal(t, "rate(5m)", s.String(), "unchanged by an error")

	appended, err := s.AppendText([]byte("Frequency="))
	require.NoError(t, err)
	assert.Equal(t, "Frequency=rate(5m)", string(appended))
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 0))
			for range 200 {
				zone := oracleZones[r.IntN(len(oracleZones))]
				s, err := frequency.Parse("0 15 10 * * ? " + zone)
				if assert.NoError(t, err) {
					assert.False(t, s.Next(base).IsZero())
					assert.Same(t, s.Location(), frequency.MustParse(s.String()).Location())
				}
			}
		})
	}
	wg.Wait()
}
