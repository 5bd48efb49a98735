package realaccount

import (
	"context"
	"time"
)

// listingQuestions are about DescribeInvocations and DescribeInvocationResults.
func listingQuestions() []Question {
	return []Question{
		{
			ID: "unknown-invocation", Sources: "invocations.md §10", Asks: "What does DescribeInvocations answer for an unknown id?",
			Documents: "an empty list (inferred)", Assumed: "an empty list", Where: "runcommand/watch.go", Calls: 1, actions: []string{describeInvocations},
			ask: asksList(func(*session) params { return params{"InvokeId": noInvocation} }),
		},
		{
			ID: "unknown-results", Sources: "invocations.md §10", Asks: "What does DescribeInvocationResults answer for an unknown id?",
			Documents: "an empty list (inferred)", Assumed: "an empty list", Where: "runcommand/watch_deliver.go", Calls: 1, actions: []string{describeResults},
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, err := s.call(ctx, describeResults, nil, params{"InvokeId": noInvocation})
				if err != nil || r.Code != "" {
					return answer{value: r.Code}, err
				}
				return yes(len(r.Invocation.InvocationResults.InvocationResult) == 0, "an empty list", "rows"), nil
			},
		},
		{
			ID: "output-without-id", Sources: "invocations.md §13", Asks: "How is IncludeOutput without an id answered?", Documents: "no code is listed",
			Assumed: "answered", Where: "runcommand/runcommandtest/reply_invocations.go", Calls: 1, actions: []string{describeInvocations},
			ask: asksCall(describeInvocations, nil, params{"IncludeOutput": "true", "MaxResults": "1"}),
		},
		{
			ID: "history-without-id", Sources: "invocations.md §13", Asks: "How is IncludeHistory without an id answered?", Documents: "no code is listed",
			Assumed: "MissingInvokeId", Where: "runcommand/runcommandtest/reply_results.go", Calls: 1, actions: []string{describeResults},
			ask: asksCall(describeResults, nil, params{"IncludeHistory": "true"}),
		},
		{
			ID: "history-of-once", Sources: "invocations.md §3", Asks: "How is the history of a command answered that runs once?",
			Documents: "it must be a Period or EveryReboot task; no code is listed", Assumed: "InvalidParameter", Where: "runcommand/history.go", Calls: 5, Runs: 1,
			actions: []string{runCommand, describeInvocations, describeResults},
			ask: func(ctx context.Context, s *session) (answer, error) {
				first, err := s.firstEnded(ctx)
				if err != nil {
					return answer{}, err
				}
				r, err := s.call(ctx, describeResults, nil, params{"IncludeHistory": "true", "InvokeId": first.reply.InvokeID})
				return answer{value: r.outcome("answered")}, err
			},
		},
		{
			ID: "max-results-51", Sources: "invocations.md §5", Asks: "How is MaxResults above 50 answered?", Documents: "at most 50; whether it is refused or cut is not said",
			Assumed: "InvalidParameter.MaxResults", Where: "runcommand/runcommandtest/call_paging.go", Calls: 1, actions: []string{describeInvocations},
			ask: asksCall(describeInvocations, nil, params{"MaxResults": "51"}),
		},
		{
			ID: "order-of-invocations", Sources: "invocations.md §5", Asks: "Are the newest commands listed first?", Documents: "newest first (inferred)", Assumed: "newest first",
			Where: "runcommand/invocations.go", Calls: 8, Runs: 2, actions: runAndLook, ask: askNewestFirst,
		},
		{
			ID: "timed-left-out", Sources: "invocations.md §1", Asks: "Does a list without Timed show schedules?", Documents: "no filter (inferred)", Assumed: "listed",
			Where: "runcommand/invocations.go", Calls: 6, actions: runAndStop,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, err := s.run(ctx, params{"Frequency": "rate(1d)"})
				if err != nil || r.Code != "" {
					return answer{value: r.Code}, err
				}
				seen, err := s.until(ctx, 2*time.Second, time.Minute, func() (bool, error) {
					inv, err := s.look(ctx, r.InvokeID, params{"InstanceId": s.cfg.Instances[0]})
					return inv != nil, err
				})
				return yes(seen, "listed", "not listed"), err
			},
		},
		filterQuestion("filter-failed", "Failed"),
		filterQuestion("filter-finished", "Finished"),
		{
			ID: "tag-of-once", Sources: "invocations.md §16", Asks: "Does a tag find a command that was not kept?", Documents: "it does (inferred)", Assumed: "listed",
			Where: "runcommand/invocations.go", Calls: 6, Runs: 1, actions: runAndLook, ask: asksTagged(params{"Tag.1.Key": tagKey, "Tag.1.Value": "first"}),
		},
		{
			ID: "tag-key-only", Sources: "invocations.md §16", Asks: "Does a filter with only the key of a tag find a command?", Documents: "undocumented", Assumed: "listed",
			Where: "runcommand/runcommandtest/call_filter.go", Calls: 6, Runs: 1, actions: runAndLook, ask: asksTagged(params{"Tag.1.Key": tagKey}),
		},
		{
			ID: "page-token-wrong", Sources: "invocations.md §5", Asks: "How is a token of a page refused that the service did not make?",
			Documents: "InvalidParameter.NextToken", Assumed: "InvalidParameter.NextToken", Where: "runcommand/page.go", Calls: 1, actions: []string{describeInvocations},
			ask: asksCall(describeInvocations, nil, params{"NextToken": "no-such-page"}),
		},
		{
			ID: "page-token-other-list", Sources: "invocations.md §5", Asks: "Is the token of a page accepted for another list?", Documents: "tokens are opaque; nothing is said",
			Assumed: "InvalidParameter.NextToken", Where: "runcommand/runcommandtest/call_paging.go", Calls: 9, Runs: 2, actions: runAndLook,
			ask: func(ctx context.Context, s *session) (answer, error) {
				token, err := s.pageToken(ctx)
				if err != nil {
					return answer{}, err
				}
				r, err := s.call(ctx, describeInvocations, nil, params{"CommandType": "RunBatScript", "MaxResults": "1", "NextToken": token})
				return answer{value: r.outcome("accepted")}, err
			},
		},
		{
			ID: "page-life", Sources: "invocations.md §5", Asks: "How long does the token of a page live?", Documents: "nothing", Assumed: "longer than 5 minutes",
			Where: "runcommand/page.go", Calls: 17, Runs: 2, Takes: 25 * time.Hour, Long: true, actions: runAndLook,
			ask: func(ctx context.Context, s *session) (answer, error) {
				token, err := s.pageToken(ctx)
				if err != nil {
					return answer{}, err
				}
				return s.measureLife(ctx, func() (bool, string, error) {
					r, err := s.call(ctx, describeInvocations, nil, pageOfOne.with(params{"NextToken": token}))
					return r.Code == "", r.Code, err
				})
			},
		},
	}
}

// asksList is a probe of one call of DescribeInvocations.
func asksList(filter func(*session) params) probe {
	return func(ctx context.Context, s *session) (answer, error) {
		r, err := s.call(ctx, describeInvocations, nil, filter(s))
		if err != nil || r.Code != "" {
			return answer{value: r.Code}, err
		}
		return yes(len(r.Invocations.Invocation) == 0, "an empty list", "a list with commands"), nil
	}
}

// filterQuestion asks whether a filter finds a command that ended with exit code 1. Its status is Failed,
// its legacy status is Finished.
func filterQuestion(id, status string) Question {
	return Question{
		ID: id, Sources: "invocations.md §15", Asks: "Does the filter InvokeStatus=" + status + " find a command that ended with exit code 1?",
		Documents: "which of the two statuses is compared is not documented", Assumed: "listed", Where: "runcommand/invocations.go", Calls: 6, Runs: 1, actions: runAndLook,
		ask: func(ctx context.Context, s *session) (answer, error) {
			r, inv, _, err := s.runToEnd(ctx, script(fail))
			if err != nil || inv == nil {
				return answer{value: r.Code}, err
			}
			found, err := s.look(ctx, inv.InvokeID, params{"InvokeStatus": status})
			return yes(found != nil, "listed", "not listed"), err
		},
	}
}

// firstEnded waits until the first command has ended.
func (s *session) firstEnded(ctx context.Context) (*started, error) {
	first, err := s.firstCommand(ctx)
	if err == nil {
		_, _, err = s.finished(ctx, first.reply.InvokeID)
	}
	return first, err
}

// asksTagged looks for the first command by tags.
func asksTagged(tags params) probe {
	return func(ctx context.Context, s *session) (answer, error) {
		first, err := s.firstEnded(ctx)
		if err != nil {
			return answer{}, err
		}
		r, err := s.call(ctx, describeInvocations, nil, tags.with(params{"MaxResults": "50"}))
		if err != nil || r.Code != "" {
			return answer{value: r.Code}, err
		}
		for _, inv := range r.Invocations.Invocation {
			if inv.InvokeID == first.reply.InvokeID {
				return answer{value: "listed"}, nil
			}
		}
		return answer{value: "not listed"}, nil
	}
}

// askNewestFirst begins two commands and looks which one is listed first.
func askNewestFirst(ctx context.Context, s *session) (answer, error) {
	var ids []string
	for range 2 {
		r, _, end, err := s.runToEnd(ctx, nil)
		if err != nil || end == nil {
			return answer{value: r.Code}, err
		}
		ids = append(ids, r.InvokeID)
		if err := s.clock.Sleep(ctx, 2*time.Second); err != nil { // their times of creation have seconds
			return answer{}, err
		}
	}
	r, err := s.call(ctx, describeInvocations, nil, params{"InstanceId": s.cfg.Instances[0], "MaxResults": "50"})
	if err != nil || r.Code != "" {
		return answer{value: r.Code}, err
	}
	for _, inv := range r.Invocations.Invocation {
		switch inv.InvokeID {
		case ids[1]:
			return answer{value: "newest first"}, nil
		case ids[0]:
			return answer{value: "oldest first"}, nil
		}
	}
	return answer{value: "neither is on the first page"}, nil
}

// pageOfOne asks for a page with one command of this program.
var pageOfOne = params{"CommandName": commandName, "MaxResults": "1"}

// pageToken returns the token of a second page. It begins commands until there are two.
func (s *session) pageToken(ctx context.Context) (string, error) {
	for range 3 {
		r, err := s.call(ctx, describeInvocations, nil, pageOfOne)
		switch {
		case err != nil:
			return "", err
		case r.Code != "":
			return "", &refusedError{r.Code}
		case r.NextToken != "":
			return r.NextToken, nil
		}
		if _, _, _, err := s.runToEnd(ctx, nil); err != nil {
			return "", err
		}
	}
	return "", errNeeds("a list with two pages; two commands made none")
}
