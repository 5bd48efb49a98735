package realaccount

import (
	"context"
	stderrors "errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Run asks the questions, one after the other. The report has every question, also those that were not
// answered and why. The error is about the recording, a context that ended, or a wrong configuration.
// The report is valid beside an error unless it is nil. In the end Run stops every schedule that it
// began, also when ctx has ended.
func Run(ctx context.Context, cfg Config) (*Report, error) {
	chosen, err := choose(cfg.Only)
	if err != nil {
		return nil, err
	}
	s, err := newSession(cfg)
	if err != nil {
		return nil, err
	}
	report := &Report{Began: s.began, Region: cfg.Region, Endpoint: cfg.endpoint()}
	for _, q := range chosen {
		if ctx.Err() != nil {
			break
		}
		report.Answers = append(report.Answers, s.put(ctx, q))
		s.cleanUp(ctx)
	}
	err = s.sweep(ctx)
	report.Open = slices.Sorted(maps.Keys(s.left))
	report.Codes = s.codes()
	return report, stderrors.Join(ctx.Err(), err, s.tap.err)
}

// choose returns the questions with the given ids, in the order of the table. Without ids it returns all.
func choose(only []string) ([]Question, error) {
	all := Questions()
	var problems []error
	for _, id := range only {
		if !slices.ContainsFunc(all, func(q Question) bool { return q.ID == id }) {
			problems = append(problems, fmt.Errorf("there is no question %q", id))
		}
	}
	if only != nil {
		all = slices.DeleteFunc(all, func(q Question) bool { return !slices.Contains(only, q.ID) })
	}
	return all, stderrors.Join(problems...)
}

// put asks one question.
func (s *session) put(ctx context.Context, q Question) Answer {
	a := Answer{
		ID: q.ID, Sources: q.Sources, Question: q.Asks, Documents: q.Documents, Assumed: q.Assumed, Where: q.Where,
		Verdict: NotAnswered, Reason: q.Closed,
	}
	if q.ask == nil {
		return a
	}
	if q.Long && s.cfg.Long == 0 {
		a.Reason = "it takes long; ask it with -long"
		return a
	}
	s.ids, s.calls = nil, 0
	found, err := q.ask(ctx, s)
	a.RequestIDs, a.Calls = s.ids, s.calls
	a.Answer, a.Detail = found.value, found.detail
	code := errors.Code(found.value)
	refused, isRefusal := stderrors.AsType[*refusedError](err)
	if isRefusal {
		code = errors.Code(refused.code)
	}
	switch {
	case err != nil && !isRefusal:
		a.Answer, a.Reason = "", err.Error()
	case found.value != q.Assumed && hidesAnswer(code):
		a.Answer, a.Reason = "", fmt.Sprintf("the service refused a call with %s", code)
	case err != nil:
		a.Answer, a.Reason = "", err.Error()
	case found.value == "":
		a.Reason = errNoInvocation.Error()
	case found.value == q.Assumed:
		a.Verdict = AsAssumed
	default:
		a.Verdict = Differs
	}
	return a
}

// hidesAnswer reports whether a refusal is about the caller or the state of the service. It then says
// nothing about the question.
func hidesAnswer(code errors.Code) bool {
	if code == "" {
		return false
	}
	return slices.Contains([]errors.Kind{errors.ErrPermission, errors.ErrAuth, errors.ErrThrottled, errors.ErrQuotaExceeded, errors.ErrUnavailable}, code.Kind()) && code.Known()
}

// cleanUp stops what the last question left open. It tries once: the sweep tries again.
func (s *session) cleanUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	for _, id := range slices.Sorted(maps.Keys(s.open)) {
		if r, err := s.stop(ctx, id); err != nil || r.Code != "" {
			s.left[id] = true
		}
	}
	clear(s.open)
}

// sweep stops what cleanUp could not stop, and the schedules with the name of this program that the
// service still lists: the reply to a call that began one may have been lost. What it cannot stop stays
// in s.left.
func (s *session) sweep(ctx context.Context) error {
	maps.Copy(s.open, s.left)
	clear(s.left)
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	r, err := s.call(limited, describeInvocations, nil, params{"CommandName": commandName, "Timed": "true", "MaxResults": "50"})
	if err == nil && r.Code != "" {
		err = &refusedError{r.Code}
	}
	if err != nil {
		r, err = reply{}, fmt.Errorf("the schedules that may be left were not listed (look for commands named %s): %w", commandName, err)
	}
	for _, inv := range r.Invocations.Invocation {
		// The filter is not trusted: a schedule of somebody else must go on.
		if inv.CommandName == commandName && !slices.Contains([]string{"Stopped", "Success", "Failed", "PartialFailed"}, inv.InvocationStatus) {
			s.open[inv.InvokeID] = true
		}
	}
	s.cleanUp(ctx)
	return err
}
