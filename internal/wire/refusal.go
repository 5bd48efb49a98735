package wire

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
)

// An ErrorReply is what the service says when it refuses. Keys may begin with
// a lower-case letter, and old gateways write XML with the root Error.
type ErrorReply struct {
	XMLName   xml.Name `json:"-" xml:"Error"`
	RequestID string   `json:"RequestId" xml:"RequestId"`
	HostID    string   `json:"HostId" xml:"HostId"`
	Code      string
	Message   string
	Recommend string

	AccessDeniedDetail *AccessDeniedDetail
}

// AccessDeniedDetail says which permission was missing, and to whom.
type AccessDeniedDetail struct {
	AuthAction               string
	AuthPrincipalType        string
	AuthPrincipalOwnerID     string `json:"AuthPrincipalOwnerId" xml:"AuthPrincipalOwnerId"`
	AuthPrincipalDisplayName string
	NoPermissionType         string
	PolicyType               string
	EncodedDiagnosticMessage string
}

// DecodeError reads a refusal from the body of a response, and reports whether
// it is one: something that carries a code.
func DecodeError(body []byte) (ErrorReply, bool) {
	var e ErrorReply
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return e, false
	}
	if body[0] == '<' {
		err := xml.Unmarshal(body, &e)
		return e, err == nil && e.Code != ""
	}
	err := json.Unmarshal(body, &e)
	if mismatch := (*json.UnmarshalTypeError)(nil); err != nil && !errors.As(err, &mismatch) {
		return ErrorReply{}, false
	}
	return e, e.Code != ""
}
