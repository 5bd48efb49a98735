package runcommandtest

import (
	"crypto/sha256"
	"encoding/json"
	"maps"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest/internal/signature"
)

// maxTokens is the largest number of client tokens that are kept. The oldest are
// forgotten first.
const maxTokens = 100_000

// A tokenTable keeps every accepted client token with the reply to its call. The token
// of a refused call is not kept, so it may be used again. The ECS idempotence guide
// does not forbid this.
type tokenTable struct {
	entries map[tokenKey]tokenEntry
	order   []tokenKey
}

// A tokenKey is a client token with its region. The same token in two regions is two
// different keys.
type tokenKey struct{ region, token string }

// A tokenEntry is the accepted call of a client token.
type tokenEntry struct {
	fingerprint [sha256.Size]byte // hash of the parameters: see fingerprintOf
	reply       *runReply
	accepted    time.Time
}

// fingerprintOf returns a hash of the parameters that must be equal in a repeated call.
// These are all decoded parameters except the token. Blanks and the order of names
// inside the parameter Parameters do not change the hash.
func fingerprintOf(p parameters) [sha256.Size]byte {
	compared := maps.Clone(p)
	delete(compared, "ClientToken")
	var pairs map[string]string
	if json.Unmarshal([]byte(p["Parameters"]), &pairs) == nil {
		sorted, _ := json.Marshal(pairs) // the error is ignored: JSON can hold every map of strings
		compared["Parameters"] = string(sorted)
	}
	return sha256.Sum256([]byte(signature.Canonical(compared)))
}

// replay returns the reply to the earlier call with the same client token. It returns
// nil when the token is new, or older than the window of [WithIdempotencyWindow]. It
// refuses a token that was used with other parameters, and applies the faults of tokens.
func (s *Server) replay(token string, p parameters, now time.Time) (*runReply, *refusal) {
	if token == "" {
		return nil, nil
	}
	f, hit := s.takeFault(stageToken, runCommand)
	if hit && f.Kind == FaultTokenBusy {
		return nil, refuse(errors.IdempotentProcessing, "a request with this ClientToken is still in progress")
	}
	entry, ok := s.tokens.entries[tokenKey{p["RegionId"], token}]
	switch {
	case hit:
		return nil, refuse(errors.IdempotentParameterMismatch, "the ClientToken was used with other parameters")
	case !ok || now.Sub(entry.accepted) >= s.opts.idempotencyWindow:
		return nil, nil
	case entry.fingerprint != fingerprintOf(p):
		return nil, refuse(errors.IdempotentParameterMismatch, "the ClientToken was used with other parameters")
	}
	return entry.reply, nil
}

// remember keeps the reply to the call that has the client token.
func (s *Server) remember(token string, p parameters, reply *runReply, now time.Time) {
	if token == "" {
		return
	}
	b, key := &s.tokens, tokenKey{p["RegionId"], token}
	if _, again := b.entries[key]; !again {
		b.order = append(b.order, key)
	}
	b.entries[key] = tokenEntry{fingerprintOf(p), reply, now}
	for len(b.order) > maxTokens {
		delete(b.entries, b.order[0])
		b.order = b.order[1:]
	}
}
