//nolint:errorlint // this file walks the tree of an error itself, node by node
package errors

import (
	"context"
	"time"
)

// Retryable reports whether the call that gave err may be made again later, with a
// chance of success and without running a command twice.
//
// It is true
//
//   - for the codes that are documented as temporary (see [Code.Retryable]),
//   - for an undocumented code of kind ErrThrottled or ErrUnavailable,
//   - for a [TransportError] (network trouble, 5xx),
//   - for an [InstanceError] whose code is retryable, whose status is known to be final,
//     and whose script had not begun,
//   - for an [InvocationError] when every instance failed and every failure is
//     retryable: otherwise some instances would run the command twice.
//
// It is false for nil, when [MayHaveRun] is true, for a [WaitError] (the command was
// accepted), for a context's error anywhere in the tree, for a [ValidationError], for a
// [CredentialError], for an error that says how a script ended ([ErrScript],
// [ErrTimeout], [ErrStopped]), and for an error of another package whose method
// Retryable() bool returns false.
//
// When err joins several errors and one of them must not be retried, Retryable is false.
// An error that an As method returns is treated like a wrapped error. Retryable is false
// for a tree of more than a million errors, since it does not look at all of them.
func Retryable(err error) bool {
	result := noAnswer
	whole := walk(err, func(e error) bool {
		v, below := retryAnswerOf(e)
		result = max(result, v)
		return below && result != neverRetry
	})
	return whole && result == mayRetry
}

// A retryAnswer says whether one error of a tree allows a retry. The answer for the whole tree
// is the largest answer of its errors.
type retryAnswer uint8

const (
	noAnswer   retryAnswer = iota // this package does not know the error
	mayRetry                      // the call may be made again
	neverRetry                    // the call must not be made again, whatever other errors say
)

func answerOf(retryable bool) retryAnswer {
	if retryable {
		return mayRetry
	}
	return neverRetry
}

// retryAnswerOf returns the answer of err itself. The result below says whether the errors that err
// wraps are to be asked as well.
func retryAnswerOf(err error) (v retryAnswer, below bool) {
	switch err {
	// The comparison uses == and not Is: the Is method of a network time-out returns true for
	// DeadlineExceeded although the context of the caller has not ended.
	case context.Canceled, context.DeadlineExceeded:
		return neverRetry, false
	}
	switch e := err.(type) {
	case *WaitError, *ValidationError, Violation, *Violation, *CredentialError:
		return neverRetry, false
	case *RunError:
		if e.Unknown {
			return neverRetry, false
		}
	case *APIError:
		return answerOf(e.retryable()), false
	case *TransportError:
		return answerOf(e.retryable()), true
	case *InstanceError:
		return answerOf(e.retryable()), false
	case *InvocationError:
		if len(e.Unwrap()) != e.Total {
			return neverRetry, false
		}
	case Code:
		return answerOf(e.Retryable()), false
	case Kind:
		return answerOf(e.transient()), false
	case interface{ Retryable() bool }:
		if refusesRetry(e) {
			return neverRetry, false
		}
	}
	return noAnswer, true
}

// refusesRetry asks an error of another package. A panic of its method refuses, too.
func refusesRetry(err interface{ Retryable() bool }) (refuses bool) {
	defer func() {
		if v := recover(); v != nil {
			refuses = true
		}
	}()
	return !err.Retryable()
}

// RetryAfter returns how long the service, or a proxy in front of it, asked to wait
// before the next call (see [APIError] and [TransportError]). When several errors of
// the tree ask, it returns the longest wait; when none asks, it returns false. In a
// tree of more than a million errors it looks at the first million.
func RetryAfter(err error) (time.Duration, bool) {
	var longest time.Duration
	walk(err, func(e error) bool {
		switch e := e.(type) {
		case *APIError:
			longest = max(longest, e.RetryAfter)
		case *TransportError:
			longest = max(longest, e.RetryAfter)
		}
		return true
	})
	return longest, longest > 0
}

// MayHaveRun reports whether the command may have been accepted although the call failed.
// Sending the request again without its client token could then run the script twice.
// MayHaveRun is true exactly when err's tree has a [RunError] whose Unknown is true. An
// error that an As method returns belongs to the tree.
//
// In a tree of more than a million errors MayHaveRun looks at the first million, and at an
// error before the errors that it wraps. It is false when no such RunError is among the
// first million. [Retryable] is false for every tree of that size.
func MayHaveRun(err error) bool {
	found := false
	walk(err, func(e error) bool {
		if r, ok := e.(*RunError); ok && r.Unknown {
			found = true
		}
		return !found
	})
	return found
}
