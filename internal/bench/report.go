package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// report returns the results as Markdown that is also readable as plain text. About the machine,
// the report holds only the number of CPUs, the version of Go and the platform.
func report(cells []*cell, rounds int, length time.Duration) string {
	var b strings.Builder
	b.WriteString("# What a call costs\n\nWritten by `make bench-sdk`; The doc comment of `internal/bench/main.go` explains how to read the tables.\n\n")
	fmt.Fprintf(&b, "%d CPUs, %s, %s/%s; medians of %d rounds of %v.\n\n", runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH, rounds, length)
	b.WriteString(versions())

	b.WriteString("\n## Aims\n\nRatios of medians. The quartiles are those of the ratios of single rounds: they show how noisy the run was.\n\n")
	t := table{{"where", "scenario", "ratio", "aim", "measured", "quartiles", "verdict"}}
	for _, a := range aims {
		r := compare(find(cells, a.place, a.scenario, a.contender), find(cells, a.place, a.scenario, a.with), a.figure)
		of, bound, verdict := a.figure.String()+", ours / "+a.with, "at most", "not met"
		if a.atLeast {
			of, bound = "calls a second, ours / "+a.contender, "at least"
		}
		if a.met(r) {
			verdict = "met"
		}
		t = append(t, []string{a.place, a.scenario, of, fmt.Sprintf("%s %.2f", bound, a.limit), number(r.medians), r.quartiles(), verdict})
	}
	b.WriteString(t.String())

	for _, place := range []string{inProcess, loopback, concurrent} {
		fmt.Fprintf(&b, "\n## Every contender, %s\n\n", place)
		b.WriteString(everyContender(cells, place).String())
	}
	return b.String()
}

// everyContender returns the table of one place: the figures of each contender, and
// our figures relative to them.
func everyContender(cells []*cell, place string) table {
	t := table{{"scenario", "contender", "µs", "spread", "KB", "allocations", "ours: time", "bytes", "allocations"}}
	if place == concurrent {
		t[0][2] = "µs between two calls"
	}
	for _, c := range cells {
		if c.place != place {
			continue
		}
		row := []string{
			c.scenario, c.contender, fmt.Sprintf("%.1f", c.median(byTime)/1e3), fmt.Sprintf("%.0f %%", 100*c.spread(byTime)),
			fmt.Sprintf("%.1f", c.median(byBytes)/1e3), fmt.Sprintf("%.0f", c.median(byAllocs)), "", "", "",
		}
		if c.contender != ours {
			we := find(cells, place, c.scenario, ours)
			for i, f := range []figure{byTime, byBytes, byAllocs} {
				row[6+i] = number(compare(we, c, f).medians)
			}
		}
		t = append(t, row)
	}
	return t
}

// versions returns a table of the modules that are compared, with the versions in this program.
func versions() string {
	t := table{{"module", "version"}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, m := range info.Deps {
		if strings.HasPrefix(m.Path, "github.com/alibabacloud-go/") || strings.HasPrefix(m.Path, "github.com/aliyun/") {
			t = append(t, []string{m.Path, m.Version})
		}
	}
	return t.String()
}

func (r ratio) quartiles() string { return number(r.low) + " to " + number(r.high) }

func number(x float64) string { return fmt.Sprintf("%.3f", x) }

// A table is a list of rows of text. The first row has the titles of the columns.
type table [][]string

// String returns the table in Markdown, with aligned columns.
func (t table) String() string {
	widths := make([]int, len(t[0]))
	for _, row := range t {
		for i, text := range row {
			widths[i] = max(widths[i], len([]rune(text)))
		}
	}
	var b strings.Builder
	for n, row := range t {
		for i, text := range row {
			fmt.Fprintf(&b, "| %-*s ", widths[i], text)
		}
		b.WriteString("|\n")
		for i := range row {
			if n == 0 {
				b.WriteString("|" + strings.Repeat("-", widths[i]+2))
			}
		}
		if n == 0 {
			b.WriteString("|\n")
		}
	}
	return b.String()
}
