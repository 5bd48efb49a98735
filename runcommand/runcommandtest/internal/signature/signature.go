// Package signature checks who has sent a request to the local service: access
// keys, security tokens, dates, nonces, and the two signatures of Alibaba Cloud.
package signature

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Credential is an access key that a Checker accepts.
type Credential struct {
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string // only for temporary (STS) credentials
	Disabled        bool   // calls are refused with InvalidAccessKeyId.Inactive
}

// A Request is the part of an HTTP request that signatures cover.
type Request struct {
	Method, Path, Host string
	Header             http.Header
	Body               []byte
	Query              map[string]string // the decoded parameters of the query
	Parameters         map[string]string // the decoded parameters of the query and of a form body
}

// An Error says why a request is refused: an error code and a sentence.
type Error struct {
	Code    errors.Code
	Message string
}

func (e *Error) Error() string { return e.Message }

func refuse(code errors.Code, format string, args ...any) *Error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

// A Checker checks signatures. It is safe for concurrent use.
type Checker struct {
	credentials []Credential

	mu     sync.Mutex
	nonces nonceTable
}

// NewChecker returns a Checker that accepts the given credentials.
func NewChecker(credentials []Credential) *Checker {
	return &Checker{credentials: credentials}
}

// maxNonce is the largest length of a nonce in bytes.
const maxNonce = 128

// Check checks a request that arrived at the time now, by a clock that all callers
// share. It checks in this order: the signature is present and well-formed, the key is
// known, the token is right, the date is right, the nonce is unused, the signature is
// right. A nonce is used up only when the signature is right.
func (c *Checker) Check(r *Request, now time.Time) *Error {
	p, refused := readProof(r)
	if refused != nil {
		return refused
	}
	key, refused := c.find(p)
	if refused != nil {
		return refused
	}
	if refused := checkDate(p.date, now); refused != nil {
		return refused
	}
	if len(p.nonce) > maxNonce {
		return refuse(errors.IncompleteSignature, "the nonce is longer than %d bytes", maxNonce)
	}
	if c.nonceUsed(p.nonce) {
		return nonceRefusal
	}
	verify := verifyV3
	if p.legacy {
		verify = verifyV1
	}
	if refused := verify(r, p, key.AccessKeySecret); refused != nil {
		return refused
	}
	if !c.useNonce(p.nonce, now) {
		return nonceRefusal
	}
	return nil
}

// mismatch refuses a wrong signature. Its text is that of the service, because the old
// Go SDK looks for "server string to sign is:", compares everything that follows with the
// text that it has signed itself, and advises to check the secret when both are equal.
func mismatch(text string) *Error {
	return refuse(errors.SignatureDoesNotMatch, "Specified signature is not matched with our calculation. server string to sign is:%s", text)
}

var nonceRefusal = refuse(errors.SignatureNonceUsed, "the nonce was used before")

// A proof has the parts of a request that show who has sent it.
type proof struct {
	keyID     string
	token     string // security token
	date      string
	nonce     string
	signature string
	headers   []string // names of the signed headers; only in the V3 signature
	legacy    bool     // the request has the V1 signature
}

func readProof(r *Request) (proof, *Error) {
	switch {
	case r.Header.Get("Authorization") != "":
		return proofV3(r)
	case r.Parameters["AccessKeyId"] != "":
		return proofV1(r)
	}
	return proof{}, refuse(errors.MissingAccessKeyId, "the request carries no access key id")
}

// find returns the credential whose access key id the request has.
func (c *Checker) find(p proof) (Credential, *Error) {
	for _, key := range c.credentials {
		if key.AccessKeyID != p.keyID {
			continue
		}
		switch {
		case key.Disabled:
			return key, refuse(errors.InvalidAccessKeyIdInactive, "the access key is disabled")
		case key.SecurityToken != "" && p.token == "":
			return key, refuse(errors.MissingSecurityToken, "the access key is temporary and needs its security token")
		case key.SecurityToken == "" && p.token != "":
			return key, refuse(errors.InvalidSecurityTokenMismatchWithAccessKey, "the security token belongs to another access key")
		case key.SecurityToken != p.token:
			return key, refuse(errors.InvalidSecurityTokenMalformed, "the security token is not valid")
		}
		return key, nil
	}
	return Credential{}, refuse(errors.InvalidAccessKeyIdNotFound, "the access key id is not known")
}

// maxSkew is how far the clocks of client and service may differ.
const maxSkew = 15 * time.Minute

// dateLayout is the form of the date of a request.
const dateLayout = "2006-01-02T15:04:05Z"

// checkDate checks the date of a request against the server's clock.
func checkDate(date string, now time.Time) *Error {
	t, err := time.Parse(dateLayout, date)
	if err != nil || t.Format(dateLayout) != date { // Parse also reads fractions of a second and hours of one digit
		return refuse(errors.InvalidTimeStampFormat, "the date is not of the form YYYY-MM-DDThh:mm:ssZ")
	}
	if skew := now.Sub(t).Abs(); skew > maxSkew {
		return refuse(errors.InvalidTimeStampExpired, "the date differs from the server's clock by %s", skew.Round(time.Second))
	}
	return nil
}

func (c *Checker) nonceUsed(nonce string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nonces.used(nonce)
}

func (c *Checker) useNonce(nonce string, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nonces.use(nonce, now)
}

// Canonical returns parameters sorted by name and encoded, in the form that both
// signatures need.
func Canonical(parameters map[string]string) string {
	var b strings.Builder
	for i, name := range slices.Sorted(maps.Keys(parameters)) {
		if i > 0 {
			b.WriteByte('&')
		}
		writeEscaped(&b, name)
		b.WriteByte('=')
		writeEscaped(&b, parameters[name])
	}
	return b.String()
}

// writeEscaped writes s percent-encoded by RFC 3986, with upper-case hexadecimal
// digits.
func writeEscaped(b *strings.Builder, s string) {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '~':
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
}
