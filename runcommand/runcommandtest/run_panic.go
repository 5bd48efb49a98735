package runcommandtest

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A panicLog keeps the first panics of functions given to [Server.Handle]. It only
// counts the later panics, because they mostly have the same reason as the first ones.
type panicLog struct {
	first []string
	count int
}

// Limits of a panicLog.
const (
	keptPanics     = 5
	keptPanicBytes = 4 << 10 // bytes kept of the text of one panic
	keptValueBytes = 1 << 10 // bytes kept of the value of one panic, so that there is room for the stack
	keptFrames     = 100     // frames of the stack that are looked at
)

// add counts a panic and keeps its text if it is one of the first.
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
	what := fmt.Sprintf("a panic of type %T: %s", value, clip(fmt.Sprint(value), keptValueBytes))
	info := fmt.Sprintf("The function that acts for the instance panicked with a value of type %T.", value)
	if value == nil {
		what = "no panic, but its goroutine was ended, as by t.FailNow"
		info = "The function that acts for the instance ended its goroutine."
	}
	text := fmt.Sprintf("run %d of %s on %s: %s\n%s", x.Run, x.InvocationID, x.InstanceID, what, foreignStack())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.panics.add(text)
	return Outcome{Code: errors.ExecutionException, Info: info}
}

// foreignStack returns the stack of the goroutine in the form of debug.Stack, without the
// frames of the local service and of package runtime. The call that panicked, or that
// ended the goroutine, is at the top.
func foreignStack() string {
	pcs := make([]uintptr, keptFrames)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	var b strings.Builder
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if f.Function != "" && !strings.HasPrefix(f.Function, "runtime.") && !ownFrame(f) {
			fmt.Fprintf(&b, "%s\n\t%s:%d\n", f.Function, f.File, f.Line)
		}
	}
	return b.String()
}

// ownFrame reports whether f is a function of this package or of its internal packages.
// The tests of this package are not part of the service.
func ownFrame(f runtime.Frame) bool {
	own := reflect.TypeFor[Server]().PkgPath()
	rest, ok := strings.CutPrefix(f.Function, own)
	return ok && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "/internal/")) && !strings.HasSuffix(f.File, "_test.go")
}

// writePanics writes the recorded panics to b. It writes nothing when there are none.
func (s *Server) writePanics(b *strings.Builder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.panics.count == 0 {
		return
	}
	fmt.Fprintf(b, "%s that act for instances\n", count(s.panics.count, "panic of functions", "panics of functions"))
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
