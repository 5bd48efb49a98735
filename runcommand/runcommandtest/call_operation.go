package runcommandtest

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// An operation is a function that carries out calls of one Action. The lock of the
// server is held while it runs. It returns all fields of the reply except RequestId.
type operation func(s *Server, ctx context.Context, q *request) (any, *refusal)

// Names of the operations.
const (
	runCommand          = "RunCommand"
	describeInvocations = "DescribeInvocations"
	describeResults     = "DescribeInvocationResults"
	stopInvocation      = "StopInvocation"
	describeAgents      = "DescribeCloudAssistantStatus"
	installAgent        = "InstallCloudAssistant"
	describeInstances   = "DescribeInstances"
)

// operations returns every operation by its name.
func operations() map[string]operation {
	return map[string]operation{
		runCommand:          (*Server).runCommand,
		describeInvocations: (*Server).describeInvocations,
		describeResults:     (*Server).describeResults,
		stopInvocation:      (*Server).stopInvocation,
		describeAgents:      (*Server).describeAgents,
		installAgent:        (*Server).installAgent,
		describeInstances:   (*Server).describeInstances,
	}
}

// find returns the operation that a request asks for. It checks what does not depend on the
// operation: method, path, version and format.
func (s *Server) find(q *request) (operation, *refusal) {
	op, ok := s.operations[q.action]
	switch {
	case q.method != "GET" && q.method != "POST":
		return nil, refuse(errors.UnsupportedHTTPMethod, "the method %.20q is not supported", q.method)
	case q.path != "/":
		return nil, refuse(errors.InvalidApiNotFound, "the path %.64q does not exist", q.path)
	case q.action == "":
		return nil, refuse("MissingAction", "Action is mandatory")
	case !ok:
		return nil, refuse(errors.InvalidActionNotFound, "the action %.64q is not served by the local service; it serves %s",
			q.action, strings.Join(slices.Sorted(maps.Keys(s.operations)), ", "))
	case q.version != apiVersion:
		return nil, refuse(errors.InvalidVersion, "the version %.20q does not exist", q.version)
	}
	return op, checkFormat(q.params)
}

// checkRegion checks RegionId, the only parameter that every operation requires.
func (s *Server) checkRegion(p parameters) *refusal {
	if refused := required(p, "RegionId"); refused != nil {
		return refused
	}
	region := p["RegionId"]
	switch {
	case !slices.Contains(s.opts.regions, region):
		return refuse(errors.InvalidRegionIdNotFound, "the region %.40q does not exist", region)
	case slices.Contains(s.opts.closedRegions, region):
		return refuse(errors.RegionIdApiNotSupported, "the operation is not offered in the region %s", region)
	}
	return nil
}

// runCommand is the operation RunCommand. It answers as soon as the command is accepted.
// The reply to a client token that was used before comes after all checks but the quotas.
func (s *Server) runCommand(ctx context.Context, q *request) (any, *refusal) {
	now := s.catchUpUnawaited(ctx)
	cmd := &command{}
	for _, check := range runCommandChecks {
		if refused := check(q.params, cmd, s.opts.limits); refused != nil {
			return nil, refused
		}
	}
	if refused := s.checkRegion(q.params); refused != nil {
		return nil, refused
	}
	if refused := s.checkGroup(cmd.resourceGroup); refused != nil {
		return nil, refused
	}
	targets, refused := s.targets(cmd)
	if refused != nil {
		return nil, refused
	}
	if earlier, refused := s.replay(cmd.clientToken, q.params, now); earlier != nil || refused != nil {
		return earlier, refused
	}
	if refused := s.checkQuotas(cmd, now); refused != nil {
		return nil, refused
	}
	inv := s.accept(cmd, targets, now) //nolint:contextcheck // a run goes on after the call that begins it
	reply := &runReply{CommandID: cmd.id, InvokeID: inv.id}
	s.remember(cmd.clientToken, q.params, reply, now)
	return reply, nil
}

// A runReply is the reply of RunCommand.
type runReply struct {
	CommandID string `json:"CommandId"`
	InvokeID  string `json:"InvokeId"`
}

// checkGroup checks the resource group of a command. It accepts every group when
// [WithResourceGroups] declares none.
func (s *Server) checkGroup(id string) *refusal {
	if id == "" || len(s.opts.resourceGroups) == 0 {
		return nil
	}
	i := slices.IndexFunc(s.opts.resourceGroups, func(g ResourceGroup) bool { return g.ID == id })
	switch {
	case i < 0:
		return refuse(errors.InvalidResourceGroupNotFound, "the resource group %.64q does not exist", id)
	case s.opts.resourceGroups[i].Changing:
		return refuse(errors.InvalidStatusResourceGroup, "the resource group %.64q is being created or deleted", id)
	}
	return nil
}

// targets returns the instances of a command. When one instance is unknown, or has the
// wrong system or resource group, the whole call is refused. An instance that the call lists
// twice is only one target.
func (s *Server) targets(cmd *command) ([]*machine, *refusal) {
	ids := cmd.instanceIDs
	if len(ids) == 0 {
		for _, id := range s.store.ids {
			if m := s.store.machines[id]; m.in(cmd.region) && m.has(cmd.resourceTags) {
				ids = append(ids, id)
			}
		}
		switch limit := s.opts.limits.Instances; {
		case len(ids) == 0:
			return nil, refuse(errors.InvalidResourceTagInstanceNotFound, "no instance carries these tags")
		case len(ids) > limit:
			return nil, refuse(errors.InstanceIdsExceedLimit, "%s these tags, more than %d", count(len(ids), "instance carries", "instances carry"), limit)
		}
	}
	targets := make([]*machine, 0, len(ids))
	listed := map[string]bool{}
	for _, id := range ids {
		m, known := s.store.machines[id]
		if _, bad := s.takeFault(stageTarget, runCommand, id); bad || !known || !m.in(cmd.region) {
			return nil, refuse(errors.InvalidInstanceNotFound, "the instance %.64q does not exist in the region", id)
		}
		switch {
		case cmd.resourceGroup != "" && m.ResourceGroupID != "" && m.ResourceGroupID != cmd.resourceGroup:
			return nil, refuse(errors.InvalidInstanceNotFound, "the instance %.64q is not in the resource group", id)
		case !slices.Contains(typeSystems[cmd.kind], m.OS):
			return nil, refuse(errors.InvalidInstanceNotMatch, "%s does not run on the instance %.64q with %s", cmd.kind, id, m.OS)
		}
		if refused := s.disqualified(m); refused != nil {
			return nil, refused
		}
		if !listed[id] {
			listed[id] = true
			targets = append(targets, m)
		}
	}
	return targets, nil
}

// stopInvocation is the operation StopInvocation. It stops the named instances, or all.
// When one of them is not in the invocation, it stops none.
func (s *Server) stopInvocation(ctx context.Context, q *request) (any, *refusal) {
	now := s.catchUp(ctx)
	if refused := required(q.params, "RegionId", "InvokeId"); refused != nil {
		return nil, refused
	}
	ids := q.params.instanceIDs()
	if limit := s.opts.limits.StopInstances; len(ids) > limit {
		return nil, refuse(errors.InstanceIdsExceedLimit, "more than %s", count(limit, "instance", "instances"))
	}
	if refused := s.checkRegion(q.params); refused != nil {
		return nil, refused
	}
	inv, ok := s.store.invocations[q.params["InvokeId"]]
	if !ok || inv.cmd.region != q.params["RegionId"] || inv.visible.After(now) {
		return nil, refuse(errors.InvalidInvokeIdNotFound, "the invocation %.64q does not exist", q.params["InvokeId"])
	}
	rows := inv.rows
	if len(ids) > 0 {
		rows = nil
	}
	for _, id := range ids {
		r := inv.row(id)
		if r == nil {
			return nil, refuse(errors.InvalidInstanceIdNotFound, "the instance %.64q is not in the invocation", id)
		}
		rows = append(rows, r)
	}
	for _, r := range rows {
		s.stop(r, now)
	}
	return struct{}{}, nil
}
