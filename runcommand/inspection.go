package runcommand

import (
	"context"
	"fmt"
	"slices"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// An inspection reads instances and their agents from the service.
type inspection struct {
	client *Client
	ids    []string // the instances to inspect, each once
	tags   []Tag    // resource tags that select the instances; then ids is set by the inspection

	instances map[string]Instance
	agents    map[string]AgentStatus
	denied    map[string]*errors.APIError // instances that the caller may not see
	noAgents  map[string]errors.Code      // instances whose agents the caller may not see, and the code of the refusal
	mayList   map[string]bool             // instances that the caller has the right to list

	listed  bool  // the service has answered about all instances
	failure error // the error that ended the inspection; nil for a missing right
}

func (c *Client) inspection(ids []string, tags []Tag) *inspection {
	return &inspection{
		client: c, ids: newInstanceSet(ids).ids(ids), tags: tags,
		instances: map[string]Instance{}, agents: map[string]AgentStatus{}, denied: map[string]*errors.APIError{},
		noAgents: map[string]errors.Code{}, mayList: map[string]bool{},
	}
}

// run makes the calls. A missing right does not end it. It returns the errors of missing
// rights, or the first other error.
func (q *inspection) run(ctx context.Context) error {
	refusal, err := q.readInstances(ctx)
	if err != nil {
		q.failure = err
		return err
	}
	q.listed = true
	noAgents, err := q.readAgents(ctx)
	if err != nil {
		q.failure = err
		return err
	}
	return errors.Join(missingRight("ecs:DescribeInstances", refusal), missingRight("ecs:DescribeCloudAssistantStatus", noAgents))
}

// missingRight returns an error that names the right, or nil for no refusal.
func missingRight(right string, refusal *errors.APIError) error {
	if refusal == nil {
		return nil
	}
	return fmt.Errorf("runcommand: the right %s is missing: %w", right, refusal)
}

// asRefusal separates the refusal of a missing right from other errors.
func asRefusal(err error) (refusal *errors.APIError, other error) {
	if refusal, ok := errors.AsType[*errors.APIError](err); ok && errors.Is(err, errors.ErrPermission) {
		return refusal, nil
	}
	return nil, err
}

// readInstances reads the instances. It returns the refusal when the caller lacks the right
// to see some of them.
func (q *inspection) readInstances(ctx context.Context) (refusal *errors.APIError, err error) {
	f := InstanceFilter{IDs: q.ids, Tags: q.tags} // a request has ids or tags, never both
	if err = f.check(); err == nil {
		err = q.client.listInstances(ctx, f, func(i Instance) bool {
			q.instances[i.ID] = i
			if len(q.tags) > 0 {
				q.ids = append(q.ids, i.ID)
			}
			return true
		})
	}
	if refusal, err = asRefusal(err); err != nil {
		return nil, err
	}
	hidden := slices.DeleteFunc(slices.Clone(q.ids), func(id string) bool { _, seen := q.instances[id]; return seen })
	switch {
	case refusal != nil:
		q.deny(hidden, refusal)
		return refusal, nil
	case len(q.ids) == 0:
		return q.askForRight(ctx, nil)
	}
	hidden = slices.DeleteFunc(hidden, func(id string) bool { return q.mayList[id] })
	for ids := range slices.Chunk(hidden, instanceChunk) {
		more, err := q.askForRight(ctx, ids)
		if err != nil {
			return refusal, err
		}
		if refusal == nil {
			refusal = more
		}
	}
	return refusal, nil
}

// askForRight asks whether the caller may list the instances, or, without ids, the
// instances of the region. A caller may have the right for some instances only. The service
// answers a call with DryRun with an error in both cases: with the code DryRunOperation
// when the caller may.
func (q *inspection) askForRight(ctx context.Context, ids []string) (refusal *errors.APIError, err error) {
	_, err = do[wire.DescribeInstancesReply](ctx, q.client, InstanceFilter{IDs: ids}.params(q.client.region, "", true))
	if passed, ok := errors.AsType[*errors.APIError](err); ok && passed.Code == dryRunPassed {
		for _, id := range ids {
			q.mayList[id] = true
		}
		return nil, nil
	}
	if refusal, err = asRefusal(err); refusal != nil {
		q.deny(ids, refusal)
	}
	return refusal, err
}

// deny notes that the caller may not see the instances.
func (q *inspection) deny(ids []string, refusal *errors.APIError) {
	for _, id := range ids {
		q.denied[id] = refusal
	}
}

// dryRunPassed is the code with which the service says that a call with DryRun would have
// succeeded (ECS API reference, DescribeInstances).
const dryRunPassed errors.Code = "DryRunOperation"

// readAgents reads the agents of the instances that exist. An instance that the caller may
// not see may exist. It returns the refusal when the caller may not see some of the agents.
func (q *inspection) readAgents(ctx context.Context) (refusal *errors.APIError, err error) {
	var ids []string
	for _, id := range q.ids {
		if _, seen := q.instances[id]; seen || q.denied[id] != nil {
			ids = append(ids, id)
		}
	}
	calls := newSplitCalls(func(ctx context.Context, ids []string) error { return q.client.readAgents(ctx, ids, q.agents) })
	err = calls.run(ctx, ids, agentChunk)
	for id, code := range calls.refused {
		if errors.Is(code, errors.ErrPermission) {
			q.noAgents[id] = code
			continue
		}
		delete(q.denied, id)
		delete(q.instances, id) // released since it was listed
	}
	return calls.refusal, err
}

// checkSeen sets the error of an instance whose agent the service does not show.
func (q *inspection) checkSeen(r *Readiness) {
	code, denied := q.noAgents[r.InstanceID]
	switch {
	case r.Agent.InstanceID != "":
	case denied:
		r.fail(code, "the right ecs:DescribeCloudAssistantStatus is missing, so the agent is not known")
	case q.failure != nil:
		r.fail(refusalCode(q.failure), "the service did not answer, so the agent is not known")
	default:
		r.fail(errors.ClientNotRunning, "the service shows no agent")
	}
}

// found returns the facts about each instance, with the errors that do not depend on a
// request.
func (q *inspection) found() []Readiness {
	all := make([]Readiness, 0, len(q.ids))
	for _, id := range q.ids {
		instance, seen := q.instances[id]
		r := Readiness{InstanceID: id, Instance: instance, Agent: q.agents[id]}
		switch refusal := q.denied[id]; {
		case refusal != nil:
			r.fail(refusal.Code, "the right ecs:DescribeInstances is missing, so the instance is not known")
		case !seen && !q.listed:
			r.fail(refusalCode(q.failure), "the service did not answer, so the instance is not known")
		case !seen:
			r.fail(errors.InvalidInstanceNotFound, "the instance does not exist in this region")
		}
		all = append(all, r)
	}
	return all
}
