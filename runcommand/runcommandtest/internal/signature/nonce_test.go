package signature

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestNoncesAreKeptWhileTheirDatesAreValid(t *testing.T) {
	t.Parallel()
	var table nonceTable
	start := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	assert.True(t, table.use("n", start))
	for _, later := range []time.Duration{0, maxSkew, nonceWindow - 1, nonceWindow, 2*nonceWindow - 1} {
		assert.False(t, table.use("n", start.Add(later)), "after %s", later)
		assert.True(t, table.use(later.String(), start.Add(later)))
	}
	assert.True(t, table.use("n", start.Add(2*nonceWindow)), "a date of that time would be refused")
}

func TestTheNumberOfNoncesIsBounded(t *testing.T) {
	t.Parallel()
	var table nonceTable
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	for i := range 5 * maxNonces / 2 {
		assert.True(t, table.use(strconv.Itoa(i), now))
	}
	assert.LessOrEqual(t, len(table.current)+len(table.older), 2*maxNonces)
	assert.True(t, table.used(strconv.Itoa(3*maxNonces/2)), "the latest are always kept")
}
