package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// A rollout is one fleet that runs, or runs on, and what the program shows of it.
type rollout struct {
	options *options
	client  *runcommand.Client
	journal *fleet.FileJournal // nil without a journal
	fleet   *fleet.Fleet
	display display
	wave    int // the latest wave that the display knows
}

// rollOut runs a rollout to its end, and prints its report and how to resume it.
func (c *command) rollOut(ctx context.Context, o *options) error {
	client, closeService, err := c.connect(o)
	if err != nil {
		return err
	}
	defer closeService()
	r := &rollout{options: o, client: client}
	if o.journal != "" {
		if err := r.openJournal(ctx); err != nil {
			return err
		}
		defer func() { _ = r.journal.Close() }() // every entry is on the disk already
	}
	if r.fleet, err = r.newFleet(); err != nil {
		return r.adviseResume(err)
	}
	r.display = newDisplay(c.stdout, c.terminal)
	report, err := r.run(ctx)
	printReport(c.stdout, report)
	if err == nil {
		fmt.Fprintf(c.stdout, "The script succeeded on %s.\n", instances(len(report.Results)))
		return nil
	}
	return &advised{err, r.howToResume(err)}
}

// advised is an error, and lines of text about what to do. The text may be empty.
type advised struct {
	error
	advice string
}

func (a *advised) Unwrap() error { return a.error }

// openJournal opens a new journal, or with -resume one that holds a rollout.
func (r *rollout) openJournal(ctx context.Context) error {
	path := r.options.journal
	if r.options.resume { // OpenJournal would make a new file
		if _, err := os.Stat(path); err != nil {
			return err
		}
	}
	journal, err := fleet.OpenJournal(path)
	if err != nil {
		return err
	}
	empty := true
	for _, err = range journal.Entries(ctx) {
		empty = false
		break
	}
	switch {
	case err != nil:
	case empty && r.options.resume:
		err = fmt.Errorf("the journal %s is empty; without -resume a rollout begins with it", path)
	case !empty && !r.options.resume:
		err = &advised{fmt.Errorf("the journal %s holds a rollout already", path), "-resume goes on with it; a new rollout needs a new file."}
	default:
		r.journal = journal
		return nil
	}
	_ = journal.Close() // nothing was written
	return err
}

// newFleet makes a fleet by the plan of the options, or takes it from the journal.
func (r *rollout) newFleet() (*fleet.Fleet, error) {
	opts := []fleet.Option{fleet.OnProgress(r.progress)}
	if r.options.grace > 0 {
		opts = append(opts, fleet.StopOnCancel(r.options.grace))
	}
	if !r.options.real { // local scripts take seconds, and the local service has no quota
		opts = append(opts, fleet.PollEvery(poll.Policy{Initial: 250 * time.Millisecond, Max: time.Second, Jitter: -1}),
			fleet.WithVisibilityDelay(0)) // the local service hides nothing
	}
	if r.options.resume {
		if !r.options.maxFailures.IsZero() {
			opts = append(opts, fleet.WithMaxFailures(r.options.maxFailures))
		}
		return fleet.Resume(r.client, r.journal, opts...)
	}
	if r.journal != nil {
		opts = append(opts, fleet.WithJournal(r.journal))
	}
	return fleet.New(r.client, r.options.plan(), opts...)
}

// run runs the fleet. When ctx ends, it says what happens then.
func (r *rollout) run(ctx context.Context) (*fleet.Report, error) {
	noted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(noted)
		if r.options.grace > 0 {
			r.display.note(fmt.Sprintf("Interrupted: stopping the commands under way, at most %v. Ctrl-C again ends this program at once.", r.options.grace))
		} else {
			r.display.note("Interrupted: the commands under way run on.")
		}
	})
	report, err := r.fleet.Run(ctx)
	if !stop() {
		<-noted
	}
	r.display.end()
	return report, err
}

// progress passes the counts on to the display. The fleet goes on when it returns.
func (r *rollout) progress(now fleet.Progress) {
	if now.Wave > r.wave {
		r.wave = now.Wave
		waves := r.fleet.Report().Waves
		r.display.beginWave(waves[len(waves)-1], now)
	}
	r.display.show(now)
}

// adviseResume adds to an error of Resume what the flags can do about it.
func (r *rollout) adviseResume(err error) error {
	if r.options.resume && r.options.maxFailures.IsZero() && r.haltedByFailures() {
		return &advised{err, "Give a new limit, such as -max-failures 10%."}
	}
	return err
}

// haltedByFailures reports whether the journal can be resumed only with a new limit.
func (r *rollout) haltedByFailures() bool {
	_, err := fleet.Resume(r.client, r.journal)
	return errors.Is(err, fleet.ErrHalted)
}

// howToResume returns the command line that goes on with a rollout that has halted.
func (r *rollout) howToResume(err error) string {
	halt, ok := errors.AsType[*fleet.HaltError](err)
	switch o := r.options; {
	case !ok || errors.Is(err, fleet.ErrSuperseded) || errors.Is(err, fleet.ErrJournalIncomplete):
		return ""
	case r.journal == nil && !o.Remote():
		return "This rollout cannot be resumed: its local service ends with this program. A rollout with\n" +
			"a local service in another terminal can be:\n" +
			"  go run . -serve 127.0.0.1:8090\n" +
			"  go run . -endpoint http://127.0.0.1:8090 -journal upgrade.journal"
	case r.journal == nil:
		return "This rollout cannot be resumed: it had no -journal."
	}
	line := []string{"go run . -resume -journal", quote(r.options.journal)}
	if r.options.real {
		line = append(line, "-region", quote(r.options.Region))
	}
	if r.options.Endpoint != "" {
		line = append(line, "-endpoint", quote(r.options.Endpoint))
	}
	if r.haltedByFailures() {
		line = append(line, "-max-failures", strconv.Itoa(raised(halt)))
	}
	return "Resume it with:\n  " + strings.Join(line, " ")
}

// raised returns a limit on failures that allows what has failed, and once more the number
// that the limit allowed.
func raised(halt *fleet.HaltError) int {
	return halt.Failed + allowed(halt.Limit, halt.Of)
}

// allowed returns how many of a number of instances a limit allows to fail.
func allowed(limit fleet.Size, of int) int {
	text := limit.String()
	if share, ok := strings.CutSuffix(text, "%"); ok {
		p, _ := strconv.ParseFloat(share, 64) // the text of a share is a number
		return int(float64(of) * p / 100)
	}
	n, _ := strconv.Atoi(text) // 0 for a fleet without a limit, which failures do not halt
	return n
}
