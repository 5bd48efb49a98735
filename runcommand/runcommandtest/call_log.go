package runcommandtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Call is one request that reached the server. The method String leaves out the
// parameters, because they may be secret. Every attempt of a client is a Call of its own.
// [Server.Calls] returns them, and a function of [Server.Control] gets one before the
// service does; then Status and Code are still empty.
type Call struct {
	// Action is the operation, such as "RunCommand", as the caller has written it: it need
	// not exist. At most 128 bytes of it are kept.
	Action string

	// At is the time of arrival by the server's clock.
	At time.Time

	// Parameters are the decoded parameters of query and body, by their wire names, such as
	// "InstanceId.1". The parameters of the V1 signature are left out when the call reached
	// its operation. The values are in full, also those that hold secrets.
	Parameters map[string]string

	// Status is the HTTP status of the reply; 0 when no reply was sent, because of a fault or
	// because the caller gave up during a [Delay].
	Status int

	// Code is the error code of the reply; empty on success, for the reply of [Answer], and
	// for the web page of a proxy.
	Code errors.Code

	RequestID string // the id that the reply has, or would have had
	Method    string // GET or POST; another method is refused
	InBody    bool   // some parameters were in a form body
}

// String returns one line, such as "12:00:00.000 RunCommand 200".
func (c Call) String() string {
	line := fmt.Sprintf("%s %s %d", c.At.UTC().Format("15:04:05.000"), c.Action, c.Status)
	if c.Code != "" {
		line += " " + string(c.Code)
	}
	return line
}

// A callLog keeps the latest calls, the oldest first.
type callLog struct {
	limit int
	calls []Call
	bytes int // estimated memory of the field calls
	total int // number of calls ever added
}

// Limits for the memory of the call log.
const (
	maxCallBytes     = 64 << 20
	maxUnsignedBytes = 4 << 10 // bytes of parameters kept of a call whose signature was refused
	maxCallWord      = 128     // bytes kept of an action name or of an HTTP method
)

// add keeps c and drops the oldest calls until there is room for it.
func (l *callLog) add(c Call) {
	l.calls = append(l.calls, c)
	l.total++
	l.bytes += c.size()
	n := 0
	for n < len(l.calls) && (len(l.calls)-n > l.limit || l.bytes > maxCallBytes) {
		l.bytes -= l.calls[n].size()
		l.calls[n] = Call{}
		n++
	}
	l.calls = l.calls[n:]
}

// size estimates the memory of c in bytes.
func (c Call) size() int {
	n := 256 + len(c.Action) + len(c.Method) + len(c.Code)
	for name, value := range c.Parameters {
		n += 64 + len(name) + len(value)
	}
	return n
}

// logged returns the copy of c that the log keeps. When authentic is false, the
// signature of the call was refused. The copy then has only the first parameters in the
// order of their names, up to maxUnsignedBytes in all.
func (c Call) logged(authentic bool) Call {
	c.Action = strings.Clone(clip(c.Action, maxCallWord))
	c.Method = strings.Clone(clip(c.Method, maxCallWord))
	names, room := slices.Collect(maps.Keys(c.Parameters)), maxCallBytes
	if !authentic {
		slices.Sort(names)
		room = maxUnsignedBytes
	}
	given := c.Parameters
	c.Parameters = make(map[string]string, min(len(names), 64))
	for _, name := range names {
		if room -= len(name) + len(given[name]); room < 0 {
			break
		}
		c.Parameters[name] = given[name]
	}
	return c
}

// Calls returns the calls of an action in order of arrival. An empty action means every
// action. The server keeps the latest 10,000 calls, or fewer when these would need more
// than 64 MiB. Of a call whose signature was refused, it keeps at most 4 KB of
// parameters. The result is a copy. A call is in it as soon as its reply is known: just
// before the reply is sent, also before the wait of [FaultDelayed]. A call that
// [FaultRefused] refused is not in it.
func (s *Server) Calls(action string) []Call {
	calls := s.sharedCalls(action)
	// The parameters of a call in the log do not change, so they are copied without the lock.
	for i := range calls {
		calls[i].Parameters = maps.Clone(calls[i].Parameters)
	}
	return calls
}

// sharedCalls works like Calls, but does not copy the parameters. The caller must not
// change them.
func (s *Server) sharedCalls(action string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var calls []Call
	for _, c := range s.calls.calls {
		if action == "" || c.Action == action {
			calls = append(calls, c)
		}
	}
	return calls
}
