package runcommandtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// algorithmV3 is the signature that current SDKs make.
const algorithmV3 = "ACS3-HMAC-SHA256"

// A credential is an access key that the server accepts.
type credential struct {
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string // set for temporary (STS) credentials
	Disabled        bool   // answered with InvalidAccessKeyId.Inactive
}

// A proof is what a request offers to show who sent it.
type proof struct {
	keyID     string
	token     string // security token
	date      string
	nonce     string
	signature string
	headers   []string // names of the signed headers, V3 only
	legacy    bool     // the V1 signature
}

// proofV3 reads the headers of an ACS3-HMAC-SHA256 request (V3 signature guide).
func proofV3(q *request) (proof, *refusal) {
	algorithm, rest, _ := strings.Cut(strings.TrimSpace(q.header.Get("Authorization")), " ")
	if !strings.HasPrefix(algorithm, "ACS3-") {
		return proof{}, refuse(errors.IncompleteSignature, "the Authorization header does not begin with %s", algorithmV3)
	}
	if algorithm != algorithmV3 {
		return proof{}, refuse(errors.InvalidSignatureMethod, "the signature algorithm %.40q is not supported", algorithm)
	}
	p := proof{
		token: q.header.Get("X-Acs-Security-Token"),
		date:  q.header.Get("X-Acs-Date"),
		nonce: q.header.Get("X-Acs-Signature-Nonce"),
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if _, twice := parts[name]; !ok || twice {
			return p, refuse(errors.IncompleteSignature, "the Authorization header is not well formed")
		}
		parts[name] = value
	}
	p.keyID, p.signature = parts["Credential"], parts["Signature"]
	p.headers = strings.Split(parts["SignedHeaders"], ";")
	for what, value := range map[string]string{
		"Credential": p.keyID, "Signature": p.signature, "SignedHeaders": parts["SignedHeaders"],
		"x-acs-date": p.date, "x-acs-signature-nonce": p.nonce, "x-acs-content-sha256": q.header.Get("X-Acs-Content-Sha256"),
	} {
		if value == "" {
			return p, refuse(errors.IncompleteSignature, "%s is missing", what)
		}
	}
	if id := q.header.Get("X-Acs-Accesskey-Id"); id != "" && id != p.keyID {
		return p, refuse(errors.IncompleteSignature, "x-acs-accesskey-id and Credential differ")
	}
	return p, checkSigned(q, p.headers)
}

// checkSigned holds the rule that host, every x-acs-* header and, when there is
// a body, its type are signed.
func checkSigned(q *request, signed []string) *refusal {
	if !slices.IsSorted(signed) || len(slices.Compact(slices.Clone(signed))) != len(signed) {
		return refuse(errors.IncompleteSignature, "SignedHeaders is not a sorted list")
	}
	needed := []string{"host"}
	for name := range q.header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-acs-") || (lower == "content-type" && len(q.body) > 0) {
			needed = append(needed, lower)
		}
	}
	slices.Sort(needed)
	for _, name := range needed {
		if !slices.Contains(signed, name) {
			return refuse(errors.IncompleteSignature, "the header %.64q is not signed", name)
		}
	}
	return nil
}

// canonicalV3 returns the canonical request.
func canonicalV3(q *request, signed []string) string {
	var b strings.Builder
	b.WriteString(q.method + "\n" + q.path + "\n" + q.url.canonical() + "\n")
	for _, name := range signed {
		value := strings.Join(q.header[http.CanonicalHeaderKey(name)], ",")
		if name == "host" {
			value = q.host
		}
		b.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	b.WriteString("\n" + strings.Join(signed, ";") + "\n" + hexSHA256(q.body))
	return b.String()
}

// textV3 returns the text that is signed.
func textV3(canonical string) string {
	return algorithmV3 + "\n" + hexSHA256([]byte(canonical))
}

// verifyV3 checks the hash of the body and the signature.
func verifyV3(q *request, p proof, secret string) *refusal {
	if q.header.Get("X-Acs-Content-Sha256") != hexSHA256(q.body) {
		return refuse(errors.SignatureDoesNotMatch, "x-acs-content-sha256 is not the hash of the body")
	}
	text := textV3(canonicalV3(q, p.headers))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	if !hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(p.signature)) {
		return refuse(errors.SignatureDoesNotMatch, "the signature does not match; the server's string to sign is %q", text)
	}
	return nil
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// canonical returns the parameters sorted and encoded as signatures want them.
func (p parameters) canonical() string {
	var b strings.Builder
	for i, name := range slices.Sorted(maps.Keys(p)) {
		if i > 0 {
			b.WriteByte('&')
		}
		writeEscaped(&b, name)
		b.WriteByte('=')
		writeEscaped(&b, p[name])
	}
	return b.String()
}

// writeEscaped writes s by RFC 3986, with upper-case digits.
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

// dateSkew is how far the clocks of client and service may differ.
const dateSkew = 15 * time.Minute

// checkDate checks the date of a request against the server's clock.
func checkDate(date string, now time.Time) *refusal {
	t, err := time.Parse("2006-01-02T15:04:05Z", date)
	if err != nil {
		return refuse(errors.InvalidTimeStampFormat, "the date is not of the form YYYY-MM-DDThh:mm:ssZ")
	}
	if skew := now.Sub(t).Abs(); skew > dateSkew {
		return refuse(errors.InvalidTimeStampExpired, "the date differs from the server's clock by %s", skew.Round(time.Second))
	}
	return nil
}
