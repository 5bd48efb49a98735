package frequency_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestEveryOffsetInTheDocumentedRange(t *testing.T) {
	t.Parallel()
	for minutes := -14 * 60; minutes <= 16*60; minutes++ {
		sign, n := '+', minutes
		if minutes < 0 {
			sign, n = '-', -minutes
		}
		name := fmt.Sprintf("GMT%c%d:%02d", sign, n/60, n%60)
		s, err := frequency.Parse("0 0 12 * * ? " + name)
		if minutes < -(12*60+59) || minutes > 14*60+59 {
			parseErr, ok := errors.AsType[*frequency.ParseError](err)
			require.True(t, ok, name)
			assert.Equal(t, "zone", parseErr.Field, name)
			continue
		}
		require.NoError(t, err, name)
		noon := s.Next(base)
		assert.Equal(t, 12, noon.Hour(), name)
		_, offset := noon.Zone()
		assert.Equal(t, minutes*60, offset, name)
		if minutes != 0 {
			assert.Equal(t, name, s.Location().String())
			assert.Equal(t, "0 0 12 * * ? "+name, s.String())
		}
	}
}

func TestAZoneIsLoadedOnce(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Asia/Shanghai", "GMT+5:45", "UTC", "America/Argentina/ComodRivadavia", "Etc/GMT+12", "America/Port-au-Prince"} {
		first := frequency.MustParse("0 0 12 * * ? " + name)
		second := frequency.MustParse("0 0 12 * * ? " + name)
		assert.Same(t, first.Location(), second.Location(), name)
		assert.Equal(t, first, second, name)
	}
}

// The offsets of a zone are computed once for all years. They must equal the offsets of package time
// on every day, also in years for which package time computes the offset from a rule.
func TestNoonIsNoonEveryDayInEveryZone(t *testing.T) {
	t.Parallel()
	for _, zone := range oracleZones {
		s := frequency.MustParse("0 0 12 * * ? " + zone)
		loc := s.Location()
		day := time.Date(2029, 12, 31, 12, 0, 0, 0, loc)
		for noon := range s.All(time.Date(2030, 1, 1, 0, 0, 0, 0, loc)) {
			day = time.Date(day.Year(), day.Month(), day.Day()+1, 12, 0, 0, 0, loc)
			if !noon.Equal(day) {
				t.Fatalf("%s: want %s, got %s", zone, day, noon)
			}
		}
		assert.Equal(t, "2099-12-31 12:00:00", day.Format(time.DateTime), zone)
	}
}

// The zones of this test have offsets that are not whole minutes, skipped days, repeated half
// hours, and changes that skip two hours.
func TestUnusualZonesOfThePast(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, expr, after string
		next              []string
	}{
		{"an offset of 44 minutes and 30 seconds", "0 0 0 1 1 ? Africa/Monrovia", "1970-06-01T00:00:00Z",
			[]string{"1971-01-01T00:44:30Z", "1972-01-01T00:44:30Z", "1973-01-01T00:00:00Z"}},
		{"a day that never was, west of the date line", "0 0 12 21 8 ? Pacific/Kwajalein", "1993-01-01T00:00:00Z",
			[]string{"1994-08-21T00:00:00Z", "1995-08-21T00:00:00Z"}},
		{"half an hour twice", "0 45 1 * * ? Australia/Lord_Howe", "2022-04-01T20:00:00Z",
			[]string{"2022-04-02T14:45:00Z", "2022-04-02T15:15:00Z", "2022-04-03T15:15:00Z"}},
		{"two hours forward at once", "0 30 1,2,3 * * ? Antarctica/Troll", "2022-03-27T00:00:00Z",
			[]string{"2022-03-27T01:30:00Z", "2022-03-27T23:30:00Z"}},
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
