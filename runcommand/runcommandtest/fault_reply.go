package runcommandtest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// connectFault returns the reply to a call that the service never sees. The kind of f has
// the stage stageConnect.
func connectFault(f Fault) *reply {
	switch f.Kind {
	case FaultRefused:
		return &reply{sending: sendRefused}
	case FaultResetBefore:
		return &reply{sending: sendReset}
	case FaultIdleDropped:
		return &reply{sending: sendDropped}
	case FaultUnavailable:
		return page(http.StatusServiceUnavailable)
	case FaultGatewayTimeout:
		return page(http.StatusGatewayTimeout)
	}
	return page(http.StatusBadGateway)
}

// refuseFault returns the refusal that a fault causes, and the value of its rate-limit
// header.
func refuseFault(f Fault, action string, now time.Time) (*refusal, string) {
	left := cmp.Or(f.RetryAfter, time.Second)
	throttled := refuse(cmp.Or(f.Code, errors.ThrottlingUser), "the call was refused because of flow control")
	switch f.Kind {
	case FaultInternalError:
		return refuse(cmp.Or(f.Code, errors.InternalError), "the service has failed"), ""
	case FaultThrottled:
		return throttled, rateHint(1000, 0, left, now.Add(left))
	case FaultThrottledSilent:
		return throttled, ""
	case FaultThrottledMalformed:
		return throttled, "Limit:many,Remain:,TimeLeft:soon"
	case FaultThrottledHuge:
		return throttled, rateHint(1000, 0, 240*time.Hour, now.Add(240*time.Hour))
	case FaultExpiredCredential:
		return refuse(errors.InvalidSecurityTokenExpired, "the security token has expired"), ""
	case FaultClockSkew:
		return refuse(errors.InvalidTimeStampExpired, "the date differs from the server's clock by 1h0m0s"), ""
	case FaultPermission:
		r := refuse(cmp.Or(f.Code, errors.ForbiddenRAM), "the principal is not authorized to do this")
		r.denied = &accessDenied{
			AuthAction: "ecs:" + action, AuthPrincipalType: "SubUser", AuthPrincipalOwnerID: accountID,
			AuthPrincipalDisplayName: "200000000000000001", NoPermissionType: "ImplicitDeny", PolicyType: "AccountLevelIdentityBasedPolicy",
		}
		return r, ""
	}
	return refuse(cmp.Or(f.Code, errors.OperationForbidden), "the call was refused on purpose"), ""
}

// replyFault changes the reply of a call that was carried out.
func replyFault(f Fault, re *reply, requestID string, q *request) *reply {
	switch f.Kind {
	case FaultResetAfterAccept:
		re.sending = sendReset
	case FaultCutReply:
		re.sending = sendCut
	case FaultSlow:
		re.sending = sendSlow
	case FaultSilent:
		re.sending = sendNever
	case FaultDelayed:
		re.delay = cmp.Or(f.Delay, 10*time.Second)
	case FaultEmptyReply:
		re.body = nil
	case FaultHTMLReply:
		return page(http.StatusOK)
	case FaultForeignReply:
		re.header.Set("Content-Type", jsonType)
		re.body = []byte(`{"status":"ok","data":[1,2,3]}`)
	case FaultLostGateway:
		return page(http.StatusGatewayTimeout)
	case FaultLostInternalError:
		return refusalReply(q, requestID, refuse(cmp.Or(f.Code, errors.InternalError), "the service has failed"))
	case FaultStrangerAfterAccept:
		return foreignRefusal(f, re)
	}
	return re
}

// foreignRefusal replaces the body of a reply with the refusal of a proxy. It keeps the
// header that the service has set.
func foreignRefusal(f Fault, re *reply) *reply {
	re.status = cmp.Or(f.Status, http.StatusTooManyRequests)
	re.code = f.Code
	if re.code == "" {
		re.code = errors.Throttling
		if re.status == http.StatusForbidden {
			re.code = errors.Forbidden
		}
	}
	re.header.Set("Content-Type", jsonType)
	re.body, _ = json.Marshal(struct { // the error is ignored: JSON can hold every string
		Code    errors.Code `json:"code"`
		Message string      `json:"message"`
	}{re.code, "A proxy refused the request."})
	return re
}
