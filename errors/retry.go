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
// Of joined errors one that is final outweighs those that are not. Errors that
// another one shows by an As method count as if it wrapped them. It is false for a
// tree of more than a million errors, which is not seen whole.
func Retryable(err error) bool {
	result := silent
	whole := walk(err, func(e error) bool {
		v, below := verdictOn(e)
		result = max(result, v)
		return below && result != final
	})
	return whole && result == again
}

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

// verdictOn is the verdict of err itself, and whether the errors below it have a
// say too.
func verdictOn(err error) (v verdict, below bool) {
	switch err {
	// Compared by identity: a network time-out claims to be DeadlineExceeded
	// through its Is method, yet the caller's context may be well.
	case context.Canceled, context.DeadlineExceeded:
		return final, false
	}
	switch e := err.(type) {
	case *WaitError, *ValidationError, Violation, *Violation, *CredentialError:
		return final, false
	case *RunError:
		if e.Unknown {
			return final, false
		}
	case *APIError:
		return verdictOf(e.retryable()), false
	case *TransportError:
		return verdictOf(e.retryable()), true
	case *InstanceError:
		return verdictOf(e.retryable()), false
	case *InvocationError:
		if len(e.Unwrap()) != e.Total {
			return final, false
		}
	case Code:
		return verdictOf(e.Retryable()), false
	case Kind:
		return verdictOf(e.transient()), false
	}
	return silent, true
}

// RetryAfter returns how long the service, or a proxy before it, asked to wait
// before the next call (see [APIError] and [TransportError]), the longest where
// err joins several such answers, and false when none asked. Of a tree of more than a
// million errors only the first million are looked at.
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

// MayHaveRun reports whether the command may have been accepted although the
// call failed. It is true exactly when a [RunError] with Unknown is in err's
// tree, be it wrapped or shown by an As method. Running the request again without
// its client token could then run the script twice.
//
// Of a tree of more than a million errors only the first million are looked at, an
// outer error before those in it. MayHaveRun is false where none of these is such a
// RunError, and [Retryable] is false for every such tree.
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
