package transport

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// refused is the error for an answer of the service that says no.
func (x *exchange) refused(res *http.Response, e wire.ErrorReply) error {
	x.requestID = e.RequestID
	err := &errors.APIError{
		Action:     x.action,
		RequestID:  x.requestID,
		HostID:     e.HostID,
		Message:    x.mask(e.Message),
		Recommend:  x.mask(e.Recommend),
		Code:       errors.Code(e.Code),
		HTTPStatus: res.StatusCode,
	}
	err.RetryAfter = retryAfter(res.Header, err.Kind() == errors.ErrThrottled)
	if d := e.AccessDeniedDetail; d != nil {
		err.AccessDenied = &errors.AccessDenied{
			AuthAction:       d.AuthAction,
			PrincipalType:    d.AuthPrincipalType,
			PrincipalOwnerID: d.AuthPrincipalOwnerID,
			PrincipalName:    d.AuthPrincipalDisplayName,
			NoPermissionType: d.NoPermissionType,
			PolicyType:       d.PolicyType,
		}
	}
	if name := x.carried(e); name != "" {
		err.Message = fmt.Sprintf("the form body carried %s; if this gateway reads the query only, use WithQueryParameters: %s", name, err.Message)
	}
	return err
}

// carried returns the parameter that the service misses although the body held
// it, and "" when there is none: a sign that the gateway reads the query only.
// The parameter is named by the code, or else by the message.
func (x *exchange) carried(e wire.ErrorReply) string {
	rest, ok := strings.CutPrefix(e.Code, "Missing")
	if !ok || x.client.query {
		return ""
	}
	for _, prefix := range []string{"Parameter", "Param"} {
		if after, ok := strings.CutPrefix(rest, prefix); ok {
			rest = strings.TrimPrefix(after, ".")
			break
		}
	}
	if rest != "" {
		if x.params.Has(rest) {
			return rest
		}
		return ""
	}
	words := strings.FieldsFunc(e.Message, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	})
	if i := slices.IndexFunc(words, x.params.Has); i >= 0 {
		return words[i]
	}
	return ""
}
