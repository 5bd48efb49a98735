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

const (
	algorithm = "ACS3-HMAC-SHA256"
	formType  = "application/x-www-form-urlencoded"
)

// headers returns the headers of the request: what is asked, when and under
// which nonce, what the body is, who asks, and the signature over all of these.
func (x *exchange) headers(body string, query wire.Params) http.Header {
	digest := sha256.Sum256([]byte(body))
	signed := map[string]string{
		"host":                  x.client.url.Host,
		"x-acs-action":          x.action,
		"x-acs-version":         wire.Version,
		"x-acs-date":            time.Now().UTC().Format("2006-01-02T15:04:05Z"),
		"x-acs-signature-nonce": nonce(),
		"x-acs-content-sha256":  hex.EncodeToString(digest[:]),
	}
	if body != "" {
		signed["content-type"] = formType
	}
	header := http.Header{"Accept": {"application/json"}, "User-Agent": {x.client.userAgent}}
	switch cred := x.credential; {
	case cred.BearerToken != "":
		signed["x-acs-bearer-token"] = cred.BearerToken
		signed["x-acs-signature-type"] = "BEARERTOKEN"
	default:
		if cred.SecurityToken != "" {
			signed["x-acs-accesskey-id"] = cred.AccessKeyID
			signed["x-acs-security-token"] = cred.SecurityToken
		}
		header.Set("Authorization", authorization(signed, query, cred))
	}
	delete(signed, "host") // travels beside the headers
	for name, value := range signed {
		header.Set(name, value)
	}
	return header
}

// nonce returns 32 hexadecimal digits that no other request has.
func nonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// authorization signs the headers and the query.
func authorization(signed map[string]string, query wire.Params, cred Credential) string {
	headers := make(map[string]*string, len(signed))
	for name, value := range signed {
		headers[name] = &value
	}
	return *openapiutil.GetAuthorization(&dara.Request{
		Method:   dara.String(http.MethodPost),
		Pathname: dara.String("/"),
		Headers:  headers,
		Query:    pointers(query),
	}, dara.String(algorithm), headers["x-acs-content-sha256"], &cred.AccessKeyID, &cred.AccessKeySecret)
}

func pointers(p wire.Params) map[string]*string {
	m := map[string]*string{}
	for name, value := range p.All() {
		m[name] = &value
	}
	return m
}
