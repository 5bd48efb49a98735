package runcommand

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// processingAttempts is how many replies of one Run may say that an earlier attempt with
// the same token is still being processed. The last of these replies ends the Run.
const processingAttempts = 10

// A verdict combines the results of all attempts of one Run. It tells whether the service
// may have accepted one of the attempts, and whether to make another attempt. A call of
// another action than RunCommand has a nil verdict. The methods begin, record and
// withDeadline of a nil verdict do nothing.
type verdict struct {
	limit         int         // largest number of attempts of the Run; 0 means the default
	latestUnknown bool        // true when the service may have accepted the latest attempt
	unknown       bool        // true when the service may have accepted some attempt
	counted       int         // number of failed attempts, without those in the field processing
	processing    int         // number of refusals because an earlier attempt is still being processed
	token         tokenWindow // the time since the first attempt that may have been accepted
	began         time.Time   // when the running attempt began; zero between two attempts
}

// begin is called right before an attempt is sent. It returns an error when the token is
// too old for the attempt.
func (v *verdict) begin() error {
	if v == nil {
		return nil
	}
	now := time.Now()
	if err := v.mayBegin(now); err != nil {
		return err
	}
	v.began = now
	return nil
}

// mayBegin returns an error when the token is too old for an attempt that begins now.
func (v *verdict) mayBegin(now time.Time) error {
	if v.token.expired(now) {
		return errTokenExpired
	}
	return nil
}

// record records how an attempt ended. The parameter sends is how many times the request
// of the attempt may have been sent.
func (v *verdict) record(err error, sends int) {
	if v == nil {
		return
	}
	if v.latestUnknown = err != nil && sends > 0 && (sends > 1 || ambiguous(err)); v.latestUnknown {
		v.noteUnknown()
	}
	v.began = time.Time{}
}

// recordPanic records that a panic ended the running attempt, if there is one. That
// attempt may have been accepted.
func (v *verdict) recordPanic() {
	if !v.began.IsZero() {
		v.noteUnknown()
	}
}

// noteUnknown records that the service may have accepted the running attempt.
func (v *verdict) noteUnknown() {
	v.unknown = true
	if v.token.since.IsZero() {
		v.token.since = v.began
	}
}

// withDeadline returns a context that ends when the token is too old for another attempt.
func (v *verdict) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if v == nil {
		return ctx, func() {}
	}
	return v.token.withDeadline(ctx)
}

// longestWait returns the longest allowed wait before the next attempt. It ends one
// second before the token is too old, so that the attempt can begin in time.
func (v *verdict) longestWait() time.Duration {
	if left, limited := v.token.remaining(time.Now()); limited {
		return left - time.Second
	}
	return math.MaxInt64
}

// shouldRetry reports whether to make another attempt. When the latest attempt may have been
// accepted, another attempt with the same token can show whether it was.
func (v *verdict) shouldRetry(err error) bool {
	if inProgress(err) {
		v.processing++
		return v.processing < processingAttempts
	}
	v.counted++
	if v.counted >= v.attempts() || needsNewSignature(err) {
		return false
	}
	return v.latestUnknown || retryable(err) && !errors.Is(err, errors.ErrQuotaExceeded)
}

// attempts returns how many failed attempts end the Run. The field counted holds the number
// so far.
func (v *verdict) attempts() int {
	if v.limit == 0 {
		return DefaultAttempts
	}
	return v.limit
}

// maxAttempts returns the largest number of attempts that shouldRetry allows.
func (v *verdict) maxAttempts() int {
	return min(v.attempts(), math.MaxInt-processingAttempts) + processingAttempts
}

// inProgress reports whether the service says that it is processing an earlier attempt with
// the same token.
func inProgress(err error) bool {
	return errors.Is(err, errors.IdempotentProcessing) || errors.Is(err, errors.LastTokenProcessing)
}

// tokenUsedByOther reports whether the service has accepted another command with this
// token and with other parameters.
func tokenUsedByOther(err error) bool {
	return errors.Is(err, errors.IdempotentParameterMismatch) || errors.Is(err, errors.InvalidIdempotenceParameterMismatch)
}

// fromGateway reports whether a refusal may come from a gateway that forwarded the
// request and got no answer. The status of the reply, or a word in its error code, shows
// that this may be so.
func fromGateway(api *errors.APIError) bool {
	if api.HTTPStatus == http.StatusRequestTimeout || api.HTTPStatus == statusClientClosed {
		return true
	}
	code := strings.ToLower(string(api.Code))
	return slices.ContainsFunc([]string{"timeout", "timedout", "upstream", "backend", "gateway"}, func(word string) bool {
		return strings.Contains(code, word)
	})
}

// unfitCodes are the codes of kind ErrUnavailable with which the service may refuse a whole call
// because one of its instances does not qualify. The list of error codes has them as results of
// single instances (ECS API reference, RunCommand).
var unfitCodes = []errors.Code{
	errors.ClientNotRunning, errors.ClientNotResponse, errors.ClientNotOnline, errors.ClientNetworkBlocked, errors.ClientIsUpgrading,
}

// unfitInstance reports whether the service has refused a call because an instance does not
// qualify. Such a call runs on no instance.
func unfitInstance(api *errors.APIError) bool {
	return api.HTTPStatus >= http.StatusBadRequest && api.HTTPStatus < http.StatusInternalServerError &&
		slices.Contains(unfitCodes, api.Code) && !fromGateway(api)
}

// statusClientClosed is the HTTP status that some proxies use when the client has closed
// the connection.
const statusClientClosed = 499

// ambiguous reports whether the service may have accepted the attempt that
// ended with err, or an earlier attempt with the same token.
//
// Three kinds of replies do not prove that the service has not accepted the attempt. The
// first is a reply that is not from the service, whatever its status. The second is a
// refusal that reports a failure inside the service. The third is a refusal because the
// nonce was used before. Nonces are random, so the network has delivered this attempt
// twice, and the service may have accepted the other copy.
func ambiguous(err error) bool {
	if api, ok := errors.AsType[*errors.APIError](err); ok {
		kind := api.Kind()
		return kind == errors.ErrUnavailable && !unfitInstance(api) ||
			(kind != errors.ErrThrottled || !api.Code.Known()) && api.HTTPStatus >= http.StatusInternalServerError ||
			kind != errors.ErrThrottled && !api.Code.Known() && fromGateway(api) ||
			inProgress(err) || errors.Is(err, errors.SignatureNonceUsed)
	}
	t, ok := errors.AsType[*errors.TransportError](err)
	return ok && t.Sent
}
