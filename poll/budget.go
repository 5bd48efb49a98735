package poll

import (
	"sync"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// ErrBudget is joined to the error of a call whose retry the [Budget] refused.
var ErrBudget = errors.New("poll: retry budget is spent")

// DefaultBudget is the capacity of a zero Budget: 100 retries.
const DefaultBudget = 500

// What a retry costs and what a success gives back, in the tokens of a Budget:
// the figures of the AWS SDK's standard retry mode.
const (
	retryCost   = 5
	timeoutCost = 10 // a retry after a time-out: the call before it cost the most
	firstRefund = 1  // a success without a retry
)

// A Budget bounds the retries of all calls that share it, so that a service in
// trouble is not asked many times over by every one of them. It is a token
// bucket: a retry takes 5 tokens, one after a time-out 10; a success at the
// first attempt gives 1 back, a success after retries what its last retry
// took. Calls themselves are never refused, only their retries.
//
// The zero value is a full budget of [DefaultBudget] tokens; a nil *Budget is
// unlimited. A Budget is safe for concurrent use and must not be copied.
type Budget struct {
	mu       sync.Mutex
	capacity int // 0: DefaultBudget
	spent    int
}

// NewBudget returns a full budget of that many tokens. Zero or less is
// [DefaultBudget].
func NewBudget(capacity int) *Budget {
	return &Budget{capacity: max(capacity, 0)}
}

// Left returns the number of tokens in the budget, and -1 where it is unlimited.
func (b *Budget) Left() int {
	if b == nil {
		return -1
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.left()
}

func (b *Budget) left() int {
	if b.capacity == 0 {
		return DefaultBudget - b.spent
	}
	return b.capacity - b.spent
}

// spend takes the price of a retry after err and returns it, or -1 when there
// is not enough left.
func (b *Budget) spend(err error) int {
	if b == nil {
		return 0
	}
	cost := retryCost
	if isTimeout(err) {
		cost = timeoutCost
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left() < cost {
		return -1
	}
	b.spent += cost
	return cost
}

// giveBack returns tokens to the budget, which never holds more than it was
// made for.
func (b *Budget) giveBack(tokens int) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent = max(b.spent-tokens, 0)
}

// isTimeout follows net.Error and context.DeadlineExceeded, which both say so.
func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}
