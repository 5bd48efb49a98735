// Package poll waits: for something to end ([Until]), for a call to succeed
// ([Retry], [RetryWith]), and for a turn at a service that counts calls
// ([Limiter], [Adaptive]).
//
// Every wait ends at the latest when its context ends, and no wait starts on a
// context that has ended. The latest value comes back together with the context's
// error. [WithBound] sets an end for a wait that limiters do not take for the
// deadline of the caller. The package starts no goroutine and keeps no state of its
// own; a timer lives as long as the wait that needs it.
//
// One [Policy] describes the delays of both kinds of wait. Each wait has a generator
// of its own, a BackOff of github.com/cenkalti/backoff/v4:
//
//   - Until probes something whose duration is not known. The gaps between probes
//     grow in proportion to the time already waited, so that Until notices the end
//     late by a bounded share of the duration, for a second as for half an hour.
//   - Retry repeats something that failed. Its waits double, but are never shorter
//     than a retry-after of the service. A [Budget] that many calls share limits
//     their retries during an outage.
//
// The functions Retryable and RetryAfter of this module's package errors decide
// which errors are worth another attempt and how long to wait before it. A
// retry-after of more than 5 minutes counts as 5 minutes. When a limiter refuses
// while the context has not ended ([ErrRefused]), Until waits for its next probe and
// Retry ends.
package poll
