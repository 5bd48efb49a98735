package wire

import (
	"bytes"
	"encoding/xml"
	"regexp"
)

// An ErrorReply is a refusal of the service, with the member names of the ECS API reference.
// A name may begin with a lower-case letter. Old gateways send XML with the root Error.
type ErrorReply struct {
	XMLName   xml.Name `json:"-" xml:"Error"`
	RequestID string   `json:"RequestId" xml:"RequestId"`
	HostID    string   `json:"HostId" xml:"HostId"`
	Code      string
	Message   string
	Recommend string

	AccessDeniedDetail *AccessDeniedDetail
}

// AccessDeniedDetail names the missing permission and the user or role that lacks it.
type AccessDeniedDetail struct {
	AuthAction               string
	AuthPrincipalType        string
	AuthPrincipalOwnerID     string `json:"AuthPrincipalOwnerId" xml:"AuthPrincipalOwnerId"`
	AuthPrincipalDisplayName string
	NoPermissionType         string
	PolicyType               string
}

// IsIdentifier reports whether s has the form of the service's codes and
// request ids: 1 to 100 letters, digits, dots, underscores and hyphens.
func IsIdentifier(s string) bool { return identifier.MatchString(s) }

var identifier = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`)

// NamesInvocation reports whether a text in JSON or XML has an InvokeId that is not empty, of
// any type and at any depth. It applies the regular expression only where it finds the letters
// inv, to save time: the expression alone would take half a second for 16 MiB.
func NamesInvocation(body []byte) bool {
	for at := 0; ; at++ {
		next := bytes.IndexAny(body[at:], "vV")
		if next < 0 {
			return false
		}
		at += next
		if at >= len(`"in`) && body[at-2]|0x20 == 'i' && body[at-1]|0x20 == 'n' && invokeID.Match(body[at-len(`"in`):]) {
			return true
		}
	}
}

var invokeID = regexp.MustCompile(`(?i)^("invokeid"\s*:|<invokeid>)[\s"\[{]*[a-z0-9]`)

// DecodeError decodes a refusal from the body of a response. It reports whether the refusal
// comes from the service. A refusal of the service has a code and a request id. Proxies also
// send JSON with a code, and some of them do so after the service has accepted the request.
// For such a reply DecodeError returns false, since the outcome is unknown. It also returns
// false for a body that is larger than any reply of the service.
func DecodeError(body []byte) (ErrorReply, bool) {
	var e ErrorReply
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return e, false
	}
	if body[0] == '<' {
		if len(body) > maxXML {
			return e, false
		}
		err := xml.Unmarshal(body, &e)
		return e, err == nil && e.isComplete()
	}
	if (&sizeCounter{}).count(body) != nil {
		return e, false
	}
	if unmarshal(body, &e) != nil {
		return ErrorReply{}, false
	}
	return e, e.isComplete()
}

func (e *ErrorReply) isComplete() bool { return IsIdentifier(e.Code) && IsIdentifier(e.RequestID) }
