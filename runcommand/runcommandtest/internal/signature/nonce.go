package signature

import "time"

// A nonceTable keeps the nonces of accepted signatures for as long as their dates could
// be accepted again. It holds two sets. When nonceWindow has passed, or the current set
// is full, a new set begins and the older set is dropped. So the memory is bounded, and
// the nonces of the last maxNonces requests are always kept.
type nonceTable struct {
	current, older map[string]struct{}
	started        time.Time
}

const (
	nonceWindow = 2 * maxSkew
	maxNonces   = 100_000
)

// use adds a nonce and reports whether it was new.
func (t *nonceTable) use(nonce string, at time.Time) bool {
	if t.current == nil || len(t.current) >= maxNonces || at.Sub(t.started) >= nonceWindow {
		t.older, t.current, t.started = t.current, map[string]struct{}{}, at
	}
	if t.used(nonce) {
		return false
	}
	t.current[nonce] = struct{}{}
	return true
}

func (t *nonceTable) used(nonce string) bool {
	_, current := t.current[nonce]
	_, older := t.older[nonce]
	return current || older
}
