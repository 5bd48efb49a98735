package emulator

import (
	"fmt"
	"maps"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Call is one request that reached the server.
type Call struct {
	Action     string
	At         time.Time         // by the server's clock
	Parameters map[string]string // decoded, those of query and body together
	Status     int               // what the caller was sent; 0 when no reply was sent at all
	Code       errors.Code       // empty on success
	RequestID  string
	Method     string
	InBody     bool // some parameters came in a form body
}

// String returns one line without the parameters, which may be secret.
func (c Call) String() string {
	line := fmt.Sprintf("%s %s %d", c.At.UTC().Format("15:04:05.000"), c.Action, c.Status)
	if c.Code != "" {
		line += " " + string(c.Code)
	}
	return line
}

// A callLog keeps the latest calls.
type callLog struct {
	limit int
	calls []Call
	next  int // where the next call goes once the log is full
	bytes int // of all parameters
}

// maxCallBytes bounds what the parameters in the log take up.
const maxCallBytes = 64 << 20

func (l *callLog) add(c Call) {
	size := c.size()
	if len(l.calls) < l.limit && l.bytes+size <= maxCallBytes {
		l.calls = append(l.calls, c)
	} else if len(l.calls) > 0 {
		l.bytes -= l.calls[l.next].size()
		l.calls[l.next] = c
		l.next = (l.next + 1) % len(l.calls)
	}
	l.bytes += size
}

func (c Call) size() int {
	n := 0
	for name, value := range c.Parameters {
		n += len(name) + len(value)
	}
	return n
}

// Calls returns the calls of an action in order of arrival, or of every action
// when it is empty. Of very many calls only the latest are kept.
func (s *Server) Calls(action string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var calls []Call
	for i := range s.calls.calls {
		c := s.calls.calls[(s.calls.next+i)%len(s.calls.calls)]
		if action == "" || c.Action == action {
			c.Parameters = maps.Clone(c.Parameters)
			calls = append(calls, c)
		}
	}
	return calls
}
