package signature

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestNoncesAreRememberedForAsLongAsTheirDatesAreGood(t *testing.T) {
	t.Parallel()
	var book nonceBook
	start := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	assert.True(t, book.use("n", start))
	for _, later := range []time.Duration{0, maxSkew, nonceWindow - 1, nonceWindow, 2*nonceWindow - 1} {
		assert.False(t, book.use("n", start.Add(later)), "after %s", later)
		assert.True(t, book.use(later.String(), start.Add(later)))
	}
	assert.True(t, book.use("n", start.Add(2*nonceWindow)), "a date of that time would be refused")
}

func TestNoncesTakeABoundedPlace(t *testing.T) {
	t.Parallel()
	var book nonceBook
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	for i := range 5 * maxNonces / 2 {
		assert.True(t, book.use(strconv.Itoa(i), now))
	}
	assert.LessOrEqual(t, len(book.now)+len(book.before), 2*maxNonces)
	assert.True(t, book.used(strconv.Itoa(3*maxNonces/2)), "the latest are remembered in any case")
}
