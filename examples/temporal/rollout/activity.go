package rollout

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/activity"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// A Journal keeps one fleet. Package sqljournal has it.
type Journal interface {
	fleet.Journal
	// Empty reports whether the journal has no entries.
	Empty(ctx context.Context) (bool, error)
	// Claim fails when the journal belongs to a plan with another digest.
	Claim(ctx context.Context, digest string) error
}

// Activities has the activities of a worker. The fields are set before the worker starts.
type Activities struct {
	Client *runcommand.Client
	// Journals returns the journal with a key. The key is the id of the workflow, so the
	// namespaces of one database must not share ids.
	Journals func(key string) Journal
	// Options are for every fleet, for example fleet.PollEvery.
	Options []fleet.Option
}

// A Step is one execution of the activity Rollout.
type Step struct {
	Input    Input `json:"input"`
	Approved int   `json:"approved"` // number of the latest wave that may begin
}

// errNeedsApproval halts a fleet before a wave that was not approved.
var errNeedsApproval = errors.New("the wave needs an approval")

// Rollout begins the fleet of the workflow, or resumes it when its journal has entries. It
// ends when the fleet has ended or halted, or when a wave needs an approval
// (Summary.WaitsForWave). The end of ctx stops no command: ctx ends when the workflow is
// cancelled, but also when the server has given up this attempt and another one goes on, and
// when the worker shuts down. Stopping is the task of [Activities.Stop].
//
// Two attempts at the same time run nothing twice. Both write the next entry of the journal,
// and only one of them succeeds. The other one gets fleet.ErrSuperseded and sends nothing
// more.
func (a *Activities) Rollout(ctx context.Context, step Step) (*Summary, error) {
	in := &step.Input
	if err := in.check(); err != nil {
		return nil, cannotBegin(err)
	}
	ctx, leave := untilWorkerStops(ctx)
	defer leave()
	beats := beginHeartbeats(ctx, in.heartbeat())
	defer beats.end()

	options := []fleet.Option{fleet.OnProgress(beats.progress)}
	if in.Approval {
		options = append(options, fleet.WithApproval(func(_ context.Context, ended fleet.Wave) error {
			if ended.Number >= step.Approved {
				return errNeedsApproval
			}
			return nil
		}))
	}
	f, err := a.fleet(ctx, in, options)
	if err != nil {
		return nil, cannotBegin(err)
	}
	var groups groupCounts
	for result, err := range f.Results(ctx) {
		if err == nil { // the report has the error
			groups.add(result)
		}
	}
	report := f.Report()
	return outcome(ctx, report.Err(), summaryOf(report, groups))
}

// Stop stops the commands of a fleet that are under way, and waits for their ends. It sends
// nothing. Like every resumption it takes the journal away from an attempt of Rollout that
// may still be alive somewhere.
func (a *Activities) Stop(ctx context.Context, in Input) (*Summary, error) {
	if err := in.check(); err != nil {
		return nil, cannotBegin(err)
	}
	beats := beginHeartbeats(ctx, in.heartbeat())
	defer beats.end()
	journal := a.Journals(activity.GetInfo(ctx).WorkflowExecution.ID)
	switch empty, err := journal.Empty(ctx); {
	case err != nil:
		return nil, cannotBegin(err)
	case empty:
		return &Summary{Instances: len(in.Instances), NotSent: len(in.Instances)}, nil
	}
	options := []fleet.Option{fleet.OnProgress(beats.progress), fleet.StopOnCancel(in.stopGrace())}
	if in.Approval {
		options = append(options, fleet.WithApproval(func(context.Context, fleet.Wave) error { return errNeedsApproval }))
	}
	f, err := fleet.ResumeContext(ctx, a.Client, journal, a.with(&in, options)...)
	if err != nil {
		return nil, cannotBegin(err)
	}
	// A fleet whose context has ended sends nothing, and stops what is under way.
	ended, end := context.WithCancel(ctx)
	end()
	var groups groupCounts
	for result, err := range f.Results(ended) {
		if err == nil {
			groups.add(result)
		}
	}
	report := f.Report()
	summary := summaryOf(report, groups)
	if summary.Running > 0 {
		return nil, fmt.Errorf("the command has not ended on all instances, %d to go: %w", summary.Running, report.Err())
	}
	return summary, nil
}

// fleet returns the fleet of the workflow: a new one, or the one that the journal holds.
func (a *Activities) fleet(ctx context.Context, in *Input, options []fleet.Option) (*fleet.Fleet, error) {
	journal := a.Journals(activity.GetInfo(ctx).WorkflowExecution.ID)
	digest, err := in.digest()
	if err != nil {
		return nil, err
	}
	if empty, err := journal.Empty(ctx); err != nil {
		return nil, err
	} else if empty {
		f, err := fleet.NewContext(ctx, a.Client, in.plan(), append(a.with(in, options), fleet.WithJournal(journal))...)
		if err == nil {
			return f, journal.Claim(ctx, digest) // a plan with a mistake claims nothing
		}
		// Another attempt may have begun the fleet since Empty looked.
		if empty, emptyErr := journal.Empty(ctx); emptyErr != nil || empty {
			return nil, err
		}
	}
	if err := journal.Claim(ctx, digest); err != nil {
		return nil, err
	}
	return fleet.ResumeContext(ctx, a.Client, journal, a.with(in, options)...)
}

// with adds the options that every fleet has. The limit is given again, because a person may
// have started the workflow again with another limit. It halts a fleet again that has more
// failures.
func (a *Activities) with(in *Input, options []fleet.Option) []fleet.Option {
	all := append([]fleet.Option{}, a.Options...)
	all = append(all, options...)
	if !in.MaxFailures.IsZero() {
		all = append(all, fleet.WithMaxFailures(in.MaxFailures))
	}
	return all
}
