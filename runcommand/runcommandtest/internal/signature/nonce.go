package signature

import "time"

// A nonceTable keeps the nonces of accepted requests, to refuse a request that is sent
// again. A nonce is needed only while the date of its request is still accepted. The
// table holds two sets of nonces. When nonceWindow has passed, or the current set is
// full, a new set begins and the older set is dropped. So the memory is bounded, and
// the nonces of the last maxNonces accepted requests are always kept.
type nonceTable struct {
	current, older map[string]struct{}
	started        time.Time
}

const (
	nonceWindow = 2 * maxSkew
	maxNonces   = 100_000
)

// use adds a nonce to the table and reports whether the nonce was new.
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
