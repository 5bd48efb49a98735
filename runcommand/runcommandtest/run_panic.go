package runcommandtest

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A panicLog keeps the first panics of functions given to [Server.Handle] in full. It
// only counts the later panics, because they mostly have the same reason as the first
// ones.
type panicLog struct {
	first []string
	count int
}

// Limits of a panicLog.
const (
	keptPanics     = 5
	keptPanicBytes = 4 << 10 // bytes kept of the text of one panic
)

func (l *panicLog) add(text string) {
	l.count++
	if len(l.first) < keptPanics {
		l.first = append(l.first, clip(text, keptPanicBytes))
	}
}

// panicked records that the function that executes x panicked with value. When value is
// nil, the function did not panic, but ended its goroutine. panicked returns the
// outcome of the run. It must be called in a deferred function, because the stack then
// still shows where the panic happened.
func (s *Server) panicked(x Exec, value any) Outcome {
	what := fmt.Sprintf("a panic of type %T: %v", value, value)
	info := fmt.Sprintf("The function that acts for the instance panicked with a value of type %T.", value)
	if value == nil {
		what = "no panic, but its goroutine was ended, as by t.FailNow"
		info = "The function that acts for the instance ended its goroutine."
	}
	text := fmt.Sprintf("run %d of %s on %s: %s\n%s", x.Run, x.InvocationID, x.InstanceID, what, debug.Stack())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.panics.add(text)
	return Outcome{Code: errors.ExecutionException, Info: info}
}

// writePanics writes the recorded panics to b. It writes nothing when there are none.
func (s *Server) writePanics(b *strings.Builder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.panics.count == 0 {
		return
	}
	fmt.Fprintf(b, "%d panics of functions that act for instances\n", s.panics.count)
	for _, text := range s.panics.first {
		fmt.Fprintf(b, "  %s\n", strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    "))
	}
	if more := s.panics.count - len(s.panics.first); more > 0 {
		fmt.Fprintf(b, "  ... and %d more\n", more)
	}
}

// clip returns the beginning of text, at most limit bytes.
func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "")
}
