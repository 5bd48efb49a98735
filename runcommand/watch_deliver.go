package runcommand

import (
	"context"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// fetchableWithin is how long the output of an instance may lag behind the
// state that says it has finished. After that the result comes without.
const outputTimeout = 30 * time.Second

// collect hands over what has finished. A result may lag behind the state that
// announces it, and a call may fail; collect begins the policy anew, since the
// instance has ended already and the next poll may be far away.
func (w *watch) deliverEnded(ctx context.Context) error {
	if len(w.undelivered()) == 0 {
		return nil
	}
	grace, cancel := poll.WithBound(ctx, time.Now().Add(outputTimeout))
	defer cancel()
	listened := w.deliveryTime
	var last error
	_, err := poll.Until(grace, w.config.policy, func(context.Context) (struct{}, bool, error) {
		// By the wait's own context: the grace ends the asking, not a call that is
		// under way or that waits for its turn.
		last = w.fetchOutputs(ctx, w.undelivered())
		return struct{}{}, last == nil && (w.abandoned || len(w.undelivered()) == 0) || final(last), last
	})
	switch {
	case err == nil || ctx.Err() != nil || grace.Err() == nil:
		return err
	case last != nil:
		return last
	case w.deliveryTime == listened:
		w.deliverWithoutOutput()
	}
	return nil // the grace was cut short by a listener: the next poll goes on
}

// due lists the instances that have finished and were not handed over yet.
func (w *watch) undelivered() []string {
	var due []string
	for _, id := range w.order {
		if r := w.states[id]; r.ended && !r.delivered {
			due = append(due, id)
		}
	}
	return due
}

// fetch asks once for the outputs that are due: instance by instance where that
// takes fewer calls than reading all pages.
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

// fetchPages reads the outputs of one instance or, with "", of all, until the
// number that is due has been handed over. Pages that lead nowhere are an
// answer like any other: what is missing comes with the next one.
func (w *watch) fetchOutputPages(ctx context.Context, instanceID string, due int) error {
	met := make(map[string]bool)
	err := eachPage(ctx, pollPaging, func(ctx context.Context, token string) (next string, news bool, err error) {
		question := w.resultsParams(instanceID, false, token)
		answer, err := attempt[wire.DescribeInvocationResultsReply](ctx, w.client.newCall(question))
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
			news, met[id] = news || !met[id], true
			if !w.deliverRow(r, &rows[k]) {
				continue
			}
			if due--; due == 0 || w.abandoned {
				return "", news, errStopPaging
			}
		}
		return answer.NextToken(), news, nil
	})
	if errors.Is(err, errEndlessListing) {
		return nil
	}
	return err
}

// instanceOf returns the instance that a row is about, or nil where it is not
// about this invocation or an instance that is known to be part of it.
func (w *watch) stateOf(row *wire.Outcome) *instanceState {
	id, ok := w.instances.spelling(row.InstanceID)
	if !ok || !w.isAbout(row) {
		return nil
	}
	return w.states[id]
}

// take hands a row over and reports whether it did: not one that has been
// handed over before, nor one that is staler than the state.
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

// giveUp hands over what is due as the state has it, without output.
func (w *watch) deliverWithoutOutput() {
	for _, id := range w.undelivered() {
		if w.abandoned {
			return
		}
		w.deliverResult(w.states[id], w.states[id].result)
	}
}

func (w *watch) deliverResult(r *instanceState, result Result) {
	r.delivered = true
	began := time.Now()
	w.abandoned = !w.deliver(result)
	w.deliveryTime += time.Since(began)
	result.Output = nil
	r.result = result
}
