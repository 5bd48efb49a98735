package main

import (
	"fmt"
	"io"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// bars is a display for a terminal: a bar for the latest wave, a bar for the whole rollout,
// and below them a line with the counts by status.
type bars struct {
	progress    *mpb.Progress
	wave, total *mpb.Bar

	mu     sync.Mutex
	latest fleet.Progress
	now    fleet.Wave // the latest wave
	before int        // number of instances that were done when it began
}

func newBars(w io.Writer) *bars {
	b := &bars{}
	b.progress = mpb.New(mpb.WithOutput(w), mpb.WithAutoRefresh())
	b.wave = b.progress.New(0, mpb.BarStyle(),
		mpb.PrependDecorators(b.text(func() string { return fmt.Sprintf("wave %d", b.now.Number) })),
		mpb.AppendDecorators(b.text(func() string {
			return fmt.Sprintf("%s / %s", thousands(b.doneInWave()), thousands(b.now.Instances))
		})))
	b.total = b.progress.New(0, mpb.BarStyle(),
		mpb.PrependDecorators(b.text(func() string { return "all" })),
		mpb.AppendDecorators(b.text(func() string {
			return fmt.Sprintf("%s / %s, %s failed", thousands(b.latest.Done), thousands(b.latest.Total), thousands(b.latest.Failed))
		}), decor.Elapsed(decor.ET_STYLE_MMSS, decor.WC{W: 7})),
		mpb.BarBtmExtender(mpb.BarFillerFunc(b.fillStatuses)))
	return b
}

// text returns a part of a bar that reads the latest counts. The parts of both bars are
// equally wide.
func (b *bars) text(f func() string) decor.Decorator {
	return decor.Any(func(decor.Statistics) string {
		b.mu.Lock()
		defer b.mu.Unlock()
		return f()
	}, decor.WCSyncSpaceR)
}

// fillStatuses writes the line below the bars. A longer line than the terminal is cut.
func (b *bars) fillStatuses(w io.Writer, s decor.Statistics) error {
	b.mu.Lock()
	line := []rune(statuses(b.latest.ByStatus))
	b.mu.Unlock()
	_, err := fmt.Fprintln(w, string(line[:min(len(line), s.AvailableWidth)]))
	return err
}

// doneInWave returns how many instances of the latest wave are done.
func (b *bars) doneInWave() int {
	return min(max(b.latest.Done-b.before, 0), b.now.Instances)
}

func (b *bars) beginWave(w fleet.Wave, now fleet.Progress) {
	b.mu.Lock()
	b.now, b.latest = w, now
	b.before = now.Done - w.Done
	b.mu.Unlock()
	b.note(fmt.Sprintf("Wave %d: %s", w.Number, instances(w.Instances)))
	b.wave.SetTotal(int64(w.Instances), false)
	b.show(now)
}

func (b *bars) show(now fleet.Progress) {
	b.mu.Lock()
	b.latest = now
	inWave := b.doneInWave()
	b.mu.Unlock()
	b.wave.SetCurrent(int64(inWave))
	b.total.SetTotal(int64(now.Total), false)
	b.total.SetCurrent(int64(now.Done))
}

func (b *bars) note(text string) {
	// The carriage return undoes what the terminal has written for Ctrl-C. The library fails
	// only after the end.
	_, _ = fmt.Fprintln(b.progress, "\r"+text)
}

// end leaves the bars on the screen as they are.
func (b *bars) end() {
	b.wave.Abort(false)
	b.total.Abort(false)
	b.progress.Wait()
}
