package runcommand_test

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// proof says what one attempt at RunCommand proves about the command. The tests take the
// proof from the documentation of the service, not from the client that they check.
type proof uint8

const (
	answered  proof = iota // the reply of the service arrives: the command was accepted
	neverSent              // the service cannot have received the request
	denied                 // the service refused the command and did nothing
	undecided              // nothing is proved: the command may or may not have run
)

// attemptFault is a fault that happens to one attempt, with the proof that this attempt
// gives.
type attemptFault struct {
	name       string
	proof      proof
	fault      runcommandtest.Fault
	middleware middleware // nil: the request goes straight to the service
}

func (m attemptFault) String() string { return m.name }

func serverFault(v proof, f runcommandtest.Fault) attemptFault {
	name := f.Kind.String()
	if f.Status != 0 {
		name += " " + strconv.Itoa(f.Status)
	}
	if f.Code != "" {
		name += " " + string(f.Code)
	}
	return attemptFault{name: name, proof: v, fault: f}
}

// attemptFaults lists faults between the client and the service, each with its proof.
var attemptFaults = []attemptFault{
	{name: "nothing", proof: answered},
	serverFault(neverSent, runcommandtest.Fault{Kind: runcommandtest.FaultRefused}),

	serverFault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, RetryAfter: 3 * time.Second}),
	serverFault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultThrottledSilent}),
	serverFault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultThrottledMalformed}),
	serverFault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultThrottledHuge}),
	serverFault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultExpiredCredential}),
	serverFault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultClockSkew}),
	serverFault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultPermission}),
	serverFault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultBadInstance}),
	serverFault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultTokenMismatch}),
	serverFault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: errors.InvocationExceedQuota}),
	serverFault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: errors.InvalidStatusResourceGroup}),

	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultResetBefore}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultIdleDropped}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultBadGateway}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultUnavailable}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultGatewayTimeout}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultInternalError}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultInternalError, Code: errors.InternalErrorDispatch}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: errors.ServiceUnavailable}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: errors.SignatureNonceUsed}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultTokenBusy}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultCutReply}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultEmptyReply}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultHTMLReply}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultForeignReply}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultStrangerAfterAccept}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultStrangerAfterAccept, Status: 403}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultLostGateway}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultLostInternalError}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultSlow}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultSilent}),
	serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultDelayed, Delay: 40 * time.Second}),
	serverFault(answered, runcommandtest.Fault{Kind: runcommandtest.FaultDelayed, Delay: 12 * time.Second}),

	{name: "delivered twice, first reply", proof: answered, middleware: deliverTwice(0)},
	{name: "delivered twice, second reply", proof: undecided, middleware: deliverTwice(1)},
	{name: "a gateway's 403 after delivery", proof: undecided, middleware: deliverThen(replyWith(403, `{"code":"BLOCKED_BY_POLICY","message":"blocked"}`))},
}

// faultyTransport sends requests to a local service. Each attempt meets the next fault of
// the field ahead. The field account records the proof of each attempt.
type faultyTransport struct {
	server *runcommandtest.Server

	mu      sync.Mutex
	ahead   []attemptFault
	account []proof
	doubted bool // the context of an attempt ended while a reply with a proof was on its way
}

func (r *faultyTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	m := attemptFaults[0]
	r.mu.Lock()
	if len(r.ahead) > 0 {
		m, r.ahead = r.ahead[0], r.ahead[1:]
	}
	r.mu.Unlock()
	if m.fault.Kind != 0 {
		r.server.Inject(m.fault)
	}
	defer func() { // deferred, so that the attempt is recorded even after a panic
		r.mu.Lock()
		defer r.mu.Unlock()
		r.account = append(r.account, m.proof)
		if req.Context().Err() != nil && m.proof != undecided {
			r.doubted = true
		}
	}()
	if m.middleware != nil {
		return m.middleware(r.server.Transport(), req)
	}
	return r.server.Transport().RoundTrip(req)
}

// proven returns the number of attempts so far, what these attempts prove together, and
// whether this proof is certain.
func (r *faultyTransport) proven() (attempts int, worst proof, certain bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	worst = neverSent
	for _, v := range r.account {
		if v == answered {
			v = undecided // the proof is used only when the Run has failed; then the client did not understand this reply
		}
		worst = max(worst, v)
	}
	return len(r.account), worst, !r.doubted || worst == undecided
}

// middlewareFaults are faults that RoundTrippers and gateways of other people cause. The
// tests of P1 and P2 of internal/DESIGN.md draw faults from attemptFaults and from this
// list.
var middlewareFaults = []attemptFault{
	{name: "delivered, then a dial error", proof: undecided, middleware: deliverThen(dialRefused)},
	{name: "a copy delivered, then a dial error", proof: undecided, middleware: deliverCopyThen(dialRefused)},
	{name: "read, then a dial error", proof: undecided, middleware: readThenDialError},
	{name: "a dial error", proof: neverSent, middleware: ignoreRequest(dialRefused)},
	{name: "a panic", proof: neverSent, middleware: ignoreRequest(panicInstead)},
	{name: "delivered, then a panic", proof: undecided, middleware: deliverThen(panicInstead)},
	{name: "an acceptance in an envelope", proof: undecided, middleware: deliverThen(replyWith(200, acceptedInEnvelope))},
	{name: "an acceptance with an unknown code", proof: undecided, middleware: deliverThen(replyWith(200, `{"RequestId":"R","Code":"Accepted.Later","Message":"m"}`))},
	{name: "an hour's hint", proof: undecided, middleware: deliverThen(replyWith(503, "<html>", "Retry-After", "3600"))},
	{name: "a hint of three minutes", proof: undecided, middleware: deliverThen(replyWith(503, "<html>", "Retry-After", "180"))},
	{name: "a body of gzip that is still packed", proof: undecided, middleware: deliverThen(replyWith(200, gzipBomb(), "Content-Encoding", "gzip"))},
	{name: "repeated by itself, then throttled", proof: undecided, middleware: deliverAgainThen(replyWith(400, refusalBody("Throttling.User")))},
	{name: "repeated by itself, then forbidden", proof: undecided, middleware: deliverAgainThen(replyWith(403, refusalBody("Forbidden.RAM")))},
	{name: "a success, body unread", proof: undecided, middleware: ignoreRequest(replyWith(200, "<html>open"))},
	{name: "a breaker's page, body unread", proof: neverSent, middleware: ignoreRequest(replyWith(503, "<html>open"))},
	{name: "a breaker's refusal, body unread", proof: neverSent, middleware: ignoreRequest(replyWith(500, refusalBody("InternalError")))},
	{name: "a gateway's time-out", proof: undecided, middleware: deliverThen(replyWith(400, refusalBody("UpstreamTimeout")))},
	{name: "an undocumented throttling of a server", proof: undecided, middleware: deliverThen(replyWith(503, refusalBody("Throttling.Gateway")))},
	{name: "only a request id", proof: undecided, middleware: deliverThen(replyWith(200, `{"RequestId":"R"}`))},
	{name: "no response and no error", proof: undecided, middleware: deliverThen(func(*http.Request) (*http.Response, error) { return nil, nil })},
}
