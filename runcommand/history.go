package runcommand

import (
	"context"
	"iter"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// History yields every run so far of a scheduled command, on every instance,
// with its output; of a command that is not scheduled, its results so far.
// Each run comes once; rows about another invocation, or about an instance that
// the request did not name, are dropped. The order is the service's, which does
// not document it.
//
// The second value is an error of the service or the context; it comes at most
// once and last.
func (i *Invocation) History(ctx context.Context) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		if err := i.history(ctx, func(r Result) bool { return yield(r, nil) }); err != nil {
			yield(Result{}, err)
		}
	}
}

func (i *Invocation) history(ctx context.Context, yield func(Result) bool) error {
	recurring, err := i.recurring(ctx)
	if err != nil {
		return err
	}
	type run struct {
		instance, started string
		repeats           wire.Int // tells those apart that never started
	}
	yielded := make(map[run]bool) // false: met, and not to be yielded yet
	ours := newInstanceSet(i.targets)
	return eachPage(ctx, invocationPaging, func(ctx context.Context, token string) (next string, news bool, err error) {
		answer, err := do[wire.DescribeInvocationResultsReply](ctx, i.client, i.resultsParams("", recurring, token))
		if err != nil {
			return "", false, err
		}
		rows := answer.Rows()
		for k := range rows {
			id, ok := ours.spelling(rows[k].InstanceID)
			if !ok || !i.isAbout(&rows[k]) {
				continue
			}
			key := run{instance: id, started: rows[k].StartTime}
			r := i.masked(resultOf(&rows[k]))
			r.InvocationID, r.InstanceID = i.ID, id
			if r.Started.IsZero() {
				key.started, key.repeats = rows[k].Finished(), rows[k].Repeats
			}
			done, met := yielded[key]
			news = news || !met
			if done {
				continue
			}
			if yielded[key] = !r.Started.IsZero() || r.Status.Terminal(); !yielded[key] {
				continue
			}
			if !yield(r) {
				return "", news, errStopPaging
			}
		}
		return answer.NextToken(), news, nil
	})
}

// owns reports whether a row is about this invocation. One that does not say
// what it is about is taken for an answer to the question.
func (i *Invocation) isAbout(row *wire.Outcome) bool {
	return row.InvokeID == "" || row.InvokeID == i.ID
}

// recurring reports whether the service keeps a history of the invocation; of
// one that was taken up by id it has to be asked.
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

// askResults is the question for outputs: of one instance or, with "", of all;
// for the latest run or for all runs.
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
