package runcommandtest

import "fmt"

// A FaultKind is a way for things to go wrong. The zero FaultKind is none: [Server.Inject]
// panics.
//
// Each comment says what the client sees and whether the service did what the call asked
// for. A fault is used up when it has happened as often as [Fault] says in Times. It
// happens only to a call or an event that it can change: see the comments.
//
//	faults of           a RunCommand is      the client
//	the connection      not executed         cannot know that, except with FaultRefused
//	the call: refusals  not executed         knows that, except with a status of 5xx and
//	                                         with FaultTokenBusy
//	the reply           executed             cannot know that, unless FaultDelayed or
//	                                         FaultSlow let the reply arrive in time
//	instances           accepted             sees in the row of the instance what happened
//	Describe replies    not concerned        sees something that is not true
type FaultKind uint8

// Faults of the connection: the service never sees the call, so no command is executed.
// They happen to every call that the fields Action and InstanceID select, before the
// signature is checked. They use neither Code nor Status. Apart from FaultRefused, the
// client cannot know that nothing was executed, because the request was sent.
const (
	// FaultRefused refuses the connection, so nothing is sent, and the client knows that. It
	// works only for calls that use no network, such as those of [Server.Client]. On the
	// loopback listener it acts as FaultResetBefore, because there the system has already
	// accepted the connection. With an InstanceID, and for calls with the V1 signature, the
	// server must read the body to find the instance or the action. The client then has to
	// assume that the request was sent. [Server.Calls] does not have the call.
	FaultRefused FaultKind = iota + 1

	// FaultResetBefore resets the connection before the service looks at the request. The
	// client sees ECONNRESET. In [Server.Calls] the call has the Status 0.
	FaultResetBefore

	// FaultIdleDropped closes an idle keep-alive connection just before the request
	// arrives. The client sees io.EOF. In [Server.Calls] the call has the Status 0.
	FaultIdleDropped

	// FaultBadGateway, FaultUnavailable and FaultGatewayTimeout reply with an HTML page
	// and status 502, 503 or 504, like a proxy that has not passed the call on. The reply
	// has no request id and no error code. FaultLostGateway looks the same to the client.
	FaultBadGateway
	FaultUnavailable
	FaultGatewayTimeout
)

// Refusals: the service refuses the call and does nothing. The reply has the form of the
// service, with a request id and an error code (ECS common error codes). They happen to
// calls with a valid signature, and Status replaces their HTTP status.
const (
	// FaultRefusal refuses the call with Code and the documented status of Code. Without
	// Code it is Operation.Forbidden with 403. A code that no document lists has 400.
	FaultRefusal FaultKind = iota + 20

	// FaultInternalError refuses the call with status 500 and the JSON code
	// InternalError, or Code if it is set; then the status is that of Code. The client
	// cannot know that nothing was executed. FaultLostInternalError looks the same.
	FaultInternalError

	// FaultThrottled refuses the call with Throttling.User and status 400, or Code if it is
	// set. RetryAfter is the value of TimeLeft in the rate-limit header.
	FaultThrottled

	// FaultThrottledSilent is like FaultThrottled, but without the rate-limit header.
	// FaultThrottledMalformed sends a rate-limit header that cannot be read.
	// FaultThrottledHuge sends one with a TimeLeft of ten days. They use Code and Status,
	// but not RetryAfter.
	FaultThrottledSilent
	FaultThrottledMalformed
	FaultThrottledHuge

	// FaultExpiredCredential refuses the call because its security token has expired:
	// InvalidSecurityToken.Expired with status 400. It happens also to a permanent key.
	FaultExpiredCredential

	// FaultClockSkew refuses the call because its date differs too much from the
	// server's clock: InvalidTimeStamp.Expired with status 400. The date itself is not
	// looked at.
	FaultClockSkew

	// FaultPermission refuses the call with AccessDeniedDetail and Forbidden.RAM, or Code
	// if it is set; the status is 403 unless Code has another. With it a test can simulate
	// a permission that is missing, or that was removed while a client waits.
	//
	// DescribeInstances is not refused. It leaves out the instances that the caller has no
	// right to see: the instance InstanceID, or all of them. Only its dry run is refused.
	FaultPermission

	// FaultBadInstance makes the instance InstanceID unknown, so the whole RunCommand is
	// refused with InvalidInstance.NotFound and 404. Without InstanceID the first instance
	// of the call is unknown. It uses neither Code nor Status. It does not happen to a call
	// that breaks another rule before its instances are looked up.
	FaultBadInstance

	// FaultTokenBusy refuses a RunCommand with a ClientToken with the code
	// IdempotentProcessing. FaultTokenMismatch refuses it with
	// IdempotentParameterMismatch. Both have status 403 (ECS guide to idempotence) and use
	// neither Code nor Status. The token stays as it was, so a later call with it runs the
	// command, or gets the reply of the earlier call that was accepted.
	FaultTokenBusy
	FaultTokenMismatch

	// FaultTokenExpired makes a NextToken invalid: a Describe call that carries one is
	// refused with InvalidParameter.NextToken and 400. It uses neither Code nor Status. The
	// call for the first page of a list carries no NextToken and leaves the fault pending.
	FaultTokenExpired
)

// Faults of the reply: the service has carried out the call, but the caller cannot
// know that as long as the whole reply has not arrived. So a RunCommand with such a fault
// is executed. They apply only to calls that succeed, and not to those that a function of
// [Server.Control] has answered. In [Server.Calls] the call has the Status that was sent,
// or 0 without a reply.
const (
	// FaultResetAfterAccept resets the connection and sends no reply. The client sees
	// ECONNRESET, as with FaultResetBefore.
	FaultResetAfterAccept FaultKind = iota + 40

	// FaultCutReply breaks the connection in the middle of the body. The client sees status
	// 200, the whole header, half of the body and io.ErrUnexpectedEOF.
	FaultCutReply

	// FaultEmptyReply replies with status 200 and no body. FaultHTMLReply replies with
	// 200 and a web page, FaultForeignReply with 200 and JSON of another service. The
	// page has no header x-acs-request-id, the other two replies have it.
	FaultEmptyReply
	FaultHTMLReply
	FaultForeignReply

	// FaultLostGateway replies to a call that was carried out with the 504 of a proxy, a
	// web page. FaultLostInternalError replies with the service's own 500 InternalError,
	// or Code if it is set; then the status is that of Code.
	FaultLostGateway
	FaultLostInternalError

	// FaultStrangerAfterAccept replies to a call that was carried out with the refusal of
	// a proxy or gateway. The body is JSON with "code" and "message" and without a
	// RequestId. Code and Status set its code and status. The default is Throttling with
	// status 429, or Forbidden when Status is 403. The header x-acs-request-id is still
	// that of the service.
	FaultStrangerAfterAccept

	// FaultDelayed sends the reply after Delay. The call itself is carried out at once. When
	// the client gives up before, it gets the error of its context, and the fault is used up.
	FaultDelayed

	// FaultSlow sends the header at once and the body at one byte a second.
	FaultSlow

	// FaultSilent never answers: the call lasts until the caller gives up or
	// the server is closed.
	FaultSilent
)

// Faults of instances. The call succeeds, and the Describe operations show later what
// happened. Without InstanceID they happen to any instance. A run with FaultNeverFinishes,
// FaultInstanceReleased or FaultInstanceError counts for [Server.Executions], but the
// function of [Server.Handle] is not called for it.
const (
	// FaultAgentOffline prevents the delivery of the next command to an instance. The
	// command is Pending for a minute by the server's clock. Then it is Aborted with
	// ClientNotOnline, or Code if it is set. It is not executed and not counted.
	FaultAgentOffline FaultKind = iota + 60

	// FaultNeverFinishes makes the next run on an instance last until it is stopped,
	// even beyond its timeout. A restart or a release of the instance ends it too.
	FaultNeverFinishes

	// FaultInstanceReleased releases the instance when its next run begins. The run ends with
	// the status Error and InstanceReleased, and the instance is unknown from then on.
	FaultInstanceReleased

	// FaultInstanceError ends the next run on an instance with Code, by
	// default ExecutionException, at the moment when it begins. The status follows from
	// Code, as in an [Outcome].
	FaultInstanceError

	// FaultStopRace makes a run end by itself at the moment when StopInvocation stops it. A
	// run whose [Outcome] is known ends with it, and any other run ends with exit code 0. So
	// it is Success or Failed, not Terminated. The fault happens only to an instance that is
	// Running when it is stopped.
	FaultStopRace
)

// Faults of the Describe operations. They change what these operations show, not what
// has really happened: the next reply is right again. They use neither Code nor Status.
// They happen to DescribeInvocations and DescribeInvocationResults, unless the comment says
// otherwise. A reply with nothing to change leaves them pending.
const (
	// FaultNotVisible answers as if the invocation did not exist: the list is empty. It
	// happens to a call that would have found something.
	FaultNotVisible FaultKind = iota + 80

	// FaultStatusBackwards shows ended instances as Running and running ones
	// as Pending. The overall status of the invocation stays right.
	FaultStatusBackwards

	// FaultUnknownStatus and FaultUnknownCode show a status and an ErrorCode
	// that no document lists. FaultUnknownCode happens to instances that have ended.
	FaultUnknownStatus
	FaultUnknownCode

	// FaultTruncatedOutput shows half of the output and adds the size of the rest to
	// Dropped; it needs two bytes of output. FaultBinaryOutput shows output that is not
	// UTF-8. FaultBrokenOutput shows output that is not Base64. Both need an instance that
	// has ended. With an empty Action the three happen to DescribeInvocationResults only.
	FaultTruncatedOutput
	FaultBinaryOutput
	FaultBrokenOutput

	// FaultOddTimes shows times that are malformed, impossible or reversed.
	FaultOddTimes

	// FaultOddExitCode shows an exit code that does not fit into 32 bits. It happens to
	// instances that have ended.
	FaultOddExitCode

	// FaultReorderedRows reverses the order of a page with at least two rows,
	// FaultRepeatedRows shows its first row a second time at its end, and
	// FaultRepeatedPage gives a NextToken that leads to the same page again, if there are
	// more pages. They happen to DescribeInstances and DescribeCloudAssistantStatus too.
	// The rows of DescribeInvocations are instances when the call names an InvokeId.
	FaultReorderedRows
	FaultRepeatedRows
	FaultRepeatedPage
)

// A stage is the moment at which a fault happens.
type stage uint8

const (
	stageNone     stage = iota
	stageConnect        // before the server checks the request
	stageRefuse         // after the signature was accepted
	stageTarget         // while RunCommand looks up its instances
	stageToken          // while RunCommand looks up its ClientToken
	stagePage           // while the NextToken of a call is read
	stageDeliver        // when the agent gets the command
	stageRun            // when a run begins
	stageStop           // when a run is stopped
	stageFind           // when a Describe operation has found invocations
	stageView           // when a Describe operation shows rows
	stageOrder          // when the rows of a page are put in order
	stageRepeat         // after the rows of a page are put in order
	stageNextPage       // when the NextToken of a reply is made
	stageReply          // when the reply is sent
)

// A faultSpec says how the server handles a kind of fault.
type faultSpec struct {
	name    string
	stage   stage
	actions []string // operations that the kind can apply to; nil: all
}

// The operations that kinds of faults can apply to.
var (
	runs      = []string{runCommand}
	stops     = []string{stopInvocation}
	describes = []string{describeInvocations, describeResults}
	outputs   = []string{describeResults}
	lists     = []string{describeInvocations, describeResults, describeAgents, describeInstances}
)

// faultSpecs has every kind of fault. Inject refuses a kind that it does not have.
var faultSpecs = map[FaultKind]faultSpec{
	FaultRefused:        {"refused", stageConnect, nil},
	FaultResetBefore:    {"reset before", stageConnect, nil},
	FaultIdleDropped:    {"idle dropped", stageConnect, nil},
	FaultBadGateway:     {"bad gateway", stageConnect, nil},
	FaultUnavailable:    {"unavailable", stageConnect, nil},
	FaultGatewayTimeout: {"gateway timeout", stageConnect, nil},

	FaultRefusal:            {"refusal", stageRefuse, nil},
	FaultInternalError:      {"internal error", stageRefuse, nil},
	FaultThrottled:          {"throttled", stageRefuse, nil},
	FaultThrottledSilent:    {"throttled without a hint", stageRefuse, nil},
	FaultThrottledMalformed: {"throttled with a malformed hint", stageRefuse, nil},
	FaultThrottledHuge:      {"throttled for ten days", stageRefuse, nil},
	FaultExpiredCredential:  {"expired credential", stageRefuse, nil},
	FaultClockSkew:          {"clock skew", stageRefuse, nil},
	FaultPermission:         {"permission", stageRefuse, nil},
	FaultBadInstance:        {"bad instance", stageTarget, runs},
	FaultTokenBusy:          {"token busy", stageToken, runs},
	FaultTokenMismatch:      {"token mismatch", stageToken, runs},
	FaultTokenExpired:       {"token expired", stagePage, lists},

	FaultResetAfterAccept:    {"reset after accept", stageReply, nil},
	FaultCutReply:            {"cut reply", stageReply, nil},
	FaultEmptyReply:          {"empty reply", stageReply, nil},
	FaultHTMLReply:           {"HTML reply", stageReply, nil},
	FaultForeignReply:        {"foreign reply", stageReply, nil},
	FaultLostGateway:         {"gateway timeout after accept", stageReply, nil},
	FaultLostInternalError:   {"internal error after accept", stageReply, nil},
	FaultStrangerAfterAccept: {"stranger after accept", stageReply, nil},
	FaultDelayed:             {"delayed", stageReply, nil},
	FaultSlow:                {"slow", stageReply, nil},
	FaultSilent:              {"silent", stageReply, nil},

	FaultAgentOffline:     {"agent offline", stageDeliver, runs},
	FaultNeverFinishes:    {"never finishes", stageRun, runs},
	FaultInstanceReleased: {"instance released", stageRun, runs},
	FaultInstanceError:    {"instance error", stageRun, runs},
	FaultStopRace:         {"stop race", stageStop, stops},

	FaultNotVisible:      {"not visible", stageFind, describes},
	FaultStatusBackwards: {"status backwards", stageView, describes},
	FaultUnknownStatus:   {"unknown status", stageView, describes},
	FaultUnknownCode:     {"unknown code", stageView, describes},
	FaultTruncatedOutput: {"truncated output", stageView, outputs},
	FaultBinaryOutput:    {"binary output", stageView, outputs},
	FaultBrokenOutput:    {"broken output", stageView, outputs},
	FaultOddTimes:        {"odd times", stageView, describes},
	FaultOddExitCode:     {"odd exit code", stageView, describes},
	FaultReorderedRows:   {"reordered rows", stageOrder, lists},
	FaultRepeatedRows:    {"repeated rows", stageRepeat, lists},
	FaultRepeatedPage:    {"repeated page", stageNextPage, lists},
}

// String returns a few words, such as "reset after accept".
func (k FaultKind) String() string {
	if spec, ok := faultSpecs[k]; ok {
		return spec.name
	}
	return fmt.Sprintf("FaultKind(%d)", uint8(k))
}
