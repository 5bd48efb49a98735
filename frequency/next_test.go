package frequency_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// oracleZones are zones with unusual changes of the clock: at midnight, by half an hour, two or four
// times a year, or by whole days. The clocks of some zones never change.
var oracleZones = []string{
	"UTC", "Asia/Shanghai", "America/New_York", "Europe/London", "Europe/Berlin", "America/Sao_Paulo",
	"Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Asia/Tehran", "America/St_Johns", "Asia/Kathmandu",
	"Africa/Cairo", "Asia/Beirut", "America/Asuncion", "Antarctica/Troll", "Pacific/Chatham", "Pacific/Kwajalein", "America/Havana",
}

// randomInstant returns a random moment. It often chooses moments at which errors in calendars and
// clocks are likely.
func randomInstant(r *rand.Rand, loc *time.Location) time.Time {
	year := 1973 + r.IntN(126)
	switch r.IntN(4) {
	case 0: // around a change of the clock
		t := time.Date(year, time.Month(1+r.IntN(12)), 1, 0, 0, 0, 0, loc)
		if _, end := t.ZoneBounds(); !end.IsZero() {
			return end.Add(time.Duration(r.IntN(4*3600)-2*3600) * time.Second)
		}
	case 1: // the end of a month, of February, of the year
		month := []time.Month{1, 2, 2, 12, time.Month(1 + r.IntN(12))}[r.IntN(5)]
		return time.Date(year, month+1, 1, 0, 0, r.IntN(7200)-3600, 0, loc)
	case 2: // between two whole seconds
		return time.Date(year, time.Month(1+r.IntN(12)), 1+r.IntN(31), r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(1e9), loc)
	}
	return time.Date(year, time.Month(1+r.IntN(12)), 1+r.IntN(31), r.IntN(24), r.IntN(60), r.IntN(60), 0, loc)
}

func TestNextAgreesWithTryingEverySecond(t *testing.T) {
	t.Parallel()
	const expressions, instants = 6000, 4
	r := rand.New(rand.NewPCG(2022, 6))
	compared := 0
	for range expressions {
		zone := oracleZones[r.IntN(len(oracleZones))]
		loc, err := time.LoadLocation(zone)
		require.NoError(t, err)
		fields := randomFields(r)
		o := newOracle(fields)
		expr := strings.Join(fields, " ")
		named, err := frequency.Parse(expr + " " + zone)
		require.NoError(t, err, expr)
		free, err := frequency.Parse(expr)
		require.NoError(t, err, expr)
		for range instants {
			after := randomInstant(r, loc)
			want := o.next(after, loc)
			got := named.Next(after.UTC())
			if !want.Equal(got) {
				t.Fatalf("%s %s after %s:\nwant %s\n got %s", expr, zone, after, want, got)
			}
			if got = free.Next(after); !want.Equal(got) {
				t.Fatalf("%s after %s, zone of the instant:\nwant %s\n got %s", expr, after, want, got)
			}
			compared++
		}
	}
	t.Logf("%d instants compared", compared)
}

func TestAllIsNextRepeated(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 11))
	for range 3000 {
		zone := oracleZones[r.IntN(len(oracleZones))]
		loc, err := time.LoadLocation(zone)
		require.NoError(t, err)
		expr := strings.Join(randomFields(r), " ")
		for _, s := range []frequency.Schedule{frequency.MustParse(expr + " " + zone), frequency.MustParse(expr)} {
			at, left := randomInstant(r, loc), 40
			for got := range s.All(at) {
				at = s.Next(at)
				if !got.Equal(at) {
					t.Fatalf("%s: want %s, got %s", s, at, got)
				}
				if left--; left == 0 {
					break
				}
			}
			if left > 0 {
				assert.True(t, s.Next(at).IsZero(), "%s ended early at %s", s, at)
			}
		}
	}
}

func TestLastIsTheEndOfAll(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 5))
	bounded := 0
	for range 3000 {
		zone := oracleZones[r.IntN(len(oracleZones))]
		fields := randomFields(r)
		s := frequency.MustParse(strings.Join(fields, " ") + " " + zone)
		last, ok := s.Last()
		never := s.Next(time.Time{}).IsZero()
		require.Equal(t, !s.Endless() && !never, ok, "%s", s)
		if !ok {
			continue
		}
		bounded++
		require.True(t, s.Next(last).IsZero(), "%s fires after its last firing %s", s, last)
		require.True(t, last.Equal(s.Next(last.Add(-time.Second))), "%s does not fire at its last firing %s", s, last)
	}
	require.Greater(t, bounded, 300)
}
