package realaccount

import (
	"context"
	"fmt"
)

// targetQuestions are about the instances of a command, and about where a command that cannot run on one
// of them is refused.
func targetQuestions() []Question {
	return []Question{
		{
			ID: "instance-empty", Sources: "run-command.md §9", Asks: "How is an empty id in the list of instances answered?",
			Documents: "undocumented", Assumed: "InvalidInstance.NotFound", Where: "runcommand/runcommandtest/call_operation.go", Calls: 1, Runs: 1,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, err := s.runOn(ctx, []string{s.cfg.Instances[0], ""}, nil)
				return answer{value: r.outcome("accepted")}, err
			},
		},
		{
			ID: "instance-twice", Sources: "run-command.md §9", Asks: "How is an id that is listed twice answered?",
			Documents: "undocumented", Assumed: "accepted, 1 row, 1 run", Where: "runcommand/runcommandtest/call_operation.go", Calls: 5, Runs: 2, actions: runAndLook,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, err := s.runOn(ctx, []string{s.cfg.Instances[0], s.cfg.Instances[0]}, nil)
				if err != nil || r.Code != "" {
					return answer{value: r.Code}, err
				}
				inv, end, err := s.finished(ctx, r.InvokeID)
				if err != nil {
					return answer{}, err
				}
				return answer{value: fmt.Sprintf("accepted, %d row, %d run", len(inv.InvokeInstances.InvokeInstance), end.Repeats)}, nil
			},
		},
		{
			ID: "instances-101", Sources: "run-command.md §9, §8", Asks: "Is the number of instances checked before they are looked up?",
			Documents: "at most 100, which an account can raise; the order is unpublished", Assumed: "InstanceIds.ExceedLimit",
			Where: "runcommand/runcommandtest/check.go", Calls: 1,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, err := s.runOn(ctx, manyUnknown(101), nil)
				return answer{value: r.outcome("accepted")}, err
			},
		},
		{
			ID: "type-of-other-system", Sources: "instances.md §7, run-command.md §2", Asks: "Where is a Windows command for a Linux instance refused?",
			Documents: "the call with InvalidInstance.NotMatch, or the instance with CommandNotApplicable", Assumed: "InvalidInstance.NotMatch",
			Where: "runcommand/preflight.go", Calls: 5, Runs: 1, actions: runAndLook, ask: asksRow(params{"Type": "RunBatScript"}),
		},
		{
			ID: "user-missing", Sources: "errors.md §4", Asks: "Which status has an instance without the user?", Documents: "Invalid (inferred)",
			Assumed: "accepted, then Invalid AccountNotExists", Where: "errors/table_instance.go", Calls: 5, Runs: 1, actions: runAndLook,
			ask: asksRow(params{"Username": "runcommand-go-nobody"}),
		},
		{
			ID: "directory-missing", Sources: "errors.md §4", Asks: "Which status has an instance without the directory?", Documents: "Invalid (inferred)",
			Assumed: "accepted, then Invalid DirectoryNotExists", Where: "errors/table_instance.go", Calls: 5, Runs: 1, actions: runAndLook,
			ask: asksRow(params{"WorkingDir": "/runcommand-go/no/such/directory"}),
		},
		{
			ID: "instance-stopped", Sources: "instances.md §7, run-command.md §1", Asks: "Is a command for a stopped instance refused as a whole?",
			Documents: "one page says that the call fails; the codes exist only for instances", Assumed: "accepted, then Aborted InstanceNotRunning",
			Where: "runcommand/runcommandtest/instance_check.go", Needs: "a stopped instance (-stopped)", Calls: 40, actions: runAndLook,
			ask: func(ctx context.Context, s *session) (answer, error) {
				if s.cfg.Stopped == "" {
					return answer{}, errNeeds("a stopped instance; give -stopped")
				}
				r, err := s.runOn(ctx, []string{s.cfg.Stopped}, nil)
				if err != nil || r.Code != "" {
					return answer{value: r.Code}, err
				}
				_, end, err := s.finished(ctx, r.InvokeID)
				if err != nil {
					return answer{}, err
				}
				return answer{value: "accepted, then " + end.verdict()}, nil
			},
		},
		{
			ID: "other-resource-group", Sources: "instances.md §7", Asks: "How is a command for an instance of another resource group refused?",
			Documents: "the code is unknown", Assumed: "InvalidInstance.NotFound", Where: "runcommand/preflight.go",
			Needs: "an instance of a resource group (-grouped), and another group (-group)", Calls: 1, Runs: 1,
			ask: func(ctx context.Context, s *session) (answer, error) {
				if s.cfg.Grouped == "" || s.cfg.Group == "" {
					return answer{}, errNeeds("an instance of a resource group and another group; give -grouped and -group")
				}
				r, err := s.runOn(ctx, []string{s.cfg.Grouped}, params{"ResourceGroupId": s.cfg.Group})
				return answer{value: r.outcome("accepted")}, err
			},
		},
	}
}
