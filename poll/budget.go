package poll

import (
	"sync"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// ErrBudget is joined to the error of a call when the [Budget] refuses to repeat the
// call.
var ErrBudget = errors.New("poll: retry budget is spent")

// DefaultBudget is the number of tokens of a zero Budget. They are enough for 100
// retries.
const DefaultBudget = 500

// These are the numbers of tokens that a retry takes from a Budget and that a success
// gives back. They are the same as in the standard retry mode of the AWS SDK.
const (
	retryCost   = 5
	timeoutCost = 10 // for a retry after a time-out, since a time-out costs the service more than other failures
	firstRefund = 1  // for a call that succeeds without a retry
)

// A Budget bounds the retries of all calls that share it, so that many failing calls
// do not add to the load of a service in trouble. It is a token bucket. A retry takes
// 5 tokens, and a retry after a time-out takes 10. A success at the first attempt gives
// 1 token back. A success after retries gives back the tokens that its last retry took. A
// Budget refuses only retries, never first attempts.
//
// The zero value is a full budget of [DefaultBudget] tokens; a nil *Budget is
// unlimited. A Budget is safe for concurrent use and must not be copied.
type Budget struct {
	mu       sync.Mutex
	capacity int // 0: DefaultBudget
	spent    int
}

// NewBudget returns a full budget with the given number of tokens. Zero or less means
// [DefaultBudget].
func NewBudget(capacity int) *Budget {
	return &Budget{capacity: max(capacity, 0)}
}

// Left returns the number of tokens in the budget, or -1 when it is unlimited.
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

// spend takes the tokens that a retry after err costs, and returns their number. It returns -1 when
// not enough tokens are left.
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

// giveBack returns tokens to the budget, up to its capacity.
func (b *Budget) giveBack(tokens int) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent = max(b.spent-tokens, 0)
}

// isTimeout reports whether err is a time-out. It asks the method Timeout, which net.Error and
// context.DeadlineExceeded have.
func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}
