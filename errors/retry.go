//nolint:errorlint // this file walks the tree of an error itself, node by node
package errors

import (
	"context"
	"time"
)

// Retryable reports whether the call that gave err may be made again, after a
// while, with a chance of success and without running a command twice.
//
// It is false for nil, for anything that [MayHaveRun], for a [WaitError] (the
// command was accepted), for a context's error anywhere in the tree, for a
// [ValidationError], a [CredentialError] and the results of a script. It is true
// for the codes documented as passing (see [Code.Retryable]), for an undocumented
// code of kind ErrThrottled or ErrUnavailable, and for a [TransportError]
// (network trouble, 5xx). An [InstanceError] is retryable only in a status that is
// known to be final, and an [InvocationError] only when every instance failed and
// every failure is retryable: the rest would run the command twice.
//
// Of joined errors one that is final outweighs those that are not.
func Retryable(err error) bool { return retryVerdict(err) == again }

// A verdict is one error's say in Retryable.
type verdict uint8

const (
	silent verdict = iota // an error that this package knows nothing about
	again
	final
)

func verdictOf(retryable bool) verdict {
	if retryable {
		return again
	}
	return final
}

func retryVerdict(err error) verdict {
	if isNil(err) {
		return silent
	}
	switch err {
	// Compared by identity: a network time-out claims to be DeadlineExceeded
	// through its Is method, yet the caller's context may be well.
	case context.Canceled, context.DeadlineExceeded:
		return final
	}
	switch e := err.(type) {
	case *WaitError, *ValidationError, Violation, *CredentialError:
		return final
	case *RunError:
		if e.Unknown {
			return final
		}
	case *APIError:
		return verdictOf(e.retryable())
	case *TransportError:
		if retryVerdict(e.Err) == final {
			return final
		}
		return verdictOf(e.retryable())
	case *InstanceError:
		return verdictOf(e.retryable())
	case *InvocationError:
		if len(e.Unwrap()) != e.Total {
			return final
		}
	case Code:
		return verdictOf(e.Retryable())
	case Kind:
		return verdictOf(e.transient())
	}
	result := silent
	for _, child := range children(err) {
		result = max(result, retryVerdict(child))
	}
	return result
}

// children are the errors that err wraps directly.
func children(err error) []error {
	if isNil(err) {
		return nil
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return []error{e.Unwrap()}
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	}
	return nil
}

// RetryAfter returns how long the service, or a proxy before it, asked to wait
// before the next call (see [APIError] and [TransportError]), the longest where
// err joins several such answers, and false when none asked.
func RetryAfter(err error) (time.Duration, bool) {
	if isNil(err) {
		return 0, false
	}
	var longest time.Duration
	switch e := err.(type) {
	case *APIError:
		longest = e.RetryAfter
	case *TransportError:
		longest = e.RetryAfter
	}
	for _, child := range children(err) {
		d, _ := RetryAfter(child)
		longest = max(longest, d)
	}
	return max(longest, 0), longest > 0
}

// MayHaveRun reports whether the command may have been accepted although the
// call failed. It is true exactly when a [RunError] with Unknown is in err's
// tree. Running the request again without its client token could then run the
// script twice.
func MayHaveRun(err error) bool {
	if e, ok := err.(*RunError); ok && e != nil && e.Unknown {
		return true
	}
	for _, child := range children(err) {
		if MayHaveRun(child) {
			return true
		}
	}
	return false
}
