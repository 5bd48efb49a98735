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
const fetchableWithin = 30 * time.Second

// collect hands over what has finished. A result may lag behind the state that
// announces it, and a call may fail; collect begins the policy anew, since the
// instance has ended already and the next poll may be far away.
func (w *watch) collect(ctx context.Context) error {
	if len(w.due()) == 0 {
		return nil
	}
	grace, cancel := poll.WithBound(ctx, time.Now().Add(fetchableWithin))
	defer cancel()
	listened := w.listening
	var last error
	_, err := poll.Until(grace, w.config.policy, func(context.Context) (struct{}, bool, error) {
		// By the wait's own context: the grace ends the asking, not a call that is
		// under way or that waits for its turn.
		last = w.fetch(ctx, w.due())
		return struct{}{}, last == nil && (w.left || len(w.due()) == 0) || final(last), last
	})
	switch {
	case err == nil || ctx.Err() != nil || grace.Err() == nil:
		return err
	case last != nil:
		return last
	case w.listening == listened:
		w.giveUp()
	}
	return nil // the grace was cut short by a listener: the next poll goes on
}

// due lists the instances that have finished and were not handed over yet.
func (w *watch) due() []string {
	var due []string
	for _, id := range w.order {
		if r := w.rows[id]; r.ended && !r.delivered {
			due = append(due, id)
		}
	}
	return due
}

// fetch asks once for the outputs that are due: instance by instance where that
// takes fewer calls than reading all pages.
func (w *watch) fetch(ctx context.Context, due []string) error {
	pages := (len(w.rows) + pageSize - 1) / pageSize
	if len(due) >= pages {
		return w.fetchPages(ctx, "", len(due))
	}
	for _, id := range due {
		if err := w.fetchPages(ctx, id, 1); err != nil || w.left {
			return err
		}
	}
	return nil
}

// fetchPages reads the outputs of one instance or, with "", of all, until the
// number that is due has been handed over. Pages that lead nowhere are an
// answer like any other: what is missing comes with the next one.
func (w *watch) fetchPages(ctx context.Context, instanceID string, due int) error {
	met := make(map[string]bool)
	err := eachPage(ctx, whileWaiting, func(ctx context.Context, token string) (next string, news bool, err error) {
		question := w.askResults(instanceID, false, token)
		answer, err := attempt[wire.DescribeInvocationResultsReply](ctx, w.client.newCall(question))
		if err != nil {
			return "", false, err
		}
		rows := answer.Rows()
		for k := range rows {
			r := w.instanceOf(&rows[k])
			if r == nil {
				continue
			}
			id := r.result.InstanceID
			news, met[id] = news || !met[id], true
			if !w.take(r, &rows[k]) {
				continue
			}
			if due--; due == 0 || w.left {
				return "", news, errEnough
			}
		}
		return answer.NextToken(), news, nil
	})
	if errors.Is(err, errAstray) {
		return nil
	}
	return err
}

// instanceOf returns the instance that a row is about, or nil where it is not
// about this invocation or an instance that is known to be part of it.
func (w *watch) instanceOf(row *wire.Outcome) *instance {
	id, ok := w.ours.name(row.InstanceID)
	if !ok || !w.owns(row) {
		return nil
	}
	return w.rows[id]
}

// take hands a row over and reports whether it did: not one that has been
// handed over before, nor one that is staler than the state.
func (w *watch) take(r *instance, row *wire.Outcome) bool {
	if !r.ended || r.delivered {
		return false
	}
	result := w.masked(resultOf(row))
	if !result.Status.Terminal() {
		return false
	}
	result.InvocationID, result.InstanceID = w.ID, r.result.InstanceID
	w.handOver(r, result)
	return true
}

// giveUp hands over what is due as the state has it, without output.
func (w *watch) giveUp() {
	for _, id := range w.due() {
		if w.left {
			return
		}
		w.handOver(w.rows[id], w.rows[id].result)
	}
}

func (w *watch) handOver(r *instance, result Result) {
	r.delivered = true
	began := time.Now()
	w.left = !w.deliver(result)
	w.listening += time.Since(began)
	result.Output = nil
	r.result = result
}
