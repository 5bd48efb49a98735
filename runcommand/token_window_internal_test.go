package runcommand

import (
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

// TestATokenAgesByTheClockThatCountsMore is an internal test: it gives the readings of both
// clocks to tokenAge, because no test can suspend the machine or set its clock.
func TestATokenAgesByTheClockThatCountsMore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name            string
		monotonic, wall time.Duration
		old             bool
	}{
		{"both clocks agree", time.Minute, time.Minute, false},
		{"at the limit", tokenLifetime, tokenLifetime, false},
		{"just over the limit", tokenLifetime + 1, tokenLifetime + 1, true},
		{"the machine was suspended for an hour", time.Second, time.Hour, true},
		{"the wall clock was set back by a minute", 6 * time.Minute, 5 * time.Minute, true},
		{"the wall clock was set back to before the first attempt", time.Second, -time.Hour, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.old, tokenAge(c.monotonic, c.wall) > tokenLifetime)
		})
	}
}

// TestAMachineThatWasSuspendedTrustsNoToken moves the wall clock of a time.Time forward and
// leaves its monotonic clock unchanged, because the monotonic clock stands still while a
// machine is suspended.
func TestAMachineThatWasSuspendedTrustsNoToken(t *testing.T) {
	t.Parallel()
	before := tokenWindow{since: time.Now()}
	now := time.Now()
	assert.False(t, before.expired(now))
	assert.True(t, before.expired(awoken(now, time.Hour)))
	assert.False(t, before.expired(awoken(now, 4*time.Minute)))
}

// awoken returns the time t as time.Now would return it after the machine was suspended for
// d.
func awoken(t time.Time, d time.Duration) time.Time {
	const secondsAt = 30 // the position of the seconds in the first word of a time.Time that has both clocks
	raw := (*struct {
		wall uint64
		ext  int64
		loc  *time.Location
	})(unsafe.Pointer(&t)) //nolint:gosec // no public way leads to such a moment
	raw.wall += uint64(d/time.Second) << secondsAt
	return t
}

// A token window stays empty until an attempt may have been accepted. An empty window sets
// no time limit.
func TestAnEmptyTokenWindowNeverExpires(t *testing.T) {
	t.Parallel()
	assert.False(t, tokenWindow{}.expired(time.Now()))
	assert.False(t, tokenWindow{since: time.Now()}.expired(time.Now()))
	assert.True(t, tokenWindow{since: time.Now().Add(-tokenLifetime - time.Second)}.expired(time.Now()))
}
