package frequency_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestMinIntervalAgreesWithListingEveryDay(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(10, 60))
	for range 600 {
		fields := randomFields(r)
		expr := strings.Join(fields, " ")
		want := newOracle(fields).minInterval()
		if got := frequency.MustParse(expr).MinInterval(); got != want {
			t.Fatalf("%s: want %s, got %s", expr, want, got)
		}
	}
}

func TestMinInterval(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	tests := []struct {
		expr string
		want time.Duration
	}{
		{"rate(90s)", 90 * time.Second},
		{"at(2022-06-06 13:15:30)", 0},
		{"* * * * * ?", time.Second},
		{"0/59 * * * * ?", time.Second},
		{"*/7 * * * * ?", 4 * time.Second},
		{"0/10 * * * * ?", 10 * time.Second},
		{"0 0/30 9-17 * * ?", 30 * time.Minute},
		{"0 55 23 L * ?", 28 * day},
		{"0 0,55 0,23 * * ?", 5 * time.Minute},
		{"0 15 10 * * ?", day},
		{"0 0 0 ? * 1,5", 3 * day},
		{"0 0 0 29 2 ?", 1461 * day},
		{"0 0 0 ? 2 1#5", 10227 * day}, // the gap is 28 years
		{"0 0 0 31 2 ?", 0},
		{"0 0 0 1 1 ? 2030", 0},
		{"0 0 0,12 1 1 ? 2030", 12 * time.Hour},
		{"0 0 0 1 1 ? 2030,2040", 3652 * day},
		{"0 0 0 1W,31W * ?", day},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, frequency.MustParse(tt.expr).MinInterval(), tt.expr)
	}
	assert.Zero(t, frequency.Schedule{}.MinInterval())
}
