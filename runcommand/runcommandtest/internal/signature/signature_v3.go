package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// algorithmV3 is the name of the signature algorithm that current SDKs use.
const algorithmV3 = "ACS3-HMAC-SHA256"

// proofV3 reads the headers of an ACS3-HMAC-SHA256 request (V3 signature guide).
func proofV3(r *Request) (proof, *Error) {
	algorithm, rest, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	if !strings.HasPrefix(algorithm, "ACS3-") {
		return proof{}, refuse(errors.IncompleteSignature, "the Authorization header does not begin with %s", algorithmV3)
	}
	if algorithm != algorithmV3 {
		return proof{}, refuse(errors.InvalidSignatureMethod, "the signature algorithm %.40q is not supported", algorithm)
	}
	p := proof{
		token: r.Header.Get("X-Acs-Security-Token"),
		date:  r.Header.Get("X-Acs-Date"),
		nonce: r.Header.Get("X-Acs-Signature-Nonce"),
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
		"x-acs-date": p.date, "x-acs-signature-nonce": p.nonce, "x-acs-content-sha256": r.Header.Get("X-Acs-Content-Sha256"),
	} {
		if value == "" {
			return p, refuse(errors.IncompleteSignature, "%s is missing", what)
		}
	}
	if id := r.Header.Get("X-Acs-Accesskey-Id"); id != "" && id != p.keyID {
		return p, refuse(errors.IncompleteSignature, "x-acs-accesskey-id and Credential differ")
	}
	return p, checkSigned(r, p.headers)
}

// checkSigned checks that the signed headers contain host, every x-acs-* header and,
// when the request has a body, content-type.
func checkSigned(r *Request, signed []string) *Error {
	if !slices.IsSorted(signed) || len(slices.Compact(slices.Clone(signed))) != len(signed) {
		return refuse(errors.IncompleteSignature, "SignedHeaders is not a sorted list")
	}
	needed := []string{"host"}
	for name := range r.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-acs-") || (lower == "content-type" && len(r.Body) > 0) {
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

// canonicalV3 returns the canonical request of the V3 signature guide.
func canonicalV3(r *Request, signed []string) string {
	var b strings.Builder
	b.WriteString(r.Method + "\n" + r.Path + "\n" + Canonical(r.Query) + "\n")
	for _, name := range signed {
		value := strings.Join(r.Header[http.CanonicalHeaderKey(name)], ",")
		if name == "host" {
			value = r.Host
		}
		b.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	b.WriteString("\n" + strings.Join(signed, ";") + "\n" + hexSHA256(r.Body))
	return b.String()
}

// textV3 returns the text that the client signs.
func textV3(canonical string) string {
	return algorithmV3 + "\n" + hexSHA256([]byte(canonical))
}

// verifyV3 checks the hash of the body and the signature.
func verifyV3(r *Request, p proof, secret string) *Error {
	if r.Header.Get("X-Acs-Content-Sha256") != hexSHA256(r.Body) {
		return refuse(errors.SignatureDoesNotMatch, "x-acs-content-sha256 is not the hash of the body")
	}
	text := textV3(canonicalV3(r, p.headers))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	if !hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(p.signature)) {
		return mismatch(text)
	}
	return nil
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
