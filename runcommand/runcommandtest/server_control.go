package runcommandtest

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Verdict is what a control function decides about a call: see [Server.Control]. The
// zero Verdict lets it pass. [Pass], [Delay], [Answer] and [Refuse] make Verdicts. A Verdict
// does not change and may be returned any number of times.
type Verdict struct {
	delay   time.Duration
	status  int
	body    []byte
	code    errors.Code
	answers bool
}

// Pass lets a call go on unchanged, to the next control function and then to the service.
func Pass() Verdict { return Verdict{} }

// Delay lets a call go on after d. The time is real, or virtual inside testing/synctest:
// [Server.Advance] does not shorten it. A d of 0 or less does not delay. When the caller
// gives up during the delay, the call never reaches the service. To delay the reply and
// not the call, use [FaultDelayed].
func Delay(d time.Duration) Verdict { return Verdict{delay: d} }

// Answer replies in place of the service with a status and a body. The body is
// written as JSON unless it is a string or a slice of bytes. When the status is not
// between 200 and 599, or the body cannot be written as JSON, the reply is a 500 with
// the code InternalError. A nil body is empty. A slice of bytes must not be changed
// afterwards.
//
// The service does nothing: a RunCommand that is answered in this way is not executed. The
// Content-Type is that of a web page when the body begins with "<", and that of JSON
// otherwise, whatever Format the call asks for. [Call] shows the status but no code.
func Answer(status int, body any) Verdict {
	if !final(status) {
		return Refuse(errors.InternalError)
	}
	v := Verdict{status: status, answers: true}
	switch body := body.(type) {
	case nil:
	case []byte:
		v.body = body
	case string:
		v.body = []byte(body)
	default:
		text, err := json.Marshal(body)
		if err != nil {
			return Refuse(errors.InternalError)
		}
		v.body = text
	}
	return v
}

// final reports whether status is the HTTP status of a final reply, not of an interim
// reply such as 100.
func final(status int) bool { return status >= 200 && status <= 599 }

// Refuse replies with an error code and its documented HTTP status, in the form of the
// service. The service does nothing. An empty code means InternalError. A code that no
// document lists has the status 400. For another status see [FaultRefusal].
func Refuse(code errors.Code) Verdict {
	return Verdict{code: cmp.Or(code, errors.InternalError), answers: true}
}

// A control is a function that sees calls before the service does.
type control struct {
	action string
	decide func(Call) Verdict
}

// Control makes the server call decide for every call of an action. An empty action
// means every action. The server calls decide before it checks anything, even the
// signature. With [Answer] or [Refuse] decide replies in place of the service. With
// [Pass] or [Delay] the call goes on, to the next control function and then to the
// service. Of several control functions, the one that was added first is asked first.
// The returned function removes decide again. It may be called more than once.
//
// The [Call] that decide gets has no reply yet: Status and Code are empty. Its parameters
// are a copy. decide is called concurrently, once for every attempt of a client, and may
// call methods of the server. It must not be nil. Faults of the connection, such as
// [FaultRefused], come before it. Faults of the reply, such as [FaultCutReply], do not
// apply to a call that decide has answered.
func (s *Server) Control(action string, decide func(Call) Verdict) (remove func()) {
	c := &control{action, decide}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.controls = append(s.controls, c)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.controls = slices.DeleteFunc(slices.Clone(s.controls), func(other *control) bool { return other == c })
	}
}

// askControls asks the control functions and reports whether one has answered. The caller
// does not hold the lock.
func (s *Server) askControls(ctx context.Context, q *request, call Call) (*reply, bool) {
	s.mu.Lock()
	controls := s.controls
	s.mu.Unlock()
	for _, c := range controls {
		if c.action != "" && c.action != q.action {
			continue
		}
		seen := call
		seen.Parameters = maps.Clone(call.Parameters) // a copy, because decide may keep or change the map
		v := c.decide(seen)
		if !s.pause(ctx, v.delay) {
			return &reply{sending: sendDropped}, true
		}
		switch {
		case !v.answers:
		case v.code != "":
			return refusalReply(q, call.RequestID, refuse(v.code, "the call was refused on purpose")), true
		default:
			re := jsonReply(v.status, call.RequestID, v.body)
			if len(v.body) > 0 && v.body[0] == '<' {
				re.header.Set("Content-Type", "text/html; charset=utf-8")
			}
			return re, true
		}
	}
	return nil, false
}

// pause waits for the time d. It reports false when ctx ended or the server was closed
// before. The caller does not hold the lock.
func (s *Server) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-s.life.Done():
	}
	return false
}
