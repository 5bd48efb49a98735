package runcommandtest

import "fmt"

// A FaultKind is a way for things to go wrong.
type FaultKind uint8

// Faults of the connection: the service never sees the call.
const (
	// FaultRefused refuses the connection, so nothing is sent. It works only
	// for calls that use no network, such as those of [Server.Client]. On the loopback
	// listener it acts as FaultResetBefore, because there the system has already accepted
	// the connection.
	FaultRefused FaultKind = iota + 1

	// FaultResetBefore resets the connection before the service looks at the request.
	FaultResetBefore

	// FaultIdleDropped closes an idle keep-alive connection just before the request
	// arrives.
	FaultIdleDropped

	// FaultBadGateway, FaultUnavailable and FaultGatewayTimeout reply with an HTML page
	// and status 502, 503 or 504, like a proxy that has not passed the call on.
	FaultBadGateway
	FaultUnavailable
	FaultGatewayTimeout
)

// Refusals: the service refuses the call and does nothing.
const (
	// FaultRefusal refuses the call with Code and the documented status of Code.
	FaultRefusal FaultKind = iota + 20

	// FaultInternalError refuses the call with status 500 and the JSON code
	// InternalError, or Code if it is set.
	FaultInternalError

	// FaultThrottled refuses the call with Throttling.User, or Code if it is set.
	// RetryAfter is the value of TimeLeft in the rate-limit header.
	FaultThrottled

	// FaultThrottledSilent is like FaultThrottled, but without the rate-limit header.
	// FaultThrottledMalformed sends a rate-limit header that cannot be read.
	// FaultThrottledHuge sends one with a TimeLeft of ten days.
	FaultThrottledSilent
	FaultThrottledMalformed
	FaultThrottledHuge

	// FaultExpiredCredential refuses the call because its security token has expired.
	FaultExpiredCredential

	// FaultClockSkew refuses the call because its date differs too much from the
	// server's clock.
	FaultClockSkew

	// FaultPermission refuses the call with AccessDeniedDetail and Forbidden.RAM, or Code
	// if it is set. With it a test can simulate a permission that is missing, or that was
	// removed while a client waits.
	//
	// DescribeInstances is not refused. It leaves out the instances that the caller has no
	// right to see: the instance InstanceID, or all of them. Only its dry run is refused.
	FaultPermission

	// FaultBadInstance makes the instance InstanceID unknown, so the whole RunCommand is
	// refused. Without InstanceID the first instance of the call is unknown.
	FaultBadInstance

	// FaultTokenBusy refuses a call with a ClientToken with the code
	// IdempotentProcessing. FaultTokenMismatch refuses it with
	// IdempotentParameterMismatch.
	FaultTokenBusy
	FaultTokenMismatch

	// FaultTokenExpired makes a NextToken invalid.
	FaultTokenExpired
)

// Faults of the reply: the service has carried out the call, but the caller cannot
// know that. They apply only to calls that succeed.
const (
	// FaultResetAfterAccept resets the connection and sends no reply.
	FaultResetAfterAccept FaultKind = iota + 40

	// FaultCutReply breaks the connection in the middle of the body.
	FaultCutReply

	// FaultEmptyReply replies with status 200 and no body. FaultHTMLReply replies with
	// 200 and a web page, FaultForeignReply with 200 and JSON of another service.
	FaultEmptyReply
	FaultHTMLReply
	FaultForeignReply

	// FaultLostGateway replies to a call that was carried out with the 504 of a proxy.
	// FaultLostInternalError replies with the service's own 500.
	FaultLostGateway
	FaultLostInternalError

	// FaultStrangerAfterAccept replies to a call that was carried out with the refusal of
	// a proxy or gateway. The body is JSON with "code" and "message" and without a
	// RequestId. Code and Status set its code and status. The default is Throttling with
	// status 429, or Forbidden when Status is 403. The header x-acs-request-id is still
	// that of the service.
	FaultStrangerAfterAccept

	// FaultDelayed sends the reply after Delay.
	FaultDelayed

	// FaultSlow sends the body at one byte a second.
	FaultSlow

	// FaultSilent never answers: the call lasts until the caller gives up or
	// the server is closed.
	FaultSilent
)

// Faults of instances.
const (
	// FaultAgentOffline prevents the delivery of the next command to an instance. The
	// command is Pending for a minute. Then it is Aborted with ClientNotOnline, or Code
	// if it is set.
	FaultAgentOffline FaultKind = iota + 60

	// FaultNeverFinishes makes the next run on an instance last until it is stopped,
	// even beyond its timeout.
	FaultNeverFinishes

	// FaultInstanceReleased releases the instance when its next run begins.
	FaultInstanceReleased

	// FaultInstanceError ends the next run on an instance with Code, by
	// default ExecutionException.
	FaultInstanceError

	// FaultStopRace makes a run end by itself at the moment when StopInvocation stops it.
	FaultStopRace
)

// Faults of the Describe operations. They change what these operations show, not what
// has really happened.
const (
	// FaultNotVisible answers as if the invocation did not exist.
	FaultNotVisible FaultKind = iota + 80

	// FaultStatusBackwards shows ended instances as Running and running ones
	// as Pending.
	FaultStatusBackwards

	// FaultUnknownStatus and FaultUnknownCode show a status and an ErrorCode
	// that no document lists.
	FaultUnknownStatus
	FaultUnknownCode

	// FaultTruncatedOutput shows half of the output and adds the size of the rest to
	// Dropped. FaultBinaryOutput shows output that is not UTF-8. FaultBrokenOutput shows
	// output that is not Base64.
	FaultTruncatedOutput
	FaultBinaryOutput
	FaultBrokenOutput

	// FaultOddTimes shows times that are malformed, impossible or reversed.
	FaultOddTimes

	// FaultOddExitCode shows an exit code that does not fit into 32 bits.
	FaultOddExitCode

	// FaultReorderedRows reverses the order of a page, FaultRepeatedRows shows
	// its first row twice, and FaultRepeatedPage gives a NextToken that leads to
	// the same page again.
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

var (
	runs      = []string{runCommand}
	stops     = []string{stopInvocation}
	describes = []string{describeInvocations, describeResults}
	outputs   = []string{describeResults}
	lists     = []string{describeInvocations, describeResults, describeAgents, describeInstances}
)

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
