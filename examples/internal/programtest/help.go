package programtest

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

// screen is the largest number of lines that the help of a program may have.
const screen = 60

// CheckHelp checks that a program prints its help to stdout for -h, wherever -h is among the
// arguments, and ends with status 0. A pager does not show what is printed to stderr.
func CheckHelp(tb testing.TB, name string, run func(ctx context.Context, args []string, stdout, stderr io.Writer) int) {
	tb.Helper()
	for _, args := range [][]string{{"-h"}, {"--help"}, {"word", "-h", "-no-such-flag"}} {
		var out, errs bytes.Buffer
		status := run(tb.Context(), args, &out, &errs)
		if status != 0 || errs.Len() > 0 {
			tb.Errorf("%s %q: exit status %d, on stderr: %q", name, args, status, errs.String())
		}
		head, about, ok := strings.Cut(out.String(), "\n\n")
		if usage := "usage: " + name + " "; !ok || !strings.HasPrefix(head, usage) || strings.HasPrefix(about, "  -") {
			tb.Errorf("%s %q: the help does not begin with %q and a description:\n%s", name, args, usage, &out)
		}
		if lines := strings.Count(out.String(), "\n"); lines > screen {
			tb.Errorf("%s %q: the help has %d lines, more than a screen of %d", name, args, lines, screen)
		}
	}
}
