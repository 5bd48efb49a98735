package realaccount

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// lifeQuestions are about the life of a command: when it becomes visible, how it ends and is stopped,
// what a dry run answers, and what is kept of an output.
func lifeQuestions() []Question {
	return []Question{
		{
			ID: "visibility-delay", Sources: "invocations.md §10", Asks: "How soon does the service list a new command?",
			Documents: "perhaps not at once (inferred)", Assumed: "within 30 s", Where: "runcommand/watch.go", Calls: 10, Runs: 1, actions: runAndLook, ask: askVisibility,
		},
		{
			ID: "visibility-by-tags", Sources: "invocations.md §10, §16", Asks: "How soon does a list by tags show a new command, with its instance?",
			Documents: "perhaps not at once (inferred)", Assumed: "within 1 minute", Where: "runcommand/fleet/run.go", Calls: 10, Runs: 1, actions: runAndLook, ask: askVisibilityByTags,
		},
		{
			ID: "dry-run", Sources: "run-command.md §6, invocations.md §7", Asks: "What does DryRun answer?",
			Documents: "undocumented; Pending, then Success without a run (inferred)", Assumed: "an InvokeId, then Success, 0 runs, 0 bytes of output",
			Where: "runcommand/runcommandtest/run_delivery.go", Calls: 5, actions: runAndStop,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, _, end, err := s.runToEnd(ctx, params{"RepeatMode": "DryRun"})
				switch {
				case err != nil || r.Code != "":
					return answer{value: r.Code}, err
				case r.InvokeID == "":
					return answer{value: "no InvokeId"}, nil
				}
				return answer{value: fmt.Sprintf("an InvokeId, then %s, %d runs, %d bytes of output", end.verdict(), end.Repeats, len(end.text()))}, nil
			},
		},
		{
			ID: "dry-run-invalid", Sources: "run-command.md §6, invocations.md §7", Asks: "What does DryRun answer when the instance cannot run the command?",
			Documents: "undocumented; Invalid with an ErrorCode (inferred)", Assumed: "accepted, then Invalid AccountNotExists",
			Where: "runcommand/runcommandtest/run_delivery.go", Calls: 5, actions: runAndStop, ask: asksRow(params{"RepeatMode": "DryRun", "Username": "runcommand-go-nobody"}),
		},
		{
			ID: "stop-running", Sources: "invocations.md §11", Asks: "Does a stop end a script that runs?",
			Documents: "one text says that it goes on; the statuses and the agent say that it ends", Assumed: "Terminated",
			Where: "runcommand/runcommandtest/run_stop.go", Calls: 12, Runs: 1, actions: runAndStop, ask: askStopRunning,
		},
		{
			ID: "stop-waiting", Sources: "invocations.md §11", Asks: "Which status has a schedule that is stopped before it ran?",
			Documents: "Cancelled (inferred)", Assumed: "Cancelled, legacy Stopped", Where: "runcommand/runcommandtest/run_stop.go", Calls: 8, actions: runAndStop, ask: askStopWaiting,
		},
		{
			ID: "stop-after-run", Sources: "invocations.md §11", Asks: "Which status has a schedule that is stopped between two runs?",
			Documents: "Terminated or Stopped (inferred)", Assumed: "Terminated", Where: "runcommand/runcommandtest/run_stop.go",
			Calls: 45, Runs: 2, Takes: 90 * time.Second, actions: runAndStop, ask: askStopAfterRun,
		},
		{
			ID: "stop-ended", Sources: "invocations.md §11", Asks: "How is the stop of a command answered that has ended?",
			Documents: "not documented (inferred: success, no change)", Assumed: "accepted, status Success", Where: "runcommand/stop.go", Calls: 8, Runs: 1, actions: runAndStop,
			ask: func(ctx context.Context, s *session) (answer, error) {
				first, err := s.firstCommand(ctx)
				if err != nil {
					return answer{}, err
				}
				if _, _, err := s.finished(ctx, first.reply.InvokeID); err != nil {
					return answer{}, err
				}
				r, err := s.stop(ctx, first.reply.InvokeID)
				if err != nil || r.Code != "" {
					return answer{value: r.Code}, err
				}
				_, end, err := s.finished(ctx, first.reply.InvokeID)
				if err != nil {
					return answer{}, err
				}
				return answer{value: "accepted, status " + end.verdict()}, nil
			},
		},
		{
			ID: "legacy-scheduled", Sources: "invocations.md §9", Asks: "Which legacy status has a command that waits for a restart?", Documents: "Running",
			Assumed: "Scheduled, legacy Running", Where: "runcommand/runcommandtest/run_status.go", Calls: 5, actions: runAndStop,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, err := s.run(ctx, params{"RepeatMode": "NextRebootOnly"})
				if err != nil || r.Code != "" {
					return answer{value: r.Code}, err
				}
				_, now, err := s.settled(ctx, r.InvokeID, 2*time.Minute, func(r *row) bool { return r.InvocationStatus != "Pending" })
				if err != nil {
					return answer{}, err
				}
				return answer{value: now.verdict() + ", legacy " + now.InstanceInvokeStatus}, nil
			},
		},
		{
			ID: "legacy-invalid", Sources: "invocations.md §9", Asks: "Which legacy status has a row that is Invalid?", Documents: "Failed (inferred)",
			Assumed: "Invalid AccountNotExists, legacy Failed", Where: "runcommand/runcommandtest/run_status.go", Calls: 5, Runs: 1, actions: runAndLook,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, _, end, err := s.runToEnd(ctx, params{"Username": "runcommand-go-nobody"})
				if err != nil || end == nil {
					return answer{value: r.Code}, err
				}
				return answer{value: end.verdict() + ", legacy " + end.InstanceInvokeStatus}, nil
			},
		},
		{
			ID: "username-default", Sources: "invocations.md §10", Asks: "Which user name do results show for the default user?",
			Documents: "it may be empty (inferred)", Assumed: "empty", Where: "runcommand/runcommandtest/reply_results.go", Calls: 5, Runs: 1, actions: []string{runCommand, describeResults},
			ask: func(ctx context.Context, s *session) (answer, error) {
				first, err := s.firstCommand(ctx)
				if err != nil {
					return answer{}, err
				}
				var rows []row
				_, err = s.until(ctx, 2*time.Second, time.Minute, func() (bool, error) {
					r, err := s.call(ctx, describeResults, nil, params{"InvokeId": first.reply.InvokeID})
					rows = r.Invocation.InvocationResults.InvocationResult
					return len(rows) > 0, err
				})
				if err != nil || len(rows) == 0 {
					return answer{value: "no row"}, err
				}
				return answer{value: map[bool]string{true: "empty", false: rows[0].Username}[rows[0].Username == ""]}, nil
			},
		},
		{
			ID: "output-kept", Sources: "invocations.md §6", Asks: "How many bytes of a long output are kept?", Documents: "24 KB (24,576 bytes, inferred)",
			Assumed: "24576 bytes, 5424 dropped", Where: "runcommand/runcommandtest/run_output.go", Calls: 5, Runs: 1, actions: runAndLook,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, _, end, err := s.runToEnd(ctx, script(printLines))
				if err != nil || end == nil {
					return answer{value: r.Code}, err
				}
				return answer{value: fmt.Sprintf("%d bytes, %d dropped", len(end.text()), end.Dropped)}, nil
			},
		},
		{
			ID: "output-part", Sources: "invocations.md §6", Asks: "Which part of a long output is kept?",
			Documents: "the documents do not say; agents keep the tail, newer ones the beginning and the end", Assumed: "the beginning and the end",
			Where: "runcommand/runcommandtest/run_output.go", Calls: 5, Runs: 1, actions: runAndLook,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, _, end, err := s.runToEnd(ctx, script(printLines))
				if err != nil || end == nil {
					return answer{value: r.Code}, err
				}
				head := bytes.HasPrefix(end.text(), []byte("000000001\n"))
				tail := bytes.HasSuffix(trimmed(end.text()), []byte("000003000"))
				return answer{value: map[[2]bool]string{
					{true, true}: "the beginning and the end", {true, false}: "the beginning", {false, true}: "the end", {false, false}: "neither beginning nor end",
				}[[2]bool{head, tail}]}, nil
			},
		},
	}
}

func trimmed(text []byte) []byte { return bytes.TrimSpace(text) }

// askVisibility measures the time from the answer of RunCommand to the first list with the command.
func askVisibility(ctx context.Context, s *session) (answer, error) {
	r, err := s.run(ctx, nil)
	if err != nil || r.Code != "" {
		return answer{value: r.Code}, err
	}
	return s.visibleWithin(ctx, 30*time.Second, "within 30 s", func() (bool, error) {
		inv, err := s.look(ctx, r.InvokeID, nil)
		return inv != nil, err
	})
}

// askVisibilityByTags looks for a new command as a fleet does that was resumed.
func askVisibilityByTags(ctx context.Context, s *session) (answer, error) {
	tags := params{"Tag.1.Key": tagKey, "Tag.1.Value": "visibility"}
	r, err := s.run(ctx, tags)
	if err != nil || r.Code != "" {
		return answer{value: r.Code}, err
	}
	return s.visibleWithin(ctx, time.Minute, "within 1 minute", func() (bool, error) {
		list, err := s.call(ctx, describeInvocations, nil, tags.with(params{"MaxResults": "50"}))
		for _, inv := range list.Invocations.Invocation {
			if inv.InvokeID == r.InvokeID {
				return len(inv.InvokeInstances.InvokeInstance) > 0, err
			}
		}
		return false, err
	})
}

// visibleWithin calls look until it returns true, and says whether that was within a time.
func (s *session) visibleWithin(ctx context.Context, within time.Duration, value string, look func() (bool, error)) (answer, error) {
	accepted := s.clock.Now()
	seen, err := s.until(ctx, 500*time.Millisecond, 2*time.Minute, look)
	after := s.clock.Now().Sub(accepted)
	switch detail := "after " + after.Round(100*time.Millisecond).String(); {
	case err != nil:
		return answer{}, err
	case !seen:
		return answer{value: "not within 2 minutes"}, nil
	case after > within:
		return answer{"within 2 minutes", detail}, nil
	default:
		return answer{value, detail}, nil
	}
}

func askStopRunning(ctx context.Context, s *session) (answer, error) {
	r, err := s.run(ctx, script(waitLong))
	if err != nil || r.Code != "" {
		return answer{value: r.Code}, err
	}
	_, now, err := s.settled(ctx, r.InvokeID, time.Minute, func(r *row) bool { return r.InvocationStatus != "Pending" })
	if err != nil || now.ended() {
		return answer{value: "ended before the stop"}, err
	}
	if stopped, err := s.stop(ctx, r.InvokeID); err != nil || stopped.Code != "" {
		return answer{value: stopped.Code}, err
	}
	_, end, err := s.finished(ctx, r.InvokeID)
	if err != nil {
		return answer{}, err
	}
	return answer{value: end.verdict()}, nil
}

func askStopWaiting(ctx context.Context, s *session) (answer, error) {
	r, err := s.run(ctx, params{"Frequency": "rate(1d)"})
	if err != nil || r.Code != "" {
		return answer{value: r.Code}, err
	}
	if _, _, err := s.settled(ctx, r.InvokeID, time.Minute, func(r *row) bool { return r.InvocationStatus != "Pending" }); err != nil {
		return answer{}, err
	}
	if stopped, err := s.stop(ctx, r.InvokeID); err != nil || stopped.Code != "" {
		return answer{value: stopped.Code}, err
	}
	_, end, err := s.finished(ctx, r.InvokeID)
	if err != nil {
		return answer{}, err
	}
	return answer{value: end.verdict() + ", legacy " + end.InstanceInvokeStatus}, nil
}

func askStopAfterRun(ctx context.Context, s *session) (answer, error) {
	r, err := s.run(ctx, params{"Frequency": "rate(60s)", "Timeout": "30"})
	if err != nil || r.Code != "" {
		return answer{value: r.Code}, err
	}
	if _, _, err := s.settled(ctx, r.InvokeID, 2*time.Minute, func(r *row) bool { return r.Repeats > 0 && r.InvocationStatus == "Scheduled" }); err != nil {
		return answer{}, err
	}
	if stopped, err := s.stop(ctx, r.InvokeID); err != nil || stopped.Code != "" {
		return answer{value: stopped.Code}, err
	}
	_, end, err := s.finished(ctx, r.InvokeID)
	if err != nil {
		return answer{}, err
	}
	return answer{value: end.verdict()}, nil
}
