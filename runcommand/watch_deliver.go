package runcommand

import (
	"context"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// outputTimeout is how long an output may be missing after the state of its instance
// became terminal. After that time, the result is delivered without output.
const outputTimeout = 30 * time.Second

// deliverEnded delivers the results of instances that have ended. An output may become
// visible later than the state of its instance, and a call may fail. So deliverEnded
// polls for outputs until it has them. It begins with the first interval of the policy,
// because later intervals may be long.
func (w *watch) deliverEnded(ctx context.Context) error {
	if len(w.undelivered()) == 0 {
		return nil
	}
	grace, cancel := poll.WithBound(ctx, time.Now().Add(outputTimeout))
	defer cancel()
	before := w.deliveryTime
	var last error
	err := w.until(grace, func(context.Context) (done bool, err error) {
		// The calls use ctx, not grace. The end of the context grace must not cancel a
		// call that is running or that waits for its limiter.
		last = w.fetchOutputs(ctx, w.undelivered())
		return last == nil && (w.abandoned || len(w.undelivered()) == 0), last
	})
	switch {
	case err == nil || ctx.Err() != nil || grace.Err() == nil:
		return err
	case last != nil:
		return last
	case w.deliveryTime == before:
		w.deliverWithoutOutput()
	}
	// The results of other instances may be missing here, because the caller took all the time for
	// one result. The next poll for states fetches them.
	return nil
}

// undelivered lists the instances that have ended and whose results are not delivered
// yet.
func (w *watch) undelivered() []string {
	var due []string
	for _, id := range w.order {
		if r := w.states[id]; r.ended && !r.delivered {
			due = append(due, id)
		}
	}
	return due
}

// fetchOutputs fetches the outputs of the instances in due once. It makes one call for
// each instance if this needs fewer calls than reading all pages.
func (w *watch) fetchOutputs(ctx context.Context, due []string) error {
	pages := (len(w.states) + pageSize - 1) / pageSize
	if len(due) >= pages {
		return w.fetchOutputPages(ctx, "", len(due))
	}
	for _, id := range due {
		if err := w.fetchOutputPages(ctx, id, 1); err != nil || w.abandoned {
			return err
		}
	}
	return nil
}

// fetchOutputPages reads the outputs of one instance, or of all instances when instanceID
// is "". It ends when it has delivered as many results as the parameter due says. An
// endless listing is no error: the next poll fetches the missing outputs.
func (w *watch) fetchOutputPages(ctx context.Context, instanceID string, due int) error {
	seen := make(map[string]bool)
	err := eachPage(ctx, pollPaging, func(ctx context.Context, token string) (next string, newRows bool, err error) {
		params := w.resultsParams(instanceID, false, token)
		answer, err := attempt[wire.DescribeInvocationResultsReply](ctx, w.client.newCall(params))
		if err != nil {
			return "", false, err
		}
		rows := answer.Rows()
		for k := range rows {
			r := w.stateOf(&rows[k])
			if r == nil {
				continue
			}
			id := r.result.InstanceID
			newRows, seen[id] = newRows || !seen[id], true
			if !w.deliverRow(r, &rows[k]) {
				continue
			}
			if due--; due == 0 || w.abandoned {
				return "", newRows, errStopPaging
			}
		}
		return answer.NextToken(), newRows, nil
	})
	if errors.Is(err, errEndlessListing) {
		return nil
	}
	return err
}

// stateOf returns the state of the instance that a row is about. It returns nil for a
// row about another invocation or an unknown instance.
func (w *watch) stateOf(row *wire.Outcome) *instanceState {
	id, ok := w.instances.spelling(row.InstanceID)
	if !ok || !w.isAbout(row) {
		return nil
	}
	return w.states[id]
}

// deliverRow delivers the result in a row and reports whether it did so. It skips an
// instance that has not ended or whose result was delivered before. It also skips a row
// that is not terminal, because such a row is older than the state.
func (w *watch) deliverRow(r *instanceState, row *wire.Outcome) bool {
	if !r.ended || r.delivered {
		return false
	}
	result := w.masked(resultOf(row))
	if !result.Status.Terminal() {
		return false
	}
	result.InvocationID, result.InstanceID = w.ID, r.result.InstanceID
	w.deliverResult(r, result)
	return true
}

// deliverWithoutOutput delivers the remaining results. It takes them from the states of
// the instances. The states have no output.
func (w *watch) deliverWithoutOutput() {
	for _, id := range w.undelivered() {
		if w.abandoned {
			return
		}
		w.deliverResult(w.states[id], w.states[id].result)
	}
}

// deliverResult passes a result to the caller and measures how long the caller takes.
func (w *watch) deliverResult(r *instanceState, result Result) {
	r.delivered = true
	began := time.Now()
	w.abandoned = !w.deliver(result)
	w.deliveryTime += time.Since(began)
	result.Output = nil
	r.result = result
}
