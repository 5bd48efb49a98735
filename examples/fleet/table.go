package main

import (
	"cmp"
	"fmt"
	"io"
	"strconv"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
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
	failed, stopped := failures(r)
	printList(w, "Failed", failed, func(f runcommand.Result) string {
		return f.InstanceID + "  " + outcome(f)
	})
	printList(w, "Stopped by this rollout, so the script may have done a part of its work", stopped, func(s runcommand.Result) string { return s.InstanceID })
	printList(w, "Not ready, so no command was sent", r.Unready, reason)
	printList(w, "Unknown, since the command may or may not have run there", r.Unknown, func(id string) string { return id })
	printList(w, "Not sent", r.NotSent, func(id string) string { return id })
	printWaves(w, r.Waves)
	fmt.Fprintln(w)
}

// printGroups prints a row for each group of instances on which the same happened.
func printGroups(w io.Writer, r *fleet.Report) {
	rows := [][]string{{"INSTANCES", "STATUS", "EXIT CODE", "FIRST LINE OF OUTPUT"}}
	groups := r.Groups()
	shown := groups[:min(len(groups), mostShown)]
	for _, g := range shown {
		exit := "-"
		if g.Exited {
			exit = strconv.Itoa(g.ExitCode)
		}
		rows = append(rows, []string{
			thousands(len(g.InstanceIDs)), oneLine(string(g.Status)), exit,
			cmp.Or(firstLine(g.Text()), oneLine(string(g.ErrorCode)), "-"),
		})
	}
	others := 0
	for _, g := range groups[len(shown):] {
		others += len(g.InstanceIDs)
	}
	for _, row := range []struct {
		n    int
		what string
	}{
		{others, "in " + thousands(len(groups)-len(shown)) + " more groups"},
		{len(r.Unready), "not ready"}, {len(r.Unknown), "unknown"}, {len(r.NotSent), "not sent"},
	} {
		if row.n > 0 {
			rows = append(rows, []string{thousands(row.n), row.what, "-", "-"})
		}
	}
	fmt.Fprintln(w)
	program.PrintTable(w, rows)
}

// failures returns the results of the instances on which the command has ended without
// success, and of those on which it was stopped.
func failures(r *fleet.Report) (failed, stopped []runcommand.Result) {
	for _, result := range r.Results {
		switch {
		case !result.Status.Terminal() || result.Status == runcommand.StatusSuccess:
		case errors.Is(result.Err(), errors.ErrStopped):
			stopped = append(stopped, result)
		default:
			failed = append(failed, result)
		}
	}
	return failed, stopped
}

// outcome says in a few words how the command ended on an instance.
func outcome(r runcommand.Result) string {
	text := oneLine(string(r.Status))
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
		return u.InstanceID + "  " + oneLine(cmp.Or(e.Info, string(e.Code)))
	}
	return u.InstanceID + "  " + oneLine(u.Err.Error())
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
	rows := [][]string{{"WAVE", "INSTANCES", "DONE", "FAILED"}}
	add := func(name string, wave fleet.Wave) {
		rows = append(rows, []string{name, thousands(wave.Instances), thousands(wave.Done), thousands(wave.Failed)})
	}
	if first := len(waves) - mostShown; first > 0 {
		var sum fleet.Wave
		for _, wave := range waves[:first] {
			sum.Instances, sum.Done, sum.Failed = sum.Instances+wave.Instances, sum.Done+wave.Done, sum.Failed+wave.Failed
		}
		add("1 to "+strconv.Itoa(first), sum)
		waves = waves[first:]
	}
	for _, wave := range waves {
		add(strconv.Itoa(wave.Number), wave)
	}
	fmt.Fprintln(w)
	program.PrintTable(w, rows)
}
