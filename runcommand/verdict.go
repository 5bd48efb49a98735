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

// processingAttempts bounds how often a Run asks again while the service says
// that an earlier attempt with the same token is still being processed.
const processingAttempts = 10

// A verdict is what is known over all attempts of one Run: whether the service
// may have accepted one of them, and whether to make another. The methods that
// calls of other actions use as well do nothing for a nil verdict.
type verdict struct {
	limit         int         // attempts in all, 0 for the default
	latestUnknown bool        // the latest attempt may have been accepted
	unknown       bool        // some attempt may have been accepted
	counted       int         // attempts that count against the limit
	processing    int         // attempts that met an earlier one still in progress
	token         tokenWindow // in the client token
	began         time.Time   // the attempt under way, zero while there is none
}

// begin is asked right before an attempt is sent, and refuses one that comes
// too late.
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

// attempted records what an attempt leaves open, of which the request may have
// left so many times.
func (v *verdict) record(err error, sends int) {
	if v == nil {
		return
	}
	if v.latestUnknown = err != nil && sends > 0 && (sends > 1 || ambiguous(err)); v.latestUnknown {
		v.noteUnknown()
	}
	v.began = time.Time{}
}

// interrupted records that the attempt under way, if there is one, will not tell
// how it ended.
func (v *verdict) recordPanic() {
	if !v.began.IsZero() {
		v.noteUnknown()
	}
}

func (v *verdict) noteUnknown() {
	v.unknown = true
	if v.token.since.IsZero() {
		v.token.since = v.began
	}
}

// bound is trust.bound.
func (v *verdict) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if v == nil {
		return ctx, func() {}
	}
	return v.token.withDeadline(ctx)
}

// longestWait bounds the wait before the next attempt, which takes a moment to
// begin after it.
func (v *verdict) longestWait() time.Duration {
	if left, limited := v.token.remaining(time.Now()); limited {
		return left - time.Second
	}
	return math.MaxInt64
}

// again reports whether to make another attempt. While it is open whether the
// last one was accepted, asking again with the same token is how to find out.
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

func (v *verdict) attempts() int {
	if v.limit == 0 {
		return DefaultAttempts
	}
	return v.limit
}

// mostAttempts bounds what again can ask for.
func (v *verdict) maxAttempts() int {
	return min(v.attempts(), math.MaxInt-processingAttempts) + processingAttempts
}

// inProgress reports whether an attempt with this token is being processed.
func inProgress(err error) bool {
	return errors.Is(err, errors.IdempotentProcessing) || errors.Is(err, errors.LastTokenProcessing)
}

// tokenElsewhere reports whether the service has accepted a command with this
// token and other parameters.
func tokenUsedByOther(err error) bool {
	return errors.Is(err, errors.IdempotentParameterMismatch) || errors.Is(err, errors.InvalidIdempotenceParameterMismatch)
}

// gaveUp reports whether a refusal may come from a machine on the way that passed
// the request on and had no answer: by its status, or by an undocumented code that
// says so.
func fromGateway(api *errors.APIError) bool {
	if api.HTTPStatus == http.StatusRequestTimeout || api.HTTPStatus == statusClientClosed {
		return true
	}
	code := strings.ToLower(string(api.Code))
	return slices.ContainsFunc([]string{"timeout", "timedout", "upstream", "backend", "gateway"}, func(word string) bool {
		return strings.Contains(code, word)
	})
}

// statusClientClosed is what proxies log, and some of them answer, for a client
// that has gone.
const statusClientClosed = 499

// ambiguous reports whether the service may have accepted the attempt that
// ended with err, or one with the same token before it.
//
// A reply other than the service's proves nothing, whatever its status. Of the
// service's own refusals a failure on its side proves nothing either, nor does
// a nonce that was seen before: nonces are random, so the request that used it
// up was this same attempt, delivered twice on the way.
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
