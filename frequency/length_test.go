package frequency_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestAnExpressionAboveMaxLengthIsRefused(t *testing.T) {
	t.Parallel()
	const valid = "0 15 10 * * ?"
	padded := valid + strings.Repeat(" ", frequency.MaxLength-len(valid))
	s, err := frequency.Parse(padded)
	require.NoError(t, err, "as long as can be")
	assert.Equal(t, valid, s.String())

	tests := []struct {
		name, expr string
		read       func(string) (frequency.Schedule, error)
	}{
		{"one blank more", padded + " ", frequency.Parse},
		{"a megabyte of digits", strings.Repeat("9", 1<<20), frequency.Parse},
		{"a megabyte of list", "0 " + strings.Repeat("0,", 1<<19) + "0 * * * ?", frequency.Parse},
		{"a megabyte for Cron", padded + strings.Repeat(" ", 1<<20), func(expr string) (frequency.Schedule, error) { return frequency.Cron(expr, time.UTC) }},
		{"a megabyte of text", strings.Repeat("rate(", 1<<18), func(expr string) (s frequency.Schedule, err error) { return s, s.UnmarshalText([]byte(expr)) }},
		{"wide characters cut in two", strings.Repeat("０", frequency.MaxLength), frequency.Parse},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := tt.read(tt.expr)
			var pe *frequency.ParseError
			require.ErrorAs(t, err, &pe)
			assert.True(t, s.IsZero())
			assert.Equal(t, frequency.MaxLength, pe.Offset)
			assert.Empty(t, pe.Field)
			text := pe.Error()
			assert.True(t, strings.HasPrefix(text, "frequency: an expression has at most 2048 bytes\n\t…"), text)
			assert.Less(t, len(text), 300)
		})
	}
}

// The longest text that String can write can be parsed again. It has a list of pairs of values in
// every field, since a pair is not written as a range. It also has every rule for days.
func TestTheLongestCanonicalTextCanBeParsed(t *testing.T) {
	t.Parallel()
	pairs := func(first, last int) []string {
		var list []string
		for n := first; n <= last; n++ {
			if (n-last)%3 != -2 {
				list = append(list, strconv.Itoa(n))
			}
		}
		return list
	}
	dates, weekdays := append(pairs(1, 31), "L", "LW"), pairs(1, 7)
	for n := range 31 {
		dates = append(dates, fmt.Sprintf("%dW", n+1))
	}
	for n := range 7 {
		weekdays = append(weekdays, fmt.Sprintf("%dL", n+1))
		for k := range 5 {
			weekdays = append(weekdays, fmt.Sprintf("%d#%d", n+1, k+1))
		}
	}
	var fields []string
	for _, list := range [][]string{pairs(0, 59), pairs(0, 59), pairs(0, 23), dates, pairs(1, 12), weekdays, {"1970/3", "1971/3", "2099"}} {
		fields = append(fields, strings.Join(list, ","))
	}
	expr := strings.Join(append(fields, "America/Argentina/ComodRivadavia"), " ")
	s, err := frequency.Parse(expr)
	require.NoError(t, err)
	text := s.String()
	assert.Greater(t, len(text), 1000)
	assert.Less(t, len(text), frequency.MaxLength)
	again, err := frequency.Parse(text)
	require.NoError(t, err)
	assert.True(t, again.Equal(s))
}
