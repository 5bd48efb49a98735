package runcommand_test

import (
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// rounds is how often a test repeats itself: the normal number, or the short one
// with -short and under the race detector, which makes everything ten times
// slower. Every test runs in both cases; it tries fewer seeds or sizes.
func rounds(normal, short int) int {
	if testing.Short() || raceDetector {
		return short
	}
	return normal
}

// seeds returns the seeds that a test tries: 0, 1, 2 and so on, as many as
// rounds says. RUNCOMMAND_SEED names a single seed in place of them, to repeat a
// failure.
func seeds(tb testing.TB, normal, short int) []uint64 {
	tb.Helper()
	if text := os.Getenv("RUNCOMMAND_SEED"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		require.NoError(tb, err, "RUNCOMMAND_SEED")
		return []uint64{seed}
	}
	list := make([]uint64, rounds(normal, short))
	for i := range list {
		list[i] = uint64(i)
	}
	return list
}

// soakSeeds returns the seeds of a test whose number RUNCOMMAND_SOAK can raise,
// as `make soak` does.
func soakSeeds(tb testing.TB, normal, short int) []uint64 {
	tb.Helper()
	if text := os.Getenv("RUNCOMMAND_SOAK"); text != "" {
		n, err := strconv.Atoi(text)
		require.NoError(tb, err, "RUNCOMMAND_SOAK")
		return seeds(tb, n, n)
	}
	return seeds(tb, normal, short)
}
