package program

import (
	"fmt"
	"io"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// PrintReport prints one block for each group of instances with the same result, the largest
// group first.
func PrintReport(w io.Writer, report *runcommand.Report) {
	for n, g := range report.Groups() {
		first, _ := report.Result(g.InstanceIDs[0])
		if n > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprint(w, Printable(fmt.Sprintf("%s: %s", heading(g.InstanceIDs), g.Status)))
		if g.Exited {
			fmt.Fprintf(w, ", exit code %d", g.ExitCode)
		}
		if g.ErrorCode != "" && !g.Exited {
			fmt.Fprint(w, ", ", Printable(fmt.Sprintf("%s: %s", g.ErrorCode, first.ErrorInfo)))
		}
		fmt.Fprintln(w)
		if size := len(g.InstanceIDs); size > 1 && (n > 0 || size <= 3) {
			fmt.Fprintf(w, "  %s\n", Printable(strings.Join(g.InstanceIDs, ", ")))
		}
		PrintOutput(w, g.Text())
		if g.Dropped > 0 {
			fmt.Fprintf(w, "  (The service kept %s and dropped %d, usually from the middle.)\n", Count(len(g.Output), "byte"), g.Dropped)
		}
	}
}

// Count returns a number with its noun, such as "1 instance" or "2 instances".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// heading returns the id of a single instance, or the number of several instances.
func heading(ids []string) string {
	if len(ids) == 1 {
		return ids[0]
	}
	return Count(len(ids), "instance")
}
