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

// A Verdict is what a control function decides about a call. The zero Verdict lets
// it pass. See [Pass], [Delay], [Answer] and [Refuse].
type Verdict struct {
	delay   time.Duration
	status  int
	body    []byte
	code    errors.Code
	answers bool
}

// Pass lets a call go on unchanged.
func Pass() Verdict { return Verdict{} }

// Delay lets a call go on after d.
func Delay(d time.Duration) Verdict { return Verdict{delay: d} }

// Answer replies in place of the service with a status and a body. The body is
// written as JSON unless it is a string or a slice of bytes. When the status is not
// between 200 and 599, or the body cannot be written as JSON, the reply is a 500 with
// the code InternalError.
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

// Refuse replies with an error code and its documented HTTP status. An empty code
// means InternalError.
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
// service. The returned function removes decide again.
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

// askControls asks the control functions and reports whether one has answered.
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
// before.
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
