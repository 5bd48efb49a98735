// Package poll waits: for something to end ([Until]), for a call to succeed
// ([Retry], [RetryWith]), and for a turn at a service that limits the number of calls
// ([Limiter], [Adaptive]).
//
// Every wait ends at the latest when its context ends, and no wait starts on a context
// that has ended. A wait that ends with its context returns the latest value together
// with the error of the context. [WithBound] sets an end for a wait; limiters do not
// see this end as the deadline of the caller. The package starts no goroutine and keeps
// no state of its own; a timer lives as long as the wait that needs it.
//
// With their default policies, without jitter and in seconds:
//
//	        0         5         10        15        20        25        30
//	Until   * *  *  *   *     *      *        *           *              *
//	Retry   * *   *       *               *
//
// The delays of Until and of Retry are both described by a [Policy]. Each wait has a
// generator of its own, a BackOff of github.com/cenkalti/backoff/v4:
//
//   - Until probes something whose duration is not known. The gaps between probes
//     grow in proportion to the time already waited. So Until notices the end late by
//     at most a certain share of the duration, be it a second or half an hour.
//   - Retry repeats a call that failed. Its waits double, but no wait is shorter
//     than the service asks for with a retry-after. A [Budget] that many calls share limits
//     their retries during an outage.
//
// The functions Retryable and RetryAfter of this module's package errors decide
// which errors are worth another attempt and how long to wait before it. A
// retry-after of more than 5 minutes is shortened to 5 minutes. When a limiter refuses
// while the context has not ended ([ErrRefused]), Until waits for its next probe and
// Retry ends.
package poll
