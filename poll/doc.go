// Package poll waits: for something to end ([Until]), for a call to succeed
// ([Retry], [RetryWith]), and for a turn at a service that counts calls
// ([Limiter], [Adaptive]).
//
// All waits obey their context: none outlives it, none starts on a context
// that is already over, and what was last seen comes back together with the
// context's error. An end that a wait sets itself is made by [WithBound]:
// limiters must not take it for the deadline of the caller. The package starts no goroutine and keeps no state of its
// own; a timer lives as long as the wait that needs it.
//
// The delays come from github.com/cenkalti/backoff/v4. One [Policy] describes
// both kinds, a fresh generator serves each wait:
//
//   - Until looks again and again at something whose duration is not known. Its
//     gaps grow in proportion to the time already waited, so that the end is
//     noticed late by a bounded share of the duration, be that a second or
//     half an hour.
//   - Retry repeats something that failed. Its waits double, a service's
//     retry-after is obeyed, and a [Budget] shared by many calls stops them
//     from feeding an outage.
//
// Which errors are worth another try is the judgement of errors.Retryable, and
// the hint that an error carries is that of errors.RetryAfter, both from
// package errors of this module; a hint of more than 5 minutes counts as one of
// 5. A limiter that refuses while the context is alive ([ErrRefused]) is a wait
// to Until and an end to Retry.
package poll
