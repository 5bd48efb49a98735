package realaccount

import (
	"context"
	"fmt"
	"strings"
)

// instanceQuestions are about DescribeInstances, DescribeCloudAssistantStatus and InstallCloudAssistant.
func instanceQuestions() []Question {
	instances, agents := []string{describeInstances}, []string{describeAgents}
	return []Question{
		{
			ID: "instances-unknown-id", Sources: "instances.md §3", Asks: "What does DescribeInstances answer for an unknown id among others?",
			Documents: "it is left out (inferred)", Assumed: "1 of 2 listed", Where: "runcommand/inspection.go", Calls: 1, actions: instances,
			ask: func(ctx context.Context, s *session) (answer, error) {
				return s.countInstances(ctx, 2, params{"InstanceIds": jsonList([]string{s.cfg.Instances[0], noInstance})})
			},
		},
		{
			ID: "instances-no-ids", Sources: "instances.md §1", Asks: "Does an empty list of ids match nothing?", Documents: "older editions say so; the newest do not mention it",
			Assumed: "0 of 0 listed", Where: "runcommand/instances.go", Calls: 1, actions: instances,
			ask: func(ctx context.Context, s *session) (answer, error) {
				return s.countInstances(ctx, 0, params{"InstanceIds": "[]"})
			},
		},
		{
			ID: "instances-bare-id", Sources: "instances.md §3, §4", Asks: "How are InstanceIds that are no list refused?",
			Documents: "InvalidParameter; HTTP 400 (inferred)", Assumed: "InvalidParameter with HTTP status 400", Where: "runcommand/runcommandtest/call_instances.go", Calls: 1, actions: instances,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, err := s.call(ctx, describeInstances, nil, params{"InstanceIds": noInstance})
				return answer{value: fmt.Sprintf("%s with HTTP status %d", r.outcome("answered"), r.status)}, err
			},
		},
		{
			ID: "instances-101-ids", Sources: "instances.md §1", Asks: "How are more than 100 ids answered?", Documents: "undocumented",
			Assumed: "InvalidParameter.TooManyInstanceIds", Where: "runcommand/instances.go", Calls: 1, actions: instances,
			ask: asksCall(describeInstances, nil, params{"InstanceIds": jsonList(manyUnknown(101))}),
		},
		{
			ID: "instances-page", Sources: "instances.md §1", Asks: "Does a call with more than 10 ids and no MaxResults list only 10?", Documents: "yes (inferred)",
			Assumed: "10 of 11 listed", Where: "runcommand/instances.go", Needs: "11 instances", Calls: 1, actions: instances,
			ask: func(ctx context.Context, s *session) (answer, error) {
				if len(s.cfg.Instances) < 11 {
					return answer{}, errNeeds("11 instances")
				}
				return s.countInstances(ctx, 11, params{"InstanceIds": jsonList(s.cfg.Instances[:11])})
			},
		},
		{
			ID: "instances-page-token", Sources: "instances.md §4", Asks: "How does DescribeInstances refuse a wrong NextToken?", Documents: "the code is unknown",
			Assumed: "InvalidParameter.NextToken", Where: "runcommand/page.go", Calls: 1, actions: instances,
			ask: asksCall(describeInstances, nil, params{"NextToken": "no-such-page", "MaxResults": "10"}),
		},
		{
			ID: "instances-region", Sources: "instances.md §4", Asks: "How does DescribeInstances refuse an unknown region?", Documents: "the code is unknown",
			Assumed: "InvalidRegionId.NotFound", Where: "errors/table_runcommand.go", Calls: 1, actions: instances,
			ask: asksCall(describeInstances, nil, params{"RegionId": noRegion, "MaxResults": "10"}),
		},
		{
			ID: "instances-dry-run", Sources: "instances.md §3, §4", Asks: "How is a dry run answered that would pass?", Documents: "DryRunOperation; only an older edition names the status 400",
			Assumed: "DryRunOperation with HTTP status 400", Where: "internal/transport/refusal.go", Calls: 1, actions: instances,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, err := s.call(ctx, describeInstances, nil, params{"DryRun": "true", "InstanceIds": jsonList(s.cfg.Instances[:1])})
				return answer{value: fmt.Sprintf("%s with HTTP status %d", r.outcome("answered"), r.status)}, err
			},
		},
		nameQuestion("name-wildcard", "Is * a wildcard at the beginning of a name?", "in any place (inferred)", "1 of 1 listed", func(name string) string { return "*" + name[1:] }),
		nameQuestion("name-whole", "Must the whole name match without a wildcard?", "yes (inferred)", "0 of 1 listed", func(name string) string { return name[:len(name)-1] }),
		nameQuestion("name-case", "Does a name match in other capitals?", "unknown", "0 of 1 listed", strings.ToUpper),
		{
			ID: "agents-max-results", Sources: "instances.md §6, invocations.md §12", Asks: "Has MaxResults no effect on the status of agents by id?",
			Documents: "no effect; so up to 100 rows come at once (inferred)", Assumed: "all rows", Where: "runcommand/agent.go", Needs: "2 instances", Calls: 1, actions: agents,
			ask: func(ctx context.Context, s *session) (answer, error) {
				if len(s.cfg.Instances) < 2 {
					return answer{}, errNeeds("2 instances")
				}
				r, err := s.call(ctx, describeAgents, s.cfg.Instances, params{"MaxResults": "1"})
				if err != nil || r.Code != "" {
					return answer{value: r.Code}, err
				}
				rows := len(r.InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus)
				return yes(rows == len(s.cfg.Instances), "all rows", fmt.Sprintf("%d of %d rows", rows, len(s.cfg.Instances))), nil
			},
		},
		{
			ID: "agents-system-filter", Sources: "instances.md §6", Asks: "Does the filter OSType apply beside ids?", Documents: "unknown", Assumed: "0 rows",
			Where: "runcommand/runcommandtest/reply_agents.go", Calls: 1, actions: agents,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, err := s.call(ctx, describeAgents, s.cfg.Instances[:1], params{"OSType": "Windows"})
				if err != nil || r.Code != "" {
					return answer{value: r.Code}, err
				}
				return answer{value: fmt.Sprintf("%d rows", len(r.InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus))}, nil
			},
		},
		{
			ID: "agents-unknown-id", Sources: "instances.md §6, invocations.md §12", Asks: "Does one unknown id make the status of agents fail as a whole?",
			Documents: "yes (inferred)", Assumed: "InvalidInstance.NotFound", Where: "runcommand/instance_split.go", Calls: 1, actions: agents,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, err := s.call(ctx, describeAgents, []string{s.cfg.Instances[0], noInstance}, nil)
				return answer{value: r.outcome("answered")}, err
			},
		},
		{
			ID: "agents-without-ids", Sources: "instances.md §6", Asks: "Is the status of agents answered without ids?",
			Documents: "ids are optional, but MissingParam.InstanceId is listed", Assumed: "answered", Where: "runcommand/runcommandtest/reply_agents.go", Calls: 1, actions: agents,
			ask: asksCall(describeAgents, nil, params{"MaxResults": "1"}),
		},
		{
			ID: "install-unknown-id", Sources: "instances.md §5", Asks: "How does InstallCloudAssistant answer an unknown id?", Documents: "the whole call fails (inferred)",
			Assumed: "InvalidInstance.NotFound", Where: "runcommand/install_agent.go", Calls: 1, actions: []string{installAgent},
			ask: asksCall(installAgent, []string{noInstance}, nil),
		},
	}
}

// countInstances says how many instances DescribeInstances lists.
func (s *session) countInstances(ctx context.Context, of int, p params) (answer, error) {
	r, err := s.call(ctx, describeInstances, nil, p)
	if err != nil || r.Code != "" {
		return answer{value: r.Code}, err
	}
	return answer{value: fmt.Sprintf("%d of %d listed", len(r.Instances.Instance), of)}, nil
}

// nameQuestion asks for the first instance by a name that is made from its own.
func nameQuestion(id, asks, documents, assumed string, pattern func(string) string) Question {
	return Question{
		ID: id, Sources: "instances.md §1", Asks: asks, Documents: documents, Assumed: assumed, Where: "runcommand/runcommandtest/call_instances.go",
		Needs: "an instance whose name has small letters", Calls: 2, actions: []string{describeInstances},
		ask: func(ctx context.Context, s *session) (answer, error) {
			list := params{"InstanceIds": jsonList(s.cfg.Instances[:1])}
			if s.instance == nil {
				r, err := s.call(ctx, describeInstances, nil, list)
				if err != nil || r.Code != "" {
					return answer{value: r.Code}, err
				}
				if len(r.Instances.Instance) != 1 {
					return answer{}, errNeeds("an instance that DescribeInstances lists")
				}
				s.instance = &r.Instances.Instance[0]
			}
			name := s.instance.InstanceName
			if len(name) < 2 || name == strings.ToUpper(name) {
				return answer{}, errNeeds("an instance whose name has small letters")
			}
			return s.countInstances(ctx, 1, list.with(params{"InstanceName": pattern(name)}))
		},
	}
}
