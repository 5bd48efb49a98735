package wire_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// This test is not parallel, since it counts all allocations of the process.
func TestAMomentThatHasNotComeTakesNoMemory(t *testing.T) {
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = wire.Time("") }))
}

func TestTimeReadsMomentsAndNothingElse(t *testing.T) {
	t.Parallel()
	moment := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for in, want := range map[string]time.Time{
		"2026-01-02T03:04:05Z":      moment,
		"2026-01-02T11:04:05+08:00": moment,
		" 2026-01-02T03:04:05Z ":    moment,
		"2026-01-02T03:04Z":         moment.Truncate(time.Minute),
		"2026-01-02T03:04:05.5Z":    moment.Add(500 * time.Millisecond),
		"":                          {},
		"null":                      {},
		"yesterday":                 {},
		"2026-13-02T03:04:05Z":      {},
		"1767323045":                {},
	} {
		got := wire.Time(in)
		assert.True(t, want.Equal(got), "%q: %v", in, got)
		assert.Equal(t, time.UTC, got.Location(), in)
	}
}
