package runcommandtest

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"maps"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// proofV1 reads the parameters of a request with the old RPC signature, which
// older command-line tools still make. Replies are JSON whatever Format says.
func proofV1(q *request) (proof, *refusal) {
	p := proof{
		keyID:     q.params["AccessKeyId"],
		token:     q.params["SecurityToken"],
		date:      q.params["Timestamp"],
		nonce:     q.params["SignatureNonce"],
		signature: q.params["Signature"],
		legacy:    true,
	}
	if method := q.params["SignatureMethod"]; method != "HMAC-SHA1" {
		return p, refuse(errors.InvalidSignatureMethod, "the signature method %.40q is not supported", method)
	}
	if q.params["SignatureVersion"] != "1.0" || p.signature == "" || p.nonce == "" || p.date == "" {
		return p, refuse(errors.IncompleteSignature, "SignatureVersion, Signature, SignatureNonce and Timestamp are needed")
	}
	return p, nil
}

// textV1 returns the text that is signed: every parameter but the signature.
func textV1(q *request) string {
	signed := maps.Clone(q.params)
	delete(signed, "Signature")
	var b strings.Builder
	b.WriteString(q.method + "&%2F&")
	writeEscaped(&b, signed.canonical())
	return b.String()
}

func verifyV1(q *request, p proof, secret string) *refusal {
	text := textV1(q)
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(text))
	if !hmac.Equal([]byte(base64.StdEncoding.EncodeToString(mac.Sum(nil))), []byte(p.signature)) {
		return refuse(errors.SignatureDoesNotMatch, "the signature does not match; the server's string to sign is %q", text)
	}
	return nil
}

// protocolV1 are the parameters that belong to the old protocol and not to the
// operation.
var protocolV1 = []string{
	"Action", "Version", "Format", "AccessKeyId", "SecurityToken", "Signature",
	"SignatureMethod", "SignatureVersion", "SignatureNonce", "SignatureType", "Timestamp",
}

// strip takes the old protocol's own parameters away, so that operations see
// only theirs.
func (q *request) strip() {
	for _, name := range protocolV1 {
		delete(q.params, name)
	}
}
