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
			fmt.Fprintf(w, "  (The service kept %d bytes and dropped %d, usually from the middle.)\n", len(g.Output), g.Dropped)
		}
	}
}

// heading returns the id of a single instance, or the number of several instances.
func heading(ids []string) string {
	if len(ids) == 1 {
		return ids[0]
	}
	return fmt.Sprintf("%d instances", len(ids))
}
