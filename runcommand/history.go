package runcommand

import (
	"context"
	"iter"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// History yields every run so far of a scheduled command, on every instance, with its
// output. For a command without a schedule it yields the results so far. It yields each
// run once. History leaves out the rows of a reply that are about another invocation, or
// about an instance that the request did not name. The runs come in the order of the
// service, which is not documented.
//
// The second value is an error of the service or the context. There is at most one
// error, and it comes last.
func (i *Invocation) History(ctx context.Context) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		if err := i.history(ctx, func(r Result) bool { return yield(r, nil) }); err != nil {
			yield(Result{}, err)
		}
	}
}

func (i *Invocation) history(ctx context.Context, yield func(Result) bool) (err error) {
	if err := i.ready(); err != nil {
		return err
	}
	i.client.observed(ctx, Operation{Name: "History", InvocationID: i.ID}, func(ctx context.Context) Ended {
		err = i.readHistory(ctx, yield)
		return Ended{Err: err, InvocationID: i.ID}
	})
	return err
}

// readHistory passes the runs to the function yield, until yield returns false.
func (i *Invocation) readHistory(ctx context.Context, yield func(Result) bool) error {
	recurring, err := i.recurring(ctx)
	if err != nil {
		return err
	}
	type run struct {
		instance, started string
		repeats           wire.Int // number of runs; used only for runs without a start time
	}
	// The value is false for a run that was seen before it began. Such a run is not yielded yet.
	yielded := make(map[run]bool)
	instances := newInstanceSet(i.targets)
	page := func(ctx context.Context, token string) (*wire.DescribeInvocationResultsReply, error) {
		return do[wire.DescribeInvocationResultsReply](ctx, i.client, i.resultsParams("", recurring, token))
	}
	return i.eachOutcome(ctx, invocationPaging, instances, page, func(id string, row *wire.Outcome) (isNew, more bool) {
		key := run{instance: id, started: row.StartTime}
		r := i.masked(resultOf(row))
		r.InvocationID, r.InstanceID = i.ID, id
		if r.Started.IsZero() {
			key.started, key.repeats = row.Finished(), row.Repeats
		}
		done, seen := yielded[key]
		if done {
			return !seen, true
		}
		if yielded[key] = !r.Started.IsZero() || r.Status.Terminal(); !yielded[key] {
			return !seen, true
		}
		return !seen, yield(r)
	})
}

// recurring reports whether the command of the invocation can run more than once. If so,
// the service keeps a history of the runs. When the plan is not known, recurring
// asks the service.
func (i *Invocation) recurring(ctx context.Context) (bool, error) {
	if err := i.ready(); err != nil {
		return false, err
	}
	if i.plan != nil {
		return i.plan.recurring(), nil
	}
	s, err := i.Describe(ctx)
	if err != nil {
		return false, err
	}
	return s.Frequency != "" || s.RepeatMode == RepeatPeriod || s.RepeatMode == RepeatEveryReboot, nil
}

// resultsParams returns the parameters of the call that reads one page of outputs. The
// page has the outputs of one instance, or of all instances when instanceID is "". When
// history is true, the page has all runs. Otherwise it has only the latest run on each
// instance.
func (i *Invocation) resultsParams(instanceID string, history bool, token string) wire.Params {
	w := wire.NewWriter(wire.ActionDescribeInvocationResults)
	w.Text("RegionId", i.client.region)
	w.Text("InvokeId", i.ID)
	w.Text("InstanceId", instanceID)
	w.Text("ResourceGroupId", i.group)
	w.Flag("IncludeHistory", history)
	w.Text("ContentEncoding", "Base64")
	w.Page(pageSize, token)
	return i.withSecrets(w.Params())
}
