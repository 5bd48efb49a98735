package fleet

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestASizeOfATotalIsRoundedUpForWavesAndDownForLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		size     Size
		total    int
		up, down int
	}{
		{"a count is itself", Count(10), 100, 10, 10},
		{"a count larger than the total is itself", Count(10), 3, 10, 10},
		{"a count of nothing is nothing", Count(0), 3, 0, 0},
		{"a whole share is exact", Percent(10), 10, 1, 1},
		{"a share with decimals is exact", Percent(0.1), 1000, 1, 1},
		{"a share that a float64 cannot hold is exact", Percent(0.7), 1000, 7, 7},
		{"a sum of floats is what it means", Percent(0.1 + 0.2), 1000, 3, 3},
		{"the smallest share", Percent(0.0001), 1_000_000, 1, 1},
		{"the smallest share of one more", Percent(0.0001), 1_000_001, 2, 1},
		{"a share of few is at least one", Percent(1), 3, 1, 0},
		{"a share of nothing is at least one", Percent(50), 0, 1, 0},
		{"no share is at least one", Percent(0), 10, 1, 0},
		{"a half of an odd number", Percent(50), 7, 4, 3},
		{"all", Percent(100), 7, 7, 7},
		{"all of the largest number", Percent(100), math.MaxInt, math.MaxInt, math.MaxInt},
		{"no limit is all", NoLimit(), 7, 7, 7},
		{"unset is all", Size{}, 7, 7, 7},
		{"a size that is not valid is nothing", Count(-1), 7, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.up, c.size.roundUp(c.total), "up")
			assert.Equal(t, c.down, c.size.roundDown(c.total), "down")
		})
	}
}

func TestOnlyTheZeroSizeIsUnsetAndOnlyNoneIsUnlimited(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		size           Size
		set, unlimited bool
	}{{Size{}, false, false}, {NoLimit(), true, true}, {Count(0), true, false}, {Percent(0), true, false}, {Percent(100), true, false}, {Count(-1), true, false}} {
		assert.Equal(t, c.set, c.size.isSet(), "%#v", c.size)
		assert.Equal(t, c.unlimited, c.size.unlimited(), "%#v", c.size)
		assert.Equal(t, !c.set, c.size.IsZero(), "%#v", c.size)
	}
}

func TestNoShareOfAnyTotalOverflows(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(16, 1))
	for range 10_000 {
		steps, total := random.IntN(stepsInAll+1), random.IntN(math.MaxInt)
		size := Size{kind: sizeShare, amount: steps}
		down, rest := new(big.Int).DivMod(new(big.Int).Mul(big.NewInt(int64(steps)), big.NewInt(int64(total))), big.NewInt(stepsInAll), new(big.Int))
		up := new(big.Int).Add(down, big.NewInt(int64(rest.Sign())))
		assert.Equal(t, down.Int64(), int64(size.roundDown(total)), "%s of %d", size, total)
		assert.Equal(t, max(up.Int64(), 1), int64(size.roundUp(total)), "%s of %d", size, total)
	}
}
