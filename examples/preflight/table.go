package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// longestCell is the number of columns of the longest cell, apart from the last cell of a
// row. A longer text is cut.
const longestCell = 28

// printTable prints a row for each instance, then the warnings and the number of instances
// that can run the command.
func printTable(w io.Writer, pre *runcommand.Preflight) {
	rows := [][]string{{"INSTANCE", "NAME", "STATUS", "SYSTEM", "AGENT", "VERDICT"}}
	for _, r := range pre.Instances {
		rows = append(rows, []string{
			r.InstanceID, r.Instance.Name, string(r.Instance.Status), system(r), r.Agent.Version, verdict(r),
		})
	}
	for _, row := range rows {
		for n, text := range row[:len(row)-1] {
			row[n] = program.Cut(cmp.Or(text, "-"), longestCell)
		}
	}
	program.PrintTable(w, rows)
	for _, r := range pre.Instances {
		for _, warning := range r.Warnings {
			fmt.Fprintln(w, program.Printable(fmt.Sprintf("Warning for %s: %s", r.InstanceID, warning)))
		}
	}
	if len(pre.Instances) == 0 {
		fmt.Fprintln(w, "\nNo instance has these tags.")
		return
	}
	fmt.Fprintf(w, "\n%d of %s can run the command.\n", len(pre.Ready()), program.Count(len(pre.Instances), "instance"))
}

// system returns the name of the operating system: the long one when the service knows it.
func system(r runcommand.Readiness) string {
	return cmp.Or(r.Instance.OSName, string(r.Instance.OS), string(r.Agent.OS))
}

// verdicts says in a few words why an instance cannot run the command, and what to do. An
// empty text stands for the facts that the error has.
var verdicts = []struct {
	code     error
	reason   string
	whatToDo string
}{
	{errors.InvalidInstanceNotFound, "not found", "check the id and the region"},
	{errors.InvalidInstanceNotMatch, "wrong system", "use -type powershell or bat for Windows, and shell for the others"},
	{errors.ClientNotRunning, "no agent", "start it there, or use -install and restart the instance"},
	{errors.ClientNotOnline, "agent offline", "wait with -wait, then check the network of the instance"},
	{errors.ClientNeedUpgrade, "agent too old", ""},
	{errors.InstanceIdsExceedLimit, "too many", ""},
	{errors.ErrPermission, "not known", ""},
}

// verdict says whether the instance can run the command, and otherwise what to do.
func verdict(r runcommand.Readiness) string {
	if r.Err == nil {
		return "ready"
	}
	if errors.Is(r.Err, errors.InstanceNotRunning) {
		switch r.Instance.Status {
		case runcommand.InstancePending, runcommand.InstanceStarting:
			return "not running yet: wait with -wait"
		}
		return "not running: start it"
	}
	reason, info := "not ready", r.Err.Error()
	if e, ok := errors.AsType[*errors.InstanceError](r.Err); ok {
		info = e.Info
	}
	for _, v := range verdicts {
		if errors.Is(r.Err, v.code) {
			return v.reason + ": " + cmp.Or(v.whatToDo, info)
		}
	}
	return reason + ": " + info
}

// list names up to three ids and counts the others.
func list(ids []string) string {
	if len(ids) <= 3 {
		return program.Printable(strings.Join(ids, ", "))
	}
	return program.Printable(strings.Join(ids[:3], ", ") + " and " + program.Count(len(ids)-3, "other"))
}
