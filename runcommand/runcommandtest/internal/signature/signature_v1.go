package signature

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"maps"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// proofV1 reads the parameters of a request with the old RPC signature. Older
// command-line tools still use that signature.
func proofV1(r *Request) (proof, *Error) {
	p := proof{
		keyID:     r.Parameters["AccessKeyId"],
		token:     r.Parameters["SecurityToken"],
		date:      r.Parameters["Timestamp"],
		nonce:     r.Parameters["SignatureNonce"],
		signature: r.Parameters["Signature"],
		legacy:    true,
	}
	if method := r.Parameters["SignatureMethod"]; method != "HMAC-SHA1" {
		return p, refuse(errors.InvalidSignatureMethod, "the signature method %.40q is not supported", method)
	}
	if r.Parameters["SignatureVersion"] != "1.0" || p.signature == "" || p.nonce == "" || p.date == "" {
		return p, refuse(errors.IncompleteSignature, "SignatureVersion, Signature, SignatureNonce and Timestamp are needed")
	}
	return p, nil
}

// textV1 returns the text that the client signs. It contains every parameter except the
// signature.
func textV1(r *Request) string {
	signed := maps.Clone(r.Parameters)
	delete(signed, "Signature")
	var b strings.Builder
	b.WriteString(r.Method + "&%2F&")
	writeEscaped(&b, Canonical(signed))
	return b.String()
}

func verifyV1(r *Request, p proof, secret string) *Error {
	text := textV1(r)
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(text))
	if !hmac.Equal([]byte(base64.StdEncoding.EncodeToString(mac.Sum(nil))), []byte(p.signature)) {
		return mismatch(text)
	}
	return nil
}

// ProtocolParameters are the parameters that belong to the old signature and not
// to the operation.
var ProtocolParameters = []string{
	"Action", "Version", "Format", "AccessKeyId", "SecurityToken", "Signature",
	"SignatureMethod", "SignatureVersion", "SignatureNonce", "SignatureType", "Timestamp",
}
