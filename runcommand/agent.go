package runcommand

import (
	"context"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// agentChunk is the largest number of instances that one call of
// DescribeCloudAssistantStatus may name (ECS API reference).
const agentChunk = 100

// AgentStatus is the state of the Cloud Assistant agent on one instance. When it is
// printed, it shows the fields that are set. It always shows Online.
type AgentStatus struct {
	InstanceID    string
	OS            OS
	Version       string // version of the agent; "" without an agent
	Online        bool   // true when the agent sent a heartbeat within the last two minutes
	LastHeartbeat time.Time
	LastInvoked   time.Time // when the agent last ran a command; zero if it never did
	Invocations   int64     // number of commands that the agent has completed
	ActiveTasks   int64     // number of commands that are running now
}

// AgentStatus returns the state of the agent on each of the instances. The keys of the
// map are the instance ids. Without ids, the map holds the agents of all instances in the
// region.
//
// Unknown instances do not hide the others. The error then joins one
// [*errors.InstanceError] for each unknown instance, and is [errors.ErrNotFound]. The map
// has the agents of all other instances. The same holds for instances that the caller has
// no right to see: the error is then [errors.ErrPermission]. When the service accepts no
// call, AgentStatus tries two halves of one call, and the error is the
// [*errors.APIError] of the refusal. After any other error, AgentStatus makes no
// further call, and the map has the agents that it received so far (ECS API reference,
// DescribeCloudAssistantStatus). The right is ecs:DescribeCloudAssistantStatus.
func (c *Client) AgentStatus(ctx context.Context, instanceIDs ...string) (agents map[string]AgentStatus, err error) {
	if err := c.ready(); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(instanceIDs, isBlank) {
		return nil, invalid("AgentStatus: an instance id is empty")
	}
	agents = make(map[string]AgentStatus)
	c.observed(ctx, Operation{Name: "AgentStatus", Instances: len(instanceIDs)}, func(ctx context.Context) Ended {
		err = c.agentsOf(ctx, instanceIDs, agents)
		return Ended{Err: err}
	})
	return agents, err
}

// agentsOf adds the agents of the instances, or without ids all agents of the region, to
// the map agents.
func (c *Client) agentsOf(ctx context.Context, instanceIDs []string, agents map[string]AgentStatus) error {
	if len(instanceIDs) == 0 {
		return c.readAgents(ctx, nil, agents)
	}
	ids := newInstanceSet(instanceIDs).ids(instanceIDs)
	calls := newSplitCalls(func(ctx context.Context, ids []string) error { return c.readAgents(ctx, ids, agents) })
	err := calls.run(ctx, ids, agentChunk)
	return calls.errorOf(ids, err)
}

// readAgents reads the agents of the instances from the service, and adds them to the map
// agents. When instanceIDs is nil, it reads the agents of all instances.
func (c *Client) readAgents(ctx context.Context, instanceIDs []string, agents map[string]AgentStatus) error {
	asked, bound := newInstanceSet(instanceIDs), listPaging
	if asked.fixed {
		bound = invocationPaging
	}
	return eachPage(ctx, bound, func(ctx context.Context, token string) (next string, newRows bool, err error) {
		answer, err := do[wire.DescribeCloudAssistantStatusReply](ctx, c, c.agentParams(instanceIDs, token))
		if err != nil {
			return "", false, err
		}
		for _, a := range answer.Rows() {
			id, ok := asked.spelling(a.InstanceID)
			if !ok {
				continue
			}
			if _, met := agents[id]; !met {
				newRows = true
			}
			agents[id] = AgentStatus{
				InstanceID:    id,
				OS:            osOf(a.OSType),
				Version:       a.CloudAssistantVersion,
				Online:        bool(a.CloudAssistantStatus),
				LastHeartbeat: wire.Time(a.LastHeartbeatTime),
				LastInvoked:   wire.Time(a.LastInvokedTime),
				Invocations:   int64(a.InvocationCount),
				ActiveTasks:   int64(a.ActiveTaskCount),
			}
		}
		return answer.NextToken, newRows, nil
	})
}

// agentParams returns the parameters of the call that reads one page of agents. The page
// holds the agents of the instances, or of all instances when instanceIDs is nil. The
// service ignores the page size in a call with instance ids, so such a call sends no page
// size.
func (c *Client) agentParams(instanceIDs []string, token string) wire.Params {
	w := wire.NewWriter(wire.ActionDescribeCloudAssistantStatus)
	w.Text("RegionId", c.region)
	w.List("InstanceId", instanceIDs)
	size := 0
	if len(instanceIDs) == 0 {
		size = pageSize
	}
	w.Page(size, token)
	return w.Params()
}
