// Command peerbench measures package frequency beside other libraries that read
// cron expressions. All are measured in one run: the libraries take turns in every
// round, so that a busy machine slows all of them down. Each cell is the median of its
// rounds. The command is a module of its own, so that users of frequency do not inherit
// its requirements.
//
//	go run . [-rounds 101] [-time 2ms]
//
// There are no Go benchmarks here, so go test -bench has nothing to run.
//
// # How to read it
//
// Each row is one expression, each column one library, ours first. A cell shows
// the median time and the allocations of one operation. In the first table the
// operation is to read the expression. In the second table it is to find the firing
// after a fixed moment, or a thousand firings. A cell without a result shows
//
//	–       the library has no way to write this expression
//	cannot  the library refuses the expression
//	wrong   the library finds another firing than frequency does, so its time is not shown
//
// The factor at the end of a row is the fastest peer's time divided by ours. It
// must be at least 10 for reading and 5 for finding, in every row. Times vary from one
// machine to the next, but factors vary much less, so compare factors.
//
// Rows below their limit are measured a second time and shown under the title
// "again", since other work on the machine can spoil one measurement. The exit
// status is 1 only when a row misses its limit both times.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

const (
	parseFactor = 10
	nextFactor  = 5
)

var errInvalid = errors.New("invalid expression")

func main() {
	testing.Init()
	rounds := flag.Int("rounds", 101, "number of rounds; each cell shows their median")
	length := flag.String("time", "2ms", "length of one measurement; short ones are rarely interrupted")
	flag.Parse()
	if err := flag.Set("test.benchtime", *length); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	parse := reaches("Parse", parseRows, *rounds, parseFactor, parsing)
	next := reaches("Next", nextRows, *rounds, nextFactor, prepareNext)
	if !parse || !next {
		os.Exit(1)
	}
}

// reaches reports whether every row reaches the factor. It measures the rows below the factor a second
// time, and explains each row that fails again.
func reaches(title string, rows []row, rounds int, factor float64, prepare preparation) bool {
	missed := table(title, rows, rounds, factor, prepare)
	if missed != nil {
		missed = table(title+", again", missed, rounds, factor, prepare)
	}
	for _, r := range missed {
		fmt.Fprintf(os.Stderr, "%s: %s is below %gx in two measurements\n", title, r.name, factor)
	}
	return missed == nil
}

// preparation returns the function to measure for a library in a row, or the reason why there is none.
type preparation func(row, library) (func(), error)

// table measures rows, prints the medians, and returns the rows that miss the
// factor.
func table(title string, rows []row, rounds int, factor float64, prepare preparation) []row {
	libs := libraries()
	fmt.Printf("%-22s", title)
	for _, l := range libs {
		fmt.Printf("%21s", l.name)
	}
	fmt.Printf("%10s\n", "factor")
	cells := measure(rows, libs, rounds, prepare)
	var missed []row
	for i, r := range rows {
		fmt.Printf("%-22s", r.name)
		best := time.Duration(0)
		for l, c := range cells[i] {
			fmt.Printf("%21s", c)
			if l > 0 && c.ok && (best == 0 || c.median < best) {
				best = c.median
			}
		}
		f := float64(best) / float64(cells[i][0].median)
		fmt.Printf("%9.1fx\n", f)
		if f < factor {
			missed = append(missed, r)
		}
	}
	fmt.Println()
	return missed
}

// cell is one library's result in one row. Durations are in picoseconds, since
// some firings are found in a few nanoseconds.
type cell struct {
	ok     bool
	note   string // the text that the table shows instead of a result
	work   func()
	times  []time.Duration
	median time.Duration
	allocs int64
}

func (c cell) String() string {
	if !c.ok {
		return c.note
	}
	return fmt.Sprintf("%s, %d", (c.median / 1000).String(), c.allocs)
}

// measure measures every cell once in each round, so that a short disturbance of the machine
// affects few rounds of each cell.
func measure(rows []row, libs []library, rounds int, prepare preparation) [][]cell {
	cells := make([][]cell, len(rows))
	for i, r := range rows {
		for _, l := range libs {
			c := cell{note: "–"}
			if r.text(l) != "" {
				work, err := prepare(r, l)
				if err != nil {
					c.note = err.Error()
				}
				c.work, c.ok = work, err == nil
			}
			cells[i] = append(cells[i], c)
		}
	}
	for range rounds {
		for i := range cells {
			for l := range cells[i] {
				cells[i][l].measure()
			}
		}
	}
	for i := range cells {
		for l := range cells[i] {
			if c := &cells[i][l]; c.ok {
				slices.Sort(c.times)
				c.median = c.times[len(c.times)/2]
			}
		}
	}
	return cells
}

func (c *cell) measure() {
	if !c.ok {
		return
	}
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.work()
		}
	})
	c.times = append(c.times, result.T*1000/time.Duration(result.N))
	c.allocs = result.AllocsPerOp()
}

func parsing(r row, l library) (func(), error) {
	expr := r.text(l)
	if err := l.parse(expr); err != nil {
		return nil, errors.New("cannot")
	}
	return func() { _ = l.parse(expr) }, nil
}

// prepareNext prepares the search for firings. It fails when the library finds other firings than
// frequency does.
func prepareNext(r row, l library) (func(), error) {
	zone, err := time.LoadLocation(r.zone)
	if err != nil {
		return nil, err
	}
	base := time.Date(2027, 3, 5, 17, 42, 11, 0, zone)
	steps := max(r.steps, 1)
	next, err := l.next(r.text(l))
	if err != nil {
		return nil, errors.New("cannot")
	}
	want := frequency.MustParse(r.expr).Next(base)
	if got := next(base); !got.Equal(want) && !(want.IsZero() && got.Before(base)) {
		return nil, errors.New("wrong")
	}
	if l.name == "frequency" && steps > 1 {
		s := frequency.MustParse(r.expr)
		return func() {
			n := 0
			for range s.All(base) {
				if n++; n == steps {
					break
				}
			}
		}, nil
	}
	return func() {
		t := base
		for range steps {
			t = next(t)
		}
	}, nil
}
