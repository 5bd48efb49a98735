package runcommand

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

const (
	// visibleWithin is how long an invocation may stay out of the service's
	// lists, as right after a Run.
	visibleWithin = 30 * time.Second
	// fetchableWithin is how long the output of an instance may lag behind the
	// state that says it has finished. After that the result comes without.
	fetchableWithin = 30 * time.Second
)

// watch follows one invocation to its end. States come from light polls of
// DescribeInvocations; the output of an instance is fetched once it has
// finished, handed over, and forgotten.
type watch struct {
	*Invocation
	config  waitConfig
	deliver func(Result) bool // false: nobody listens any more

	plan    *plan
	bounded bool      // by MaxWait or the context
	overdue time.Time // the wait's own bound; zero: none, or not known yet
	began   time.Time
	unseen  time.Time // since when the service does not list the invocation
	status  Status    // of the whole, as told last
	order   []string  // instances: the targets, then as they appeared
	rows    map[string]*instance
	done    int // rows with an end
	left    bool
}

// instance is what is known about the invocation on one instance.
type instance struct {
	result    Result // without output
	ended     time.Time
	delivered bool
}

// watch prepares a wait that hands every finished instance to deliver.
func (i *Invocation) watch(opts []WaitOption, deliver func(Result) bool) (*watch, error) {
	if err := i.ready(); err != nil {
		return nil, err
	}
	w := &watch{
		Invocation: i,
		config:     waitConfig{policy: i.client.polling},
		deliver:    deliver,
		plan:       i.plan,
		rows:       make(map[string]*instance, len(i.targets)),
	}
	for k, opt := range opts {
		if opt == nil {
			return nil, invalid("wait option %d is nil", k+1)
		}
		if err := opt(&w.config); err != nil {
			return nil, err
		}
	}
	for _, id := range i.targets {
		w.row(id)
	}
	return w, nil
}

// run polls until the invocation has ended or the wait has to. Its error is a
// WaitError.
func (w *watch) run(ctx context.Context) error {
	w.began = time.Now()
	_, w.bounded = ctx.Deadline()
	waiting := ctx
	if w.config.longest > 0 {
		var cancel context.CancelFunc
		waiting, cancel = context.WithTimeout(ctx, w.config.longest)
		defer cancel()
		w.bounded = true
	}
	err := w.settle(w.plan)
	if err == nil {
		_, err = poll.Until(waiting, w.config.policy, w.probe)
	}
	if err == nil {
		return nil
	}
	if ctx.Err() == nil && waiting.Err() != nil {
		err = fmt.Errorf("the longest wait of %v is over: %w", w.config.longest, err)
	}
	if ctx.Err() != nil && w.config.grace > 0 {
		err = w.stopRemote(ctx, err)
	}
	return &errors.WaitError{InvocationID: w.ID, Done: w.done, Total: w.total(), Err: err}
}

// settle takes the plan, once it is known: whether to wait at all, and how
// long at most.
func (w *watch) settle(p *plan) error {
	if p == nil {
		return nil
	}
	if err := p.judge(w.bounded); err != nil {
		return err
	}
	w.plan = p
	if !w.bounded {
		w.overdue = p.overdue(w.began)
	}
	return nil
}

// stopRemote stops the command although the context has ended.
func (w *watch) stopRemote(ctx context.Context, cause error) error {
	detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.config.grace)
	defer cancel()
	if err := w.Stop(detached); err != nil {
		return fmt.Errorf("%w; the command was not stopped: %w", cause, err)
	}
	return fmt.Errorf("%w; the command was asked to stop", cause)
}

// probe asks once for the state and hands over what has newly finished.
func (w *watch) probe(ctx context.Context) (struct{}, bool, error) {
	done, err := w.look(ctx)
	if err == nil && !done && !w.overdue.IsZero() && time.Now().After(w.overdue) {
		err = fmt.Errorf("the invocation has outlived its timeout by more than the service allows: %w", context.DeadlineExceeded)
	}
	return struct{}{}, done || err != nil && !retryable(err), err
}

func (w *watch) look(ctx context.Context) (done bool, err error) {
	answer, err := attempt[wire.DescribeInvocationsReply](ctx, w.client.exchange(w.describe()))
	if err != nil {
		return false, err
	}
	found := w.find(answer)
	if found == nil {
		return false, w.missing()
	}
	w.unseen = time.Time{}
	if w.plan == nil {
		if err := w.settle(planFrom(found)); err != nil {
			return false, err
		}
	}
	w.learn(found)
	w.progress(ctx)
	if err := w.fetch(ctx); err != nil || w.left {
		return w.left, err
	}
	return w.over(), nil
}

// missing is an error once the service has not listed the invocation for long
// enough.
func (w *watch) missing() error {
	now := time.Now()
	if w.unseen.IsZero() {
		w.unseen = now
	}
	if now.Sub(w.unseen) >= visibleWithin {
		return ErrNotVisible
	}
	return nil
}

// row returns what is known about an instance, beginning with nothing.
func (w *watch) row(id string) *instance {
	r := w.rows[id]
	if r == nil {
		r = &instance{result: Result{InvocationID: w.ID, InstanceID: id, Status: StatusPending}}
		w.rows[id] = r
		w.order = append(w.order, id)
	}
	return r
}

// learn takes over the states. An end is final: what a later, staler reply
// says about the instance no longer counts.
func (w *watch) learn(inv *wire.Invocation) {
	instances := inv.Instances()
	for k := range instances {
		id := instances[k].InstanceID
		if id == "" {
			continue
		}
		r := w.row(id)
		if !r.ended.IsZero() {
			continue
		}
		r.result = resultOfInstance(w.ID, &instances[k])
		r.result.Output = nil
		if r.result.Status.Terminal() {
			r.ended = time.Now()
			w.done++
		}
	}
	w.status = Status(inv.InvocationStatus)
}

// over reports whether every instance has ended and been handed over. Where
// the instances were chosen by tag, or by another process, the whole has to
// have ended as well: only the service knows them all.
func (w *watch) over() bool {
	if len(w.rows) == 0 {
		return false
	}
	for _, r := range w.rows {
		if !r.delivered {
			return false
		}
	}
	return w.targets != nil || w.status == "" || w.status.Terminal()
}

// total is the number of instances, 0 while it is not known.
func (w *watch) total() int { return len(w.rows) }

// fetch hands over what has finished and was not handed over yet: instance by
// instance where that takes fewer calls than reading all pages.
func (w *watch) fetch(ctx context.Context) error {
	var due []string
	for _, id := range w.order {
		if r := w.rows[id]; !r.ended.IsZero() && !r.delivered {
			due = append(due, id)
		}
	}
	pages := (len(w.rows) + pageSize - 1) / pageSize
	var err error
	switch {
	case len(due) == 0:
		return nil
	case len(due) < pages:
		for _, id := range due {
			if err = w.fetchPages(ctx, id, 1); err != nil || w.left {
				break
			}
		}
	default:
		err = w.fetchPages(ctx, "", len(due))
	}
	if err == nil || errors.Is(err, errors.InvalidParameterNextToken) {
		w.giveUp(due)
		return nil
	}
	return err
}

// fetchPages reads the outputs of one instance or, with "", of all, until the
// number that is due has been handed over.
func (w *watch) fetchPages(ctx context.Context, instanceID string, due int) error {
	return eachPage(ctx, func(ctx context.Context, token string) (string, error) {
		question := w.results(instanceID, false, token)
		answer, err := attempt[wire.DescribeInvocationResultsReply](ctx, w.client.exchange(question))
		if err != nil {
			return "", err
		}
		rows := answer.Rows()
		for k := range rows {
			r := w.rows[rows[k].InstanceID]
			if r == nil || r.ended.IsZero() || r.delivered {
				continue
			}
			result := resultOfRow(&rows[k])
			if !result.Status.Terminal() {
				continue // staler than the state: ask again
			}
			result.InvocationID = w.ID
			w.handOver(r, result)
			if due--; due == 0 || w.left {
				return "", errEnough
			}
		}
		return answer.NextToken(), nil
	})
}

// giveUp hands over what has been due for too long without output.
func (w *watch) giveUp(due []string) {
	for _, id := range due {
		r := w.rows[id]
		if !r.delivered && !w.left && time.Since(r.ended) >= fetchableWithin {
			w.handOver(r, r.result)
		}
	}
}

func (w *watch) handOver(r *instance, result Result) {
	r.delivered = true
	w.left = !w.deliver(result)
	result.Output = nil
	r.result = result
}

// progress reports the counts.
func (w *watch) progress(ctx context.Context) {
	if w.config.progress == nil && w.client.observer.Poll == nil {
		return
	}
	p := Progress{
		InvocationID: w.ID,
		Elapsed:      time.Since(w.began),
		Done:         w.done,
		Total:        w.total(),
		ByStatus:     make(map[Status]int),
	}
	for _, r := range w.rows {
		p.ByStatus[r.result.Status]++
	}
	if w.config.progress != nil {
		w.config.progress(p)
	}
	if w.client.observer.Poll != nil {
		w.client.observer.Poll(ctx, p)
	}
}

// report puts together what is known, with the outputs that were handed over.
func (w *watch) report(finished map[string]Result, complete bool) *Report {
	r := &Report{InvocationID: w.ID, Complete: complete, Results: make([]Result, 0, len(w.order))}
	for _, id := range w.order {
		result, ok := finished[id]
		if !ok {
			result = w.rows[id].result
		}
		r.Results = append(r.Results, result)
	}
	r.Status = overall(r.Results)
	return r
}
