package main

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// mostShown is the largest number of groups, instances or waves that a part of the report
// lists.
const mostShown = 10

// printReport prints what became of the instances: groups of equal results, then lists of
// those that need attention, then the waves.
func printReport(w io.Writer, r *fleet.Report) {
	printGroups(w, r)
	printList(w, "Failed", failures(r), func(f runcommand.Result) string {
		return f.InstanceID + "  " + outcome(f)
	})
	printList(w, "Not ready, so no command was sent", r.Unready, reason)
	printList(w, "Unknown, since the command may or may not have run there", r.Unknown, func(id string) string { return id })
	printList(w, "Not sent", r.NotSent, func(id string) string { return id })
	printWaves(w, r.Waves)
	fmt.Fprintln(w)
}

// printGroups prints a row for each group of instances on which the same happened.
func printGroups(w io.Writer, r *fleet.Report) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "\nINSTANCES\tSTATUS\tEXIT CODE\tFIRST LINE OF OUTPUT\n")
	groups := r.Groups()
	for n, g := range groups {
		if n == mostShown {
			fmt.Fprintf(t, "and %s more groups\n", thousands(len(groups)-n))
			break
		}
		exit := "-"
		if g.Exited {
			exit = strconv.Itoa(g.ExitCode)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", thousands(len(g.InstanceIDs)), clean(string(g.Status)), exit,
			cmp.Or(firstLine(g.Text()), clean(string(g.ErrorCode)), "-"))
	}
	for _, row := range []struct {
		n    int
		what string
	}{{len(r.Unready), "not ready"}, {len(r.Unknown), "unknown"}, {len(r.NotSent), "not sent"}} {
		if row.n > 0 {
			fmt.Fprintf(t, "%s\t%s\t-\t-\n", thousands(row.n), row.what)
		}
	}
	_ = t.Flush() // standard output; there is no better place for an error
}

// failures returns the results of the instances on which the command has ended without
// success.
func failures(r *fleet.Report) (failed []runcommand.Result) {
	for _, result := range r.Results {
		if result.Status.Terminal() && result.Status != runcommand.StatusSuccess {
			failed = append(failed, result)
		}
	}
	return failed
}

// outcome says in a few words how the command ended on an instance.
func outcome(r runcommand.Result) string {
	text := clean(string(r.Status))
	if r.Exited {
		text += ", exit code " + strconv.Itoa(r.ExitCode)
	}
	if why := cmp.Or(firstLine(r.Text()), firstLine(r.ErrorInfo)); why != "" {
		text += ": " + why
	}
	return text
}

// reason says why an instance cannot run the command.
func reason(u runcommand.Readiness) string {
	if e, ok := errors.AsType[*errors.InstanceError](u.Err); ok {
		return u.InstanceID + "  " + clean(cmp.Or(e.Info, string(e.Code)))
	}
	return u.InstanceID + "  " + clean(u.Err.Error())
}

// printList prints the first rows of a list, and nothing when it is empty.
func printList[T any](w io.Writer, title string, all []T, row func(T) string) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s, %s:\n", title, instances(len(all)))
	for n, one := range all {
		if n == mostShown {
			fmt.Fprintf(w, "  and %s more\n", thousands(len(all)-n))
			return
		}
		fmt.Fprintln(w, " ", row(one))
	}
}

// printWaves prints the counts of the waves that have begun, of many waves the latest ones.
func printWaves(w io.Writer, waves []fleet.Wave) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "\nWAVE\tINSTANCES\tDONE\tFAILED\n")
	if first := len(waves) - mostShown; first > 0 {
		var sum fleet.Wave
		for _, wave := range waves[:first] {
			sum.Instances, sum.Done, sum.Failed = sum.Instances+wave.Instances, sum.Done+wave.Done, sum.Failed+wave.Failed
		}
		fmt.Fprintf(t, "1 to %d\t%s\t%s\t%s\n", first, thousands(sum.Instances), thousands(sum.Done), thousands(sum.Failed))
		waves = waves[first:]
	}
	for _, wave := range waves {
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\n", wave.Number, thousands(wave.Instances), thousands(wave.Done), thousands(wave.Failed))
	}
	_ = t.Flush()
}
