package runcommand

import (
	"context"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// agentChunk is how many instances one DescribeCloudAssistantStatus may name
// (ECS API reference).
const agentChunk = 100

// AgentStatus is the state of the Cloud Assistant agent on one instance. Printed, it
// shows the fields that are set, and Online always.
type AgentStatus struct {
	InstanceID    string
	OS            string // "Linux", "Windows", "FreeBSD"
	Version       string // "" when there is no agent
	Online        bool   // a heartbeat came within the last two minutes
	LastHeartbeat time.Time
	LastInvoked   time.Time // when it last ran a command, zero if never
	Invocations   int64     // commands run so far
	ActiveTasks   int64     // commands running now
}

// AgentStatus asks whether the agents of the instances are there and online,
// by instance id; without ids, of all instances in the region. An instance
// that the service does not know is [errors.ErrNotFound]; with an error comes
// what was learned before it.
func (c *Client) AgentStatus(ctx context.Context, instanceIDs ...string) (map[string]AgentStatus, error) {
	if err := c.ready(); err != nil {
		return nil, err
	}
	if slices.Contains(instanceIDs, "") {
		return nil, invalid("AgentStatus: an instance id is empty")
	}
	agents := make(map[string]AgentStatus)
	if len(instanceIDs) == 0 {
		return agents, c.readAgents(ctx, nil, agents)
	}
	for chunk := range slices.Chunk(unique(instanceIDs), agentChunk) {
		if err := c.readAgents(ctx, chunk, agents); err != nil {
			return agents, err
		}
	}
	return agents, nil
}

func (c *Client) readAgents(ctx context.Context, instanceIDs []string, agents map[string]AgentStatus) error {
	asked, bound := newInstanceSet(instanceIDs), listPaging
	if asked.fixed {
		bound = invocationPaging
	}
	return eachPage(ctx, bound, func(ctx context.Context, token string) (next string, news bool, err error) {
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
				news = true
			}
			agents[id] = AgentStatus{
				InstanceID:    id,
				OS:            a.OSType,
				Version:       a.CloudAssistantVersion,
				Online:        bool(a.CloudAssistantStatus),
				LastHeartbeat: wire.Time(a.LastHeartbeatTime),
				LastInvoked:   wire.Time(a.LastInvokedTime),
				Invocations:   int64(a.InvocationCount),
				ActiveTasks:   int64(a.ActiveTaskCount),
			}
		}
		return answer.NextToken, news, nil
	})
}

// askAgents is the question for a page of agents, of some instances or, without
// any, of all; beside instances the service takes no size of a page.
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
