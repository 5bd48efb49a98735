package runcommandtest

import "github.com/ecs-runcommand/runcommand-go/internal/emulator"

// Faults of the connection: the service never sees the call.
const (
	// FaultRefused is a connection that is refused, so that nothing is ever sent.
	// It is for calls in process: over the loopback listener, whose connections
	// the system accepts by itself, it is FaultResetBefore.
	FaultRefused = emulator.FaultRefused

	// FaultResetBefore is a connection that is reset before the service has
	// looked at the request.
	FaultResetBefore = emulator.FaultResetBefore

	// FaultIdleDropped is a kept connection that the other side has closed
	// just before the request arrives.
	FaultIdleDropped = emulator.FaultIdleDropped

	// FaultBadGateway, FaultUnavailable and FaultGatewayTimeout are HTML pages
	// with status 502, 503 and 504 of a proxy that has not passed the call on.
	FaultBadGateway     = emulator.FaultBadGateway
	FaultUnavailable    = emulator.FaultUnavailable
	FaultGatewayTimeout = emulator.FaultGatewayTimeout
)

// Refusals: the service answers no and does nothing.
const (
	// FaultRefusal is a refusal with Code and its documented status.
	FaultRefusal = emulator.FaultRefusal

	// FaultInternalError is a 500 with the JSON code InternalError, or Code.
	FaultInternalError = emulator.FaultInternalError

	// FaultThrottled is Throttling.User, or Code, with RetryAfter as TimeLeft
	// in the rate-limit header; in the next three the header is absent, not
	// readable, and announces ten days.
	FaultThrottled          = emulator.FaultThrottled
	FaultThrottledSilent    = emulator.FaultThrottledSilent
	FaultThrottledMalformed = emulator.FaultThrottledMalformed
	FaultThrottledHuge      = emulator.FaultThrottledHuge

	// FaultExpiredCredential is a security token that has expired.
	FaultExpiredCredential = emulator.FaultExpiredCredential

	// FaultClockSkew is a clock that differs too much.
	FaultClockSkew = emulator.FaultClockSkew

	// FaultPermission is Forbidden.RAM, or Code, with AccessDeniedDetail: a
	// right that is missing, or was taken away while somebody waits.
	FaultPermission = emulator.FaultPermission

	// FaultBadInstance makes InstanceID unknown, so that one id refuses the
	// whole RunCommand; without InstanceID it is the first.
	FaultBadInstance = emulator.FaultBadInstance

	// FaultTokenBusy is IdempotentProcessing for a call with a ClientToken,
	// FaultTokenMismatch is IdempotentParameterMismatch.
	FaultTokenBusy     = emulator.FaultTokenBusy
	FaultTokenMismatch = emulator.FaultTokenMismatch

	// FaultTokenExpired makes a NextToken invalid.
	FaultTokenExpired = emulator.FaultTokenExpired
)

// Faults of the reply: the service has done what it was asked and the caller
// cannot know it. They befall only calls that were answered with success.
const (
	// FaultResetAfterAccept is a connection that is reset in place of a reply.
	FaultResetAfterAccept = emulator.FaultResetAfterAccept

	// FaultCutReply is a connection that breaks in the middle of the body.
	FaultCutReply = emulator.FaultCutReply

	// FaultEmptyReply is a 200 without a body, FaultHTMLReply one with a web
	// page, FaultForeignReply one with JSON of somebody else.
	FaultEmptyReply   = emulator.FaultEmptyReply
	FaultHTMLReply    = emulator.FaultHTMLReply
	FaultForeignReply = emulator.FaultForeignReply

	// FaultLostGateway is a proxy's 504 for a call that was carried out,
	// FaultLostInternalError the service's own 500 for such a call.
	FaultLostGateway       = emulator.FaultLostGateway
	FaultLostInternalError = emulator.FaultLostInternalError

	// FaultStrangerAfterAccept is a refusal that a proxy or gateway on the way
	// puts in place of the reply to a call that was carried out: JSON with "code"
	// and "message" and without a RequestId. It says Throttling with status 429,
	// Forbidden when Status is 403, or whatever Code and Status say. The header
	// x-acs-request-id is still that of the service.
	FaultStrangerAfterAccept = emulator.FaultStrangerAfterAccept

	// FaultDelayed keeps the reply back for Delay.
	FaultDelayed = emulator.FaultDelayed

	// FaultSlow sends the body at one byte a second.
	FaultSlow = emulator.FaultSlow

	// FaultSilent never answers: the call lasts until the caller gives up or
	// the server is closed.
	FaultSilent = emulator.FaultSilent
)

// Faults of instances.
const (
	// FaultAgentOffline leaves the next command of an instance undelivered: it
	// is Pending for a minute and then Aborted with ClientNotOnline, or Code.
	FaultAgentOffline = emulator.FaultAgentOffline

	// FaultNeverFinishes lets the next run on an instance go on, beyond its
	// timeout, until it is stopped.
	FaultNeverFinishes = emulator.FaultNeverFinishes

	// FaultInstanceReleased releases the instance when its next run begins.
	FaultInstanceReleased = emulator.FaultInstanceReleased

	// FaultInstanceError ends the next run on an instance with Code, by
	// default ExecutionException.
	FaultInstanceError = emulator.FaultInstanceError

	// FaultStopRace lets a run end by itself just when it is to be stopped.
	FaultStopRace = emulator.FaultStopRace
)

// Faults of what the Describe operations show; what has really happened stays
// as it is.
const (
	// FaultNotVisible hides what was asked for.
	FaultNotVisible = emulator.FaultNotVisible

	// FaultStatusBackwards shows ended instances as Running and running ones
	// as Pending.
	FaultStatusBackwards = emulator.FaultStatusBackwards

	// FaultUnknownStatus and FaultUnknownCode show a status and an ErrorCode
	// that no document lists.
	FaultUnknownStatus = emulator.FaultUnknownStatus
	FaultUnknownCode   = emulator.FaultUnknownCode

	// FaultTruncatedOutput shows half of the output and the rest as Dropped,
	// FaultBinaryOutput output that is not UTF-8, FaultBrokenOutput output
	// that is not Base64.
	FaultTruncatedOutput = emulator.FaultTruncatedOutput
	FaultBinaryOutput    = emulator.FaultBinaryOutput
	FaultBrokenOutput    = emulator.FaultBrokenOutput

	// FaultOddTimes shows times that are malformed, impossible or reversed.
	FaultOddTimes = emulator.FaultOddTimes

	// FaultOddExitCode shows an exit code beyond 32 bits.
	FaultOddExitCode = emulator.FaultOddExitCode

	// FaultReorderedRows turns the order of a page round, FaultRepeatedRows
	// shows its first row twice, FaultRepeatedPage gives a NextToken that
	// leads to the same page again.
	FaultReorderedRows = emulator.FaultReorderedRows
	FaultRepeatedRows  = emulator.FaultRepeatedRows
	FaultRepeatedPage  = emulator.FaultRepeatedPage
)
