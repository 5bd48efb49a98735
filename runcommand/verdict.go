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
// may have accepted one of them, and whether to make another attempt. A call of another
// action has a nil verdict: its methods begin, record and withDeadline do nothing.
type verdict struct {
	limit         int         // most attempts that the Run may make; 0 for the default
	latestUnknown bool        // the latest attempt may have been accepted
	unknown       bool        // some attempt may have been accepted
	counted       int         // number of failed attempts, except those counted in processing; compared with limit
	processing    int         // number of replies that say that an earlier attempt is still being processed
	token         tokenWindow // begins with the first attempt that may have been accepted
	began         time.Time   // start of the running attempt; zero between attempts
}

// begin is called right before an attempt is sent. It returns an error when it is too late
// for the attempt.
func (v *verdict) begin() error {
	if v == nil {
		return nil
	}
	now := time.Now()
	if v.token.expired(now) {
		return errTokenExpired
	}
	v.began = now
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

// withDeadline returns a context that ends when it is too late for another attempt.
func (v *verdict) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if v == nil {
		return ctx, func() {}
	}
	return v.token.withDeadline(ctx)
}

// longestWait returns the longest allowed wait before the next attempt. After this wait,
// one second is left for the attempt to begin.
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

// attempts returns the limit for the field counted.
func (v *verdict) attempts() int {
	if v.limit == 0 {
		return DefaultAttempts
	}
	return v.limit
}

// maxAttempts is the largest number of attempts that shouldRetry allows.
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

// fromGateway reports whether a refusal may come from a gateway that forwarded the request
// and got no answer. The status of the reply, or a word in its code, is a sign of that.
func fromGateway(api *errors.APIError) bool {
	if api.HTTPStatus == http.StatusRequestTimeout || api.HTTPStatus == statusClientClosed {
		return true
	}
	code := strings.ToLower(string(api.Code))
	return slices.ContainsFunc([]string{"timeout", "timedout", "upstream", "backend", "gateway"}, func(word string) bool {
		return strings.Contains(code, word)
	})
}

// statusClientClosed is the status that some proxies use when the client has closed the
// connection.
const statusClientClosed = 499

// ambiguous reports whether the service may have accepted the attempt that
// ended with err, or an earlier attempt with the same token.
//
// A reply that is not from the service proves nothing, whatever its status. A refusal that
// reports a failure inside the service proves nothing either. A refusal of the nonce as
// used before also proves nothing. Nonces are random. So the network delivered this
// attempt twice, and the service may have accepted the other copy.
func ambiguous(err error) bool {
	if api, ok := errors.AsType[*errors.APIError](err); ok {
		kind := api.Kind()
		return kind == errors.ErrUnavailable ||
			(kind != errors.ErrThrottled || !api.Code.Known()) && api.HTTPStatus >= http.StatusInternalServerError ||
			kind != errors.ErrThrottled && !api.Code.Known() && fromGateway(api) ||
			inProgress(err) || errors.Is(err, errors.SignatureNonceUsed)
	}
	t, ok := errors.AsType[*errors.TransportError](err)
	return ok && t.Sent
}
