package runcommandtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
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

// A callLog keeps the latest calls, the oldest first.
type callLog struct {
	limit int
	calls []Call
	bytes int // of all of them, about
}

// Bounds of what the log takes up, whatever is sent and whoever sends it.
const (
	maxCallBytes     = 64 << 20
	maxUnsignedBytes = 4 << 10 // parameters of one call that was not authentic
	maxCallWord      = 128     // an action or a method
)

// add keeps c and drops the oldest calls until there is room for it.
func (l *callLog) add(c Call) {
	l.calls = append(l.calls, c)
	l.bytes += c.size()
	n := 0
	for n < len(l.calls) && (len(l.calls)-n > l.limit || l.bytes > maxCallBytes) {
		l.bytes -= l.calls[n].size()
		l.calls[n] = Call{}
		n++
	}
	l.calls = l.calls[n:]
}

// size returns about how many bytes of memory c takes up.
func (c Call) size() int {
	n := 256 + len(c.Action) + len(c.Method) + len(c.Code)
	for name, value := range c.Parameters {
		n += 64 + len(name) + len(value)
	}
	return n
}

// logged returns c with parameters of its own. Of a call that is not authentic these
// are the first by name, up to a few KB.
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

// Calls returns the calls of an action in order of arrival, or of every action
// when it is empty. Of very many calls only the latest are kept, and of the
// parameters of one that was not authenticated only a few KB.
func (s *Server) Calls(action string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var calls []Call
	for _, c := range s.calls.calls {
		if action == "" || c.Action == action {
			c.Parameters = maps.Clone(c.Parameters)
			calls = append(calls, c)
		}
	}
	return calls
}
