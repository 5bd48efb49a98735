package transport

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// SignatureAlgorithm is the algorithm that requests are signed with.
const SignatureAlgorithm = "ACS3-HMAC-SHA256"

const formType = "application/x-www-form-urlencoded"

// headers returns the headers of the request: action, version, date, nonce, hash of the body, credential,
// and the signature of these headers.
func (a *attempt) headers(body []byte) http.Header {
	digest := sha256.Sum256(body)
	signed := map[string]*string{}
	sign := func(name, value string) { signed[name] = &value }
	sign("host", a.client.url.Host)
	sign("x-acs-action", a.params.Action)
	sign("x-acs-version", wire.Version)
	sign("x-acs-date", time.Now().UTC().Format("2006-01-02T15:04:05Z"))
	sign("x-acs-signature-nonce", rand.Text())
	sign("x-acs-content-sha256", hex.EncodeToString(digest[:]))
	if len(body) > 0 {
		sign("content-type", formType)
	}
	header := http.Header{"Accept": {"application/json"}, "User-Agent": {a.client.userAgent}}
	switch cred := a.credential; {
	case cred.BearerToken != "":
		sign("x-acs-bearer-token", cred.BearerToken)
		sign("x-acs-signature-type", "BEARERTOKEN")
	default:
		if cred.SecurityToken != "" {
			sign("x-acs-accesskey-id", cred.AccessKeyID)
			sign("x-acs-security-token", cred.SecurityToken)
		}
		header.Set("Authorization", a.authorization(signed))
	}
	delete(signed, "host") // net/http sends the host itself, from the field Request.Host
	for name, value := range signed {
		header.Set(name, *value)
	}
	return header
}

// authorization returns the value of the header Authorization. It holds the signature of the headers and
// the query.
func (a *attempt) authorization(headers map[string]*string) string {
	query := map[string]*string{}
	if a.client.query {
		for name, value := range a.params.All() {
			query[name] = &value
		}
	}
	return *openapiutil.GetAuthorization(&dara.Request{
		Method:   dara.String(http.MethodPost),
		Pathname: dara.String("/"),
		Headers:  headers,
		Query:    query,
	}, dara.String(SignatureAlgorithm), headers["x-acs-content-sha256"], &a.credential.AccessKeyID, &a.credential.AccessKeySecret)
}
