package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/ecs-runcommand/runcommand-go/errors"
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
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for n, text := range row[:len(row)-1] {
			row[n] = cut(cmp.Or(text, "-"))
			widths[n] = max(widths[n], columns(row[n]))
		}
	}
	for _, row := range rows {
		for n, text := range row[:len(row)-1] {
			fmt.Fprint(w, text, strings.Repeat(" ", widths[n]-columns(text)+2))
		}
		fmt.Fprintln(w, row[len(row)-1])
	}
	for _, r := range pre.Instances {
		for _, warning := range r.Warnings {
			fmt.Fprintf(w, "Warning for %s: %s\n", r.InstanceID, warning)
		}
	}
	if len(pre.Instances) == 0 {
		fmt.Fprintln(w, "\nNo instance has these tags.")
		return
	}
	fmt.Fprintf(w, "\n%d of %d instances can run the command.\n", len(pre.Ready()), len(pre.Instances))
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
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d others", strings.Join(ids[:3], ", "), len(ids)-3)
}

// cut returns at most longestCell columns of a text. Characters that a terminal does not
// print become a question mark.
func cut(text string) string {
	var b strings.Builder
	width := 0
	for _, r := range text {
		if !unicode.IsPrint(r) {
			r = '?'
		}
		if width += runeColumns(r); width > longestCell-1 && columns(text) > longestCell {
			return b.String() + "…"
		}
		b.WriteRune(r)
	}
	return b.String()
}

// columns returns the number of terminal columns of a text.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

// runeColumns returns 2 for the characters of Chinese, Japanese and Korean and their
// punctuation, which take two columns of a terminal, and 1 for all others.
func runeColumns(r rune) int {
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x3000 && r <= 0x303f || r >= 0xff01 && r <= 0xff60 {
		return 2
	}
	return 1
}
