package runcommand_test

import (
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// rounds returns how often a test repeats its steps. With -short, and under the race
// detector, this is the parameter short, because the race detector makes tests about ten
// times slower. Otherwise it is the parameter normal. No test is skipped: a short test only
// tries fewer seeds or sizes.
func rounds(normal, short int) int {
	if testing.Short() || raceDetector {
		return short
	}
	return normal
}

// seeds returns the seeds that a test tries: 0, 1, 2 and so on. Their number is the result
// of the function rounds. To repeat a failure, set RUNCOMMAND_SEED: the test then tries
// only that seed.
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

// soakSeeds returns the seeds of a test. The environment variable RUNCOMMAND_SOAK can raise
// their number, as in `make soak`.
func soakSeeds(tb testing.TB, normal, short int) []uint64 {
	tb.Helper()
	if text := os.Getenv("RUNCOMMAND_SOAK"); text != "" {
		n, err := strconv.Atoi(text)
		require.NoError(tb, err, "RUNCOMMAND_SOAK")
		return seeds(tb, n, n)
	}
	return seeds(tb, normal, short)
}
