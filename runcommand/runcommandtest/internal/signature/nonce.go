package signature

import "time"

// A nonceBook remembers the nonces of accepted signatures for as long as their
// dates could be accepted again, in two pages that are turned in time. A page
// that is full is turned early: memory is bounded, and at such a rate a nonce
// is still remembered for the last maxNonces requests.
type nonceBook struct {
	now, before map[string]struct{}
	turned      time.Time
}

const (
	nonceWindow = 2 * maxSkew
	maxNonces   = 100_000
)

// use enters a nonce and reports whether it was new.
func (b *nonceBook) use(nonce string, at time.Time) bool {
	if b.now == nil || len(b.now) >= maxNonces || at.Sub(b.turned) >= nonceWindow {
		b.before, b.now, b.turned = b.now, map[string]struct{}{}, at
	}
	if b.used(nonce) {
		return false
	}
	b.now[nonce] = struct{}{}
	return true
}

func (b *nonceBook) used(nonce string) bool {
	_, now := b.now[nonce]
	_, before := b.before[nonce]
	return now || before
}
