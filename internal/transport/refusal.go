package transport

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// canBeRefusal reports whether a reply with this status and size can be a refusal. It returns false for
// a large reply with a 2xx status. Decoding such a reply as an answer has already failed, and decoding it
// again would take too long.
func canBeRefusal(status, size int) bool {
	return status >= 400 || isSuccess(status) && size <= maxRefusal
}

const maxRefusal = 1 << 20 // largest size of a refusal with a 2xx status, in bytes

// isRefusal reports whether the service refused the call. A code that is a word for success is no
// refusal. With a 2xx status, only a code that is documented for calls is a refusal. A code that
// is documented for single instances does not mean that the call was refused. The code
// DryRunOperation says that a dry run would have succeeded. It is a refusal only when the call
// asked for a dry run: the service has no other reply to such a call.
func (a *attempt) isRefusal(e wire.ErrorReply, status int) bool {
	code := errors.Code(e.Code)
	if wire.IsSuccess(e.Code) || code == dryRun && !a.params.Has("DryRun") {
		return false
	}
	return status >= 400 || code.Known() && code.HTTPStatus() >= 400 && e.Message != ""
}

// dryRun is the code of a dry run that would have succeeded.
const dryRun errors.Code = "DryRunOperation"

// apiError is the error for a refusal of the service.
func (a *attempt) apiError(res *http.Response, e wire.ErrorReply) error {
	secrets := a.secrets()
	field := func(s string) string { return secrets.mask(bounded(s, maxField)) }
	a.seen.RequestID = a.maskWord(e.RequestID)
	err := &errors.APIError{
		Action:     a.params.Action,
		RequestID:  a.seen.RequestID,
		HostID:     field(e.HostID),
		Message:    secrets.mask(e.Message),
		Recommend:  secrets.mask(e.Recommend),
		Code:       errors.Code(e.Code),
		HTTPStatus: res.StatusCode,
	}
	if !err.Code.Known() { // a documented code is safe to show
		err.Code = errors.Code(a.maskWord(e.Code))
	}
	err.RetryAfter = retryAfter(res.Header, err.Kind() == errors.ErrThrottled)
	if d := e.AccessDeniedDetail; d != nil {
		err.AccessDenied = &errors.AccessDenied{
			AuthAction:       field(d.AuthAction),
			PrincipalType:    field(d.AuthPrincipalType),
			PrincipalOwnerID: field(d.AuthPrincipalOwnerID),
			PrincipalName:    field(d.AuthPrincipalDisplayName),
			NoPermissionType: field(d.NoPermissionType),
			PolicyType:       field(d.PolicyType),
		}
	}
	if name := a.sentParameter(e); name != "" {
		err.Message = fmt.Sprintf("the form body carried %s; if this gateway reads the query only, use WithQueryParameters: %s", name, err.Message)
	}
	return err
}

// sentParameter returns the name of a parameter that the refusal reports as missing although the body had
// this parameter. This is a sign that the gateway reads only the query. When there is no such parameter,
// sentParameter returns "". It takes the name from the code. When the code has no name, it takes the name
// from the message.
func (a *attempt) sentParameter(e wire.ErrorReply) string {
	rest, ok := strings.CutPrefix(e.Code, "Missing")
	if !ok || a.client.query {
		return ""
	}
	for _, prefix := range []string{"Parameter", "Param"} {
		if after, ok := strings.CutPrefix(rest, prefix); ok {
			rest = strings.TrimPrefix(after, ".")
			break
		}
	}
	if rest != "" {
		if a.params.Has(rest) {
			return rest
		}
		return ""
	}
	words := strings.FieldsFunc(bounded(e.Message, maxField), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	})
	if i := slices.IndexFunc(words, a.params.Has); i >= 0 {
		return words[i]
	}
	return ""
}
