package transport

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

const (
	algorithm = "ACS3-HMAC-SHA256"
	formType  = "application/x-www-form-urlencoded"
)

// sign returns the headers of a request: those that the library prepared
// (action, version, date, nonce), the ones that describe the body, the
// credential, and the signature over all of them. Headers that the library
// adds from its surroundings are left behind.
func sign(prepared http.Header, host, body string, query wire.Params, cred Credential) http.Header {
	digest := sha256.Sum256([]byte(body))
	hash := hex.EncodeToString(digest[:])
	signed := map[string]*string{"host": &host, "x-acs-content-sha256": &hash}
	for name, values := range prepared {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-acs-") && signed[name] == nil {
			signed[name] = &values[0]
		}
	}
	if body != "" {
		signed["content-type"] = dara.String(formType)
	}

	header := http.Header{"Accept": {"application/json"}, "User-Agent": prepared["User-Agent"]}
	switch {
	case cred.BearerToken != "":
		signed["x-acs-bearer-token"] = &cred.BearerToken
		signed["x-acs-signature-type"] = dara.String("BEARERTOKEN")
	default:
		if cred.SecurityToken != "" {
			signed["x-acs-accesskey-id"] = &cred.AccessKeyID
			signed["x-acs-security-token"] = &cred.SecurityToken
		}
		header.Set("Authorization", *openapiutil.GetAuthorization(&dara.Request{
			Method:   dara.String(http.MethodPost),
			Pathname: dara.String("/"),
			Headers:  signed,
			Query:    pointers(query),
		}, dara.String(algorithm), &hash, &cred.AccessKeyID, &cred.AccessKeySecret))
	}
	delete(signed, "host") // travels beside the headers
	for name, value := range signed {
		header.Set(name, *value)
	}
	return header
}

func pointers(p wire.Params) map[string]*string {
	m := map[string]*string{}
	for name, value := range p.All() {
		m[name] = &value
	}
	return m
}
