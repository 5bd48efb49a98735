package runcommandtest

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest/internal/signature"
)

// serve answers one HTTP request. The parameter body is the body of the request,
// already read. Transport and ServeHTTP call it without the lock, and send the reply. The
// reply is never nil.
func (s *Server) serve(ctx context.Context, r *http.Request, body []byte) *reply {
	if len(r.URL.RawQuery) > maxQuery {
		re := page(http.StatusRequestURITooLong)
		s.log(Call{Action: r.Header.Get("X-Acs-Action"), At: s.clock.now(), Method: r.Method}.logged(false), re)
		return re
	}
	var malformed *refusal
	if len(body) > maxBody {
		body, malformed = nil, &refusal{code: errors.InvalidParameter, status: http.StatusRequestEntityTooLarge, message: "the body is too large"}
	}
	q, unreadable := newRequest(r, body, s.opts.queryOnly)
	if malformed == nil {
		malformed = unreadable
	}
	requestID := newRequestID()
	call := Call{
		Action: q.action, At: s.clock.now(), Parameters: q.params, Method: q.method,
		RequestID: requestID, InBody: len(q.params) > len(q.url),
	}
	if f, ok := s.faultAt(stageConnect, q); ok {
		re := connectFault(f)
		if f.Kind != FaultRefused {
			s.log(call.logged(true), re)
		}
		return re
	}
	re, answered := s.askControls(ctx, q, call)
	if !answered {
		re = s.answer(ctx, q, malformed, requestID)
	}
	if re.status == http.StatusOK && !answered {
		if f, ok := s.faultAt(stageReply, q); ok {
			re = replyFault(f, re, requestID, q)
		}
	}
	s.log(call.logged(answered || q.authentic), re)
	return re
}

// answer returns the reply of the service. It does not apply faults of the network. The
// method serve applies them.
func (s *Server) answer(ctx context.Context, q *request, malformed *refusal, requestID string) *reply {
	fields, hint, refused := s.process(ctx, q, malformed)
	var re *reply
	if refused != nil {
		re = refusalReply(q, requestID, refused)
	} else {
		re = success(q, requestID, fields)
	}
	if hint != "" {
		re.header.Set(rateHeader, hint)
	}
	return re
}

// process checks a request and carries out its operation. The order of the checks is
// inferred, because the service does not document it. process returns the fields of the
// reply, or a refusal, and the value of the rate-limit header.
func (s *Server) process(ctx context.Context, q *request, malformed *refusal) (fields any, hint string, refused *refusal) {
	if malformed != nil {
		return nil, "", malformed
	}
	// The date of a request is compared with the clock that client and server share.
	// Advance does not move that clock.
	if refused := s.signatures.Check(q.signed(), s.clock.shared()); refused != nil {
		return nil, "", &refusal{code: refused.Code, message: refused.Message}
	}
	q.authentic = true
	op, refused := s.find(q)
	if refused != nil {
		return nil, "", refused
	}
	for _, name := range signature.ProtocolParameters {
		delete(q.params, name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.now()
	if hint, refused = s.checkRate(q.action, now); refused != nil {
		return nil, hint, refused
	}
	if f, ok := s.takeRefusal(q); ok {
		refused, faultHint := refuseFault(f, q.action, now)
		refused.status = f.Status
		if faultHint != "" {
			hint = faultHint
		}
		return nil, hint, refused
	}
	fields, refused = op(s, ctx, q)
	return fields, hint, refused
}

// takeRefusal looks for a fault that refuses the call q, as takeFault does.
func (s *Server) takeRefusal(q *request) (Fault, bool) {
	if len(s.faults) == 0 {
		return Fault{}, false
	}
	named, hides := q.instances(), q.leavesOutForbidden()
	for _, f := range s.faults {
		if hides && f.Kind == FaultPermission {
			continue
		}
		if faultSpecs[f.Kind].stage == stageRefuse && f.matches(q.action, named) {
			s.countFault(f)
			return f.Fault, true
		}
	}
	return Fault{}, false
}

// faultAt takes a fault of a stage that applies to the call q: see takeFault. The caller
// does not hold the lock.
func (s *Server) faultAt(at stage, q *request) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) == 0 {
		return Fault{}, false
	}
	return s.takeFault(at, q.action, q.instances()...)
}

// instances returns the ids of the instances that a request names.
func (q *request) instances() []string {
	if q.action == describeInstances {
		ids, _, _ := q.params.jsonSet("InstanceIds") // a list that cannot be read names no instance
		return slices.Sorted(maps.Keys(ids))
	}
	if one := q.params["InstanceId"]; one != "" {
		return []string{one}
	}
	return q.params.instanceIDs()
}

// log records a call with its reply in the log of calls. The caller does not hold the lock.
func (s *Server) log(call Call, re *reply) {
	call.Status, call.Code = re.status, re.code
	if re.sending == sendReset || re.sending == sendDropped || re.sending == sendNever {
		call.Status = 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls.add(call)
}
