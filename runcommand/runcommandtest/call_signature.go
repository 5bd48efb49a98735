package runcommandtest

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// maxNonce is the longest nonce that is remembered.
const maxNonce = 128

// authenticate checks who sent a request, in this order: signature present and
// well formed, key known, token, date, nonce unused, signature. A nonce is used
// up by a good signature only. Dates and nonces live by the clock that callers
// share, which Advance leaves alone.
func (s *Server) authenticate(q *request) *refusal {
	p, refused := readProof(q)
	if refused != nil {
		return refused
	}
	cred, refused := s.findCredential(p)
	if refused != nil {
		return refused
	}
	now := s.clock.shared()
	if refused := checkDate(p.date, now); refused != nil {
		return refused
	}
	if len(p.nonce) > maxNonce {
		return refuse(errors.IncompleteSignature, "the nonce is longer than %d bytes", maxNonce)
	}
	if s.nonceUsed(p.nonce) {
		return nonceRefusal
	}
	verify := verifyV3
	if p.legacy {
		verify = verifyV1
	}
	if refused := verify(q, p, cred.AccessKeySecret); refused != nil {
		return refused
	}
	if !s.useNonce(p.nonce, now) {
		return nonceRefusal
	}
	return nil
}

var nonceRefusal = refuse(errors.SignatureNonceUsed, "the nonce was used before")

func readProof(q *request) (proof, *refusal) {
	switch {
	case q.header.Get("Authorization") != "":
		return proofV3(q)
	case q.params["AccessKeyId"] != "":
		return proofV1(q)
	}
	return proof{}, refuse(errors.MissingAccessKeyId, "the request carries no access key id")
}

func (s *Server) findCredential(p proof) (credential, *refusal) {
	for _, c := range s.opts.credentials {
		if c.AccessKeyID != p.keyID {
			continue
		}
		switch {
		case c.Disabled:
			return c, refuse(errors.InvalidAccessKeyIdInactive, "the access key is disabled")
		case c.SecurityToken != "" && p.token == "":
			return c, refuse(errors.MissingSecurityToken, "the access key is temporary and needs its security token")
		case c.SecurityToken == "" && p.token != "":
			return c, refuse(errors.InvalidSecurityTokenMismatchWithAccessKey, "the security token belongs to another access key")
		case c.SecurityToken != p.token:
			return c, refuse(errors.InvalidSecurityTokenMalformed, "the security token is not valid")
		}
		return c, nil
	}
	return credential{}, refuse(errors.InvalidAccessKeyIdNotFound, "the access key id is not known")
}

func (s *Server) nonceUsed(nonce string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nonces.used(nonce)
}

func (s *Server) useNonce(nonce string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nonces.use(nonce, now)
}
