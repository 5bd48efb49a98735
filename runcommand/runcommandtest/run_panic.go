package runcommandtest

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A panicLog remembers the Runners that did not return, the first of them in
// full: the others mostly crash for the same reason.
type panicLog struct {
	first []string
	count int
}

// What is remembered of crashes.
const (
	keptPanics     = 5
	keptPanicBytes = 4 << 10 // bytes
)

func (l *panicLog) add(text string) {
	l.count++
	if len(l.first) < keptPanics {
		l.first = append(l.first, clip(text, keptPanicBytes))
	}
}

// panicked notes that the Runner of x panicked with value, or ended its goroutine
// when that is nil, and returns what becomes of the run. It is called while the
// goroutine is being unwound, so that the stack leads to the place.
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

// writePanics writes the first crashes, if there are any.
func (s *Server) writePanics(b *strings.Builder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.panics.count == 0 {
		return
	}
	fmt.Fprintf(b, "%d crashes of what instances do\n", s.panics.count)
	for _, text := range s.panics.first {
		fmt.Fprintf(b, "  %s\n", strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    "))
	}
	if more := s.panics.count - len(s.panics.first); more > 0 {
		fmt.Fprintf(b, "  ... and %d more\n", more)
	}
}

// clip returns the first bytes of text, no more than limit.
func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "")
}
