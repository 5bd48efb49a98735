package runcommand

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// readyTimeout is how long WaitReady waits when the caller sets no bound. A new instance
// needs a few minutes for its first start.
const readyTimeout = 10 * time.Minute

// WaitReady waits until each instance is Running and its agent is online: for instances
// that were just created or started. It starts no instance and installs no agent. It does
// not know the command that will run there: [Client.Preflight] does.
//
// The Preflight is never nil, and has the latest state of each instance, in the order of
// instanceIDs. The error is nil when all are ready. WaitReady waits at most for [MaxWait],
// until the deadline of ctx, or for 10 min when there is neither. When this time is over
// or ctx is cancelled, it returns an [*errors.WaitError] with an empty InvocationID. The
// WaitError wraps [context.DeadlineExceeded] or the error of ctx.
//
// An instance that the service does not list for 30 s does not exist: WaitReady waits for
// the others, and then returns the error of [Preflight.Err]. After a missing
// right ([errors.ErrPermission]), WaitReady ends at once with a WaitError. After throttling
// and temporary errors it asks again. The rights are those of [Client.Preflight].
//
// WaitReady asks only about instances that are not ready yet, at the intervals of
// [PollEvery] or [WithPolling]. An instance that was ready once counts as ready until the
// end of the wait. Done of a [Progress] counts the instances that are ready, and ByStatus
// counts all instances by their [InstanceStatus]; "" stands for those that the service has not
// listed. [StopOnCancel] is an error, because there
// is no command to stop.
func (c *Client) WaitReady(ctx context.Context, instanceIDs []string, opts ...WaitOption) (p *Preflight, err error) {
	w := &readyWait{began: time.Now(), byID: make(map[string]*Readiness), unlisted: make(map[string]time.Time), mayList: make(map[string]bool)}
	if err := c.readyIn(ctx); err != nil {
		return w.preflight(), err
	}
	config, err := c.waitConfig(opts)
	switch {
	case err != nil:
		return w.preflight(), err
	case config.grace > 0:
		return w.preflight(), invalid("WaitReady: StopOnCancel needs a command, and there is none to stop")
	case len(instanceIDs) == 0:
		return w.preflight(), invalid("WaitReady: no instance is named")
	case slices.ContainsFunc(instanceIDs, isBlank):
		return w.preflight(), invalid("WaitReady: an instance id is empty")
	}
	w.client, w.config = c, config
	for _, id := range newInstanceSet(instanceIDs).ids(instanceIDs) {
		r := &Readiness{InstanceID: id}
		w.all, w.byID[id] = append(w.all, r), r
	}
	c.observed(ctx, Operation{Name: "WaitReady", Instances: len(w.all)}, func(ctx context.Context) Ended {
		if cause := w.run(ctx); cause != nil {
			p, err = w.preflight(), &errors.WaitError{Done: w.ready(), Total: len(w.all), Err: cause}
		} else {
			p = w.preflight()
			err = p.Err()
		}
		return p.ended(err)
	})
	return p, err
}

// A readyWait is one wait for instances to become ready.
type readyWait struct {
	client *Client
	config waitConfig
	began  time.Time
	all    []*Readiness // in the order of the caller
	byID   map[string]*Readiness

	unlisted map[string]time.Time // since when the service has not listed an instance

	mayList map[string]bool // instances that the caller has the right to list
}

// run polls until no instance is left to wait for, at most until the bound.
func (w *readyWait) run(ctx context.Context) error {
	longest := w.config.maxWait
	if _, deadline := ctx.Deadline(); longest == 0 && !deadline {
		longest = readyTimeout
	}
	if longest == 0 {
		return w.poll(ctx)
	}
	_, err := withBound(ctx, w.began.Add(longest), fmt.Sprintf("the longest wait of %v is over", longest), w.poll)
	return err
}

func (w *readyWait) poll(ctx context.Context) error {
	_, err := poll.Until(ctx, w.config.policy, func(ctx context.Context) (struct{}, bool, error) {
		done, err := w.ask(ctx)
		return struct{}{}, done || final(err), err
	})
	return err
}

// ask asks about the instances that are not ready yet. It reports whether none is left to
// wait for.
func (w *readyWait) ask(ctx context.Context) (done bool, err error) {
	var ids []string
	for _, r := range w.all {
		if r.Agent.InstanceID == "" || r.Err != nil {
			ids = append(ids, r.InstanceID)
		}
	}
	q := w.client.inspection(ids, nil)
	q.mayList = w.mayList
	err = q.run(ctx)
	waiting := 0
	for _, r := range q.found() {
		r.checkRunning()
		r.checkAgent()
		q.checkSeen(&r)
		before := w.byID[r.InstanceID]
		news := r.Agent.InstanceID != "" || r.Instance.ID != "" && before.Instance.ID == ""
		if err != nil && !news && (before.Err != nil || q.failure != nil) {
			continue // an earlier poll learned as much, or more
		}
		*before = r
		if r.Err != nil && !w.gone(&r) {
			waiting++
		}
	}
	if err != nil {
		return false, err
	}
	w.progress(ctx)
	return waiting == 0, nil
}

// gone reports whether the service has not listed the instance for so long that it does
// not exist. One reply without the instance may only be an old state.
func (w *readyWait) gone(r *Readiness) bool {
	if !errors.Is(r.Err, errors.InvalidInstanceNotFound) {
		delete(w.unlisted, r.InstanceID)
		return false
	}
	if _, known := w.unlisted[r.InstanceID]; !known {
		w.unlisted[r.InstanceID] = time.Now()
	}
	return time.Since(w.unlisted[r.InstanceID]) >= visibilityTimeout
}

// ready returns the number of instances that are ready.
func (w *readyWait) ready() int {
	n := 0
	for _, r := range w.all {
		if r.Agent.InstanceID != "" && r.Err == nil {
			n++
		}
	}
	return n
}

// progress reports the progress of the wait to the function of OnProgress and to the
// observer of the client.
func (w *readyWait) progress(ctx context.Context) {
	p := Progress{Elapsed: time.Since(w.began), Done: w.ready(), Total: len(w.all), ByStatus: make(map[Status]int)}
	for _, r := range w.all {
		p.ByStatus[Status(r.Instance.Status)]++
	}
	w.client.reportProgress(ctx, w.config, p)
}

// preflight returns the latest state of all instances. An instance about which the service
// never answered is not ready, and its error has no code.
func (w *readyWait) preflight() *Preflight {
	p := &Preflight{}
	for _, r := range w.all {
		if r.Err == nil && r.Agent.InstanceID == "" {
			r.fail("", "the service did not answer about the instance")
		}
		p.Instances = append(p.Instances, *r)
	}
	return p
}
