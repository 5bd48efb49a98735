package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// A display shows a rollout while it runs. Its methods may be called concurrently.
type display interface {
	// beginWave is called when a wave begins. The counts are those of that time.
	beginWave(w fleet.Wave, now fleet.Progress)
	// show is called when the counts have changed.
	show(now fleet.Progress)
	// note shows a line of text.
	note(text string)
	// end is called last. The display shows the latest counts then.
	end()
}

// newDisplay returns a display with bars for a terminal, and otherwise one that prints lines.
func newDisplay(w io.Writer, terminal bool) display {
	if terminal {
		return newBars(w)
	}
	return &lines{w: w, began: time.Now()}
}

// lines is a display for logs: a line for each wave, and every two seconds one with counts.
type lines struct {
	w     io.Writer
	began time.Time

	mu     sync.Mutex
	shown  time.Time
	latest fleet.Progress
	stale  bool // the latest counts are not shown
}

// linesEvery is the least time between two lines with counts.
const linesEvery = 2 * time.Second

func (l *lines) beginWave(w fleet.Wave, now fleet.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stale {
		l.printCounts()
	}
	l.print(fmt.Sprintf("Wave %d: %s", w.Number, instances(w.Instances)))
	l.shown, l.latest = time.Now(), now
}

func (l *lines) show(now fleet.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Done == l.latest.Done && maps.Equal(now.ByStatus, l.latest.ByStatus) {
		return
	}
	l.latest, l.stale = now, true
	if time.Since(l.shown) >= linesEvery {
		l.printCounts()
	}
}

func (l *lines) note(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.print(text)
}

func (l *lines) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stale {
		l.printCounts()
	}
}

func (l *lines) printCounts() {
	l.shown, l.stale = time.Now(), false
	n := l.latest
	l.print(fmt.Sprintf("%s of %s done, %s failed (%s)", thousands(n.Done), thousands(n.Total), thousands(n.Failed), statuses(n.ByStatus)))
}

// print prints a line that begins with the time since the begin.
func (l *lines) print(text string) {
	fmt.Fprintf(l.w, "%s  %s\n", clock(time.Since(l.began)), text)
}

// clock writes a duration as minutes and seconds.
func clock(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

// statusOrder lists the states in the order in which an instance goes through them.
var statusOrder = []runcommand.Status{
	runcommand.StatusPending, runcommand.StatusScheduled, runcommand.StatusRunning, runcommand.StatusStopping, runcommand.StatusSuccess,
}

// statuses writes the counts by status, such as "Running 100, Success 4,900".
func statuses(by map[runcommand.Status]int) string {
	place := func(s runcommand.Status) int {
		if i := slices.Index(statusOrder, s); i >= 0 {
			return i
		}
		return len(statusOrder)
	}
	var all []runcommand.Status
	for s := range by {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b runcommand.Status) int {
		return cmp.Or(place(a)-place(b), strings.Compare(string(a), string(b)))
	})
	var parts []string
	for _, s := range all {
		parts = append(parts, oneLine(string(s))+" "+thousands(by[s]))
	}
	if len(parts) == 0 {
		return "nothing runs yet"
	}
	return strings.Join(parts, ", ")
}

// thousands writes a number with commas, such as 5,000.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	for k := len(digits) - 3; k > 0; k -= 3 {
		digits = digits[:k] + "," + digits[k:]
	}
	return digits
}

func instances(n int) string {
	if n == 1 {
		return "1 instance"
	}
	return thousands(n) + " instances"
}
