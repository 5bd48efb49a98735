package realaccount

import (
	"context"
	"encoding/base64"
	stderrors "errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// commandName is the name of every command that probes begin. The sweep at the end stops schedules with
// this name.
const commandName = "runcommand-go-real-account"

// The harmless commands. Each but the first is used by few questions.
const (
	doNothing  = "true"
	waitLong   = "sleep 30"
	waitShort  = "sleep 5"
	fail       = "exit 1"
	printWord  = "echo {{word}}"
	printZone  = "date +%z"
	printLines = "seq -f %09.0f 1 3000" // 3000 lines of 10 bytes
)

// An unknown instance and an unknown invocation.
const (
	noInstance   = "i-nosuch0000000000001"
	noInvocation = "t-nosuch0000000000001"
	noRegion     = "cn-nowhere"
)

// baseCommand returns the parameters of a command that does nothing, in Base64 as the client sends them.
func baseCommand() params {
	return params{"Type": "RunShellScript", "Name": commandName, "ContentEncoding": "Base64", "CommandContent": encoded(doNothing)}
}

func encoded(script string) string { return base64.StdEncoding.EncodeToString([]byte(script)) }

// script returns the parameter of a script.
func script(text string) params { return params{"CommandContent": encoded(text)} }

// run sends a command to the first instance, with some parameters changed.
func (s *session) run(ctx context.Context, changed params) (reply, error) {
	return s.runOn(ctx, s.cfg.Instances[:1], changed)
}

// runOn sends a command to instances. What may go on for long is stopped at the end of the question.
func (s *session) runOn(ctx context.Context, instances []string, changed params) (reply, error) {
	p := baseCommand().with(changed)
	for name, value := range p {
		if value == "-" { // leave this parameter out
			delete(p, name)
		}
	}
	r, err := s.call(ctx, runCommand, instances, p)
	if r.InvokeID != "" && (p["Frequency"] != "" || p["RepeatMode"] != "" || p["CommandContent"] == encoded(waitLong)) {
		s.open[r.InvokeID] = true
	}
	return r, err
}

// look asks for an invocation by its id. The result is nil when the service does not list it.
func (s *session) look(ctx context.Context, invokeID string, changed params) (*invocation, error) {
	if invokeID == "" { // a call without this filter would list the commands of others
		return nil, errNoInvocation
	}
	r, err := s.call(ctx, describeInvocations, nil, params{"InvokeId": invokeID, "IncludeOutput": "true"}.with(changed))
	switch list := r.Invocations.Invocation; {
	case err != nil:
		return nil, err
	case r.Code != "":
		return nil, &refusedError{r.Code}
	case len(list) == 0:
		return nil, nil //nolint:nilnil // nothing is listed, which is no error
	default:
		return &list[0], nil
	}
}

var errNoInvocation = stderrors.New("the reply names no invocation")

// A refusedError says that a call that a probe needs was refused.
type refusedError struct{ code string }

func (e *refusedError) Error() string {
	return "a call that the probe needs was refused with " + e.code
}

// settled waits until the first row of an invocation is in a state for which done reports true.
func (s *session) settled(ctx context.Context, invokeID string, limit time.Duration, done func(*row) bool) (*invocation, *row, error) {
	var inv *invocation
	ok, err := s.until(ctx, 2*time.Second, limit, func() (bool, error) {
		var err error
		inv, err = s.look(ctx, invokeID, nil)
		return err == nil && inv != nil && len(inv.InvokeInstances.InvokeInstance) > 0 && done(&inv.InvokeInstances.InvokeInstance[0]), err
	})
	switch {
	case err != nil:
		return nil, nil, err
	case inv == nil:
		return nil, nil, fmt.Errorf("the service did not list the invocation for %s", limit)
	case len(inv.InvokeInstances.InvokeInstance) == 0:
		return nil, nil, fmt.Errorf("the invocation had no instance for %s", limit)
	case !ok:
		return nil, nil, fmt.Errorf("the status was %s for %s", inv.InvokeInstances.InvokeInstance[0].InvocationStatus, limit)
	}
	first := &inv.InvokeInstances.InvokeInstance[0]
	if len(inv.InvokeInstances.InvokeInstance) == 1 && first.ended() {
		delete(s.open, invokeID)
	}
	return inv, first, nil
}

// finished waits until a command that takes seconds has ended on its first instance.
func (s *session) finished(ctx context.Context, invokeID string) (*invocation, *row, error) {
	return s.settled(ctx, invokeID, 3*time.Minute, (*row).ended)
}

// runToEnd sends a command to the first instance and waits for its end. The row is nil when the reply
// names no invocation, as a refusal does.
func (s *session) runToEnd(ctx context.Context, changed params) (reply, *invocation, *row, error) {
	r, err := s.run(ctx, changed)
	if err != nil || r.InvokeID == "" {
		return r, nil, nil, err
	}
	inv, end, err := s.finished(ctx, r.InvokeID)
	return r, inv, end, err
}

// stop stops an invocation.
func (s *session) stop(ctx context.Context, invokeID string) (reply, error) {
	r, err := s.call(ctx, stopInvocation, nil, params{"InvokeId": invokeID})
	if err == nil && r.Code == "" {
		delete(s.open, invokeID)
	}
	return r, err
}

// firstCommand returns a command that does nothing and has a client token and a tag. Several questions
// share it, so that only one command runs.
func (s *session) firstCommand(ctx context.Context) (*started, error) {
	if s.first != nil {
		return s.first, nil
	}
	p := params{"ClientToken": s.nextToken(), "Tag.1.Key": tagKey, "Tag.1.Value": "first"}
	r, err := s.run(ctx, p)
	switch {
	case err != nil:
		return nil, err
	case r.Code != "":
		return nil, &refusedError{r.Code}
	case r.InvokeID == "":
		return nil, errNoInvocation
	}
	s.first = &started{r, p}
	return s.first, nil
}

const tagKey = "real-account"

// asksCode is a probe of one command: the answer is the code of the refusal, or accepted.
func asksCode(changed params) probe {
	return func(ctx context.Context, s *session) (answer, error) {
		r, err := s.run(ctx, changed)
		return answer{value: r.outcome("accepted")}, err
	}
}

// asksRow is a probe of one command: the answer is the code of the refusal, or the last status of the
// instance with its error code.
func asksRow(changed params) probe {
	return func(ctx context.Context, s *session) (answer, error) {
		r, _, end, err := s.runToEnd(ctx, changed)
		if err != nil || end == nil {
			return answer{value: r.Code}, err
		}
		return answer{value: "accepted, then " + end.verdict()}, nil
	}
}

// asksSchedule is a probe of one schedule that is stopped before it fires: the answer is the code of the
// refusal, or the first status of the instance after Pending.
func asksSchedule(frequency string, changed params) probe {
	return asksTimedSchedule(func(time.Time) string { return frequency }, changed)
}

// asksTimedSchedule works like asksSchedule, for a schedule with a date.
func asksTimedSchedule(frequency func(began time.Time) string, changed params) probe {
	return func(ctx context.Context, s *session) (answer, error) {
		r, err := s.run(ctx, params{"Frequency": frequency(s.began)}.with(changed))
		if err != nil || r.Code != "" {
			return answer{value: r.Code}, err
		}
		_, first, err := s.settled(ctx, r.InvokeID, 2*time.Minute, func(r *row) bool { return r.InvocationStatus != "Pending" })
		if err != nil {
			return answer{}, err
		}
		if !first.ended() {
			if stopped, err := s.stop(ctx, r.InvokeID); err != nil || stopped.Code != "" {
				return answer{}, fmt.Errorf("the schedule was not stopped: %s %w", stopped.Code, err)
			}
		}
		return answer{value: "accepted, then " + first.verdict()}, nil
	}
}

// asksCall is a probe of one call that begins no command: the answer is the code of the refusal, or
// answered.
func asksCall(action string, instances []string, p params) probe {
	return func(ctx context.Context, s *session) (answer, error) {
		r, err := s.call(ctx, action, instances, p)
		return answer{value: r.outcome("answered")}, err
	}
}

// manyUnknown returns n ids of instances that do not exist.
func manyUnknown(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = "i-nosuch" + fmt.Sprintf("%013d", i+1)
	}
	return ids
}

// jsonList returns ids in the form of the parameter InstanceIds.
func jsonList(ids []string) string {
	quoted := make([]string, len(ids))
	for i, id := range ids {
		quoted[i] = strconv.Quote(id)
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

// yes returns one of two answers.
func yes(is bool, then, otherwise string) answer {
	if is {
		return answer{value: then}
	}
	return answer{value: otherwise}
}
