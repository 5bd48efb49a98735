package runcommand_test

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// A verdict is what one attempt at RunCommand proves, by the documents and not
// by the client's account of it.
type verdict uint8

const (
	answered  verdict = iota // the service's own reply arrives: accepted
	neverSent                // the service cannot have seen it
	denied                   // the service said no and did nothing
	nobody                   // nobody knows
)

// A mishap is what befalls one attempt.
type mishap struct {
	name    string
	verdict verdict
	fault   runcommandtest.Fault
	journey func(next http.RoundTripper, r *http.Request) (*http.Response, error) // nil: straight on
}

func (m mishap) String() string { return m.name }

func fault(v verdict, f runcommandtest.Fault) mishap {
	name := f.Kind.String()
	if f.Status != 0 {
		name += " " + strconv.Itoa(f.Status)
	}
	if f.Code != "" {
		name += " " + string(f.Code)
	}
	return mishap{name: name, verdict: v, fault: f}
}

// mishaps are the faults of the way to the service, each with what it proves.
var mishaps = []mishap{
	{name: "nothing", verdict: answered},
	fault(neverSent, runcommandtest.Fault{Kind: runcommandtest.FaultRefused}),

	fault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, RetryAfter: 3 * time.Second}),
	fault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultThrottledSilent}),
	fault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultThrottledMalformed}),
	fault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultThrottledHuge}),
	fault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultExpiredCredential}),
	fault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultClockSkew}),
	fault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultPermission}),
	fault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultBadInstance}),
	fault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultTokenMismatch}),
	fault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: errors.InvocationExceedQuota}),
	fault(denied, runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: errors.InvalidStatusResourceGroup}),

	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultResetBefore}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultIdleDropped}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultBadGateway}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultUnavailable}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultGatewayTimeout}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultInternalError}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultInternalError, Code: errors.InternalErrorDispatch}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: errors.ServiceUnavailable}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: errors.SignatureNonceUsed}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultTokenBusy}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultCutReply}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultEmptyReply}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultHTMLReply}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultForeignReply}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultStrangerAfterAccept}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultStrangerAfterAccept, Status: 403}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultLostGateway}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultLostInternalError}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultSlow}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultSilent}),
	fault(nobody, runcommandtest.Fault{Kind: runcommandtest.FaultDelayed, Delay: 40 * time.Second}),
	fault(answered, runcommandtest.Fault{Kind: runcommandtest.FaultDelayed, Delay: 12 * time.Second}),

	{name: "delivered twice, first reply", verdict: answered, journey: twice(0)},
	{name: "delivered twice, second reply", verdict: nobody, journey: twice(1)},
	{name: "a stranger's 403 after delivery", verdict: nobody, journey: stranger},
}

// twice delivers a request two times over, as a network may, and brings back
// one of the replies.
func twice(reply int) func(http.RoundTripper, *http.Request) (*http.Response, error) {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		var replies [2]*http.Response
		for i := range replies {
			again := r.Clone(r.Context())
			again.Body = io.NopCloser(bytes.NewReader(body))
			if replies[i], err = next.RoundTrip(again); err != nil {
				return nil, err
			}
		}
		return replies[reply], nil
	}
}

// stranger delivers a request, and some machine on the way back answers in JSON
// that could be taken for the service's.
func stranger(next http.RoundTripper, r *http.Request) (*http.Response, error) {
	if _, err := next.RoundTrip(r); err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusForbidden,
		Body:       io.NopCloser(strings.NewReader(`{"code":"BLOCKED_BY_POLICY","message":"blocked"}`)),
		Request:    r,
	}, nil
}

// A road leads to a server; its mishaps come one an attempt, in order. It keeps
// an account of what each attempt proves.
type road struct {
	server *runcommandtest.Server

	mu      sync.Mutex
	ahead   []mishap
	account []verdict
	doubted bool // a context ended while a verdict was on its way
}

func (r *road) RoundTrip(req *http.Request) (*http.Response, error) {
	m := mishaps[0]
	r.mu.Lock()
	if len(r.ahead) > 0 {
		m, r.ahead = r.ahead[0], r.ahead[1:]
	}
	r.mu.Unlock()
	if m.fault.Kind != 0 {
		r.server.Inject(m.fault)
	}
	defer func() { // after a panic, too
		r.mu.Lock()
		defer r.mu.Unlock()
		r.account = append(r.account, m.verdict)
		if req.Context().Err() != nil && m.verdict != nobody {
			r.doubted = true
		}
	}()
	if m.journey != nil {
		return m.journey(r.server.Transport(), req)
	}
	return r.server.Transport().RoundTrip(req)
}

// travelled returns what the attempts so far prove together, and whether that
// is certain.
func (r *road) travelled() (attempts int, worst verdict, certain bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	worst = neverSent
	for _, v := range r.account {
		if v == answered {
			v = nobody // an answer that did not end the Run was not understood
		}
		worst = max(worst, v)
	}
	return len(r.account), worst, !r.doubted || worst == nobody
}
