package runcommandtest

import (
	"context"
	"slices"
	"strconv"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// An agentsReply is the reply of DescribeCloudAssistantStatus. In this reply
// CloudAssistantStatus is a string, "true" or "false".
type agentsReply struct {
	pageInfo
	InstanceCloudAssistantStatusSet struct{ InstanceCloudAssistantStatus []agentView }
}

// An agentView is an instance in the reply of DescribeCloudAssistantStatus.
type agentView struct {
	InstanceID            string `json:"InstanceId"`
	OSType                OS
	CloudAssistantStatus  string
	CloudAssistantVersion string
	LastHeartbeatTime     string
	LastInvokedTime       string
	InvocationCount       int64
	ActiveTaskCount       int64
	SupportSessionManager bool
}

// maxAgents is the largest number of instances that one call may name.
const maxAgents = 100

// sessionsSince is the first agent version that supports the session manager.
const sessionsSince = "2.2.3.189"

// describeAgents is the operation DescribeCloudAssistantStatus. When the call names
// instances, they are one page whatever MaxResults says. When one of them is unknown, the
// whole call is refused. The documents do not say this: they only list a code for such a
// call.
func (s *Server) describeAgents(ctx context.Context, q *request) (any, *refusal) {
	now := s.catchUp(ctx)
	if refused := s.checkRegion(q.params); refused != nil {
		return nil, refused
	}
	ids := q.params.instanceIDs()
	if len(ids) > maxAgents {
		return nil, refuse(errors.InstanceIdsExceedLimit, "more than %d instances", maxAgents)
	}
	g, refused := s.readPaging(q, s.pages())
	if refused != nil {
		return nil, refused
	}
	region, listed := q.params["RegionId"], s.store.ids
	if len(ids) > 0 {
		listed, g.begun, g.size = unique(ids), false, max(g.size, len(ids))
	}
	list := make([]entry[*machine], 0, len(listed))
	for _, id := range listed {
		m, ok := s.store.machines[id]
		switch {
		case ok && m.in(region):
		case len(ids) == 0:
			continue
		default:
			return nil, refuse(errors.InvalidInstanceNotFound, "the instance %.64q does not exist in the region", id)
		}
		if system := q.params["OSType"]; system == "" || system == string(m.OS) {
			list = append(list, entry[*machine]{position{m.number}, m})
		}
	}
	page, info := cutPage(s, g, list)
	reply := &agentsReply{pageInfo: info}
	rows := make([]agentView, len(page))
	for i, m := range page {
		version := m.AgentVersion
		if m.Stopped || m.NoAgent { // the service shows only the version of an agent that is running
			version = ""
		}
		rows[i] = agentView{
			InstanceID: m.ID, OSType: m.OS, CloudAssistantStatus: strconv.FormatBool(m.online()),
			CloudAssistantVersion: version, LastHeartbeatTime: stamp(m.heartbeat(now)), LastInvokedTime: stamp(m.invoked),
			InvocationCount: int64(m.invocations), ActiveTaskCount: int64(m.running), SupportSessionManager: !m.NoAgent && atLeast(m.AgentVersion, sessionsSince),
		}
	}
	reply.InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus = applyRowFaults(s, q.action, rows)
	s.applyPageFault(q.action, &reply.pageInfo, g)
	return reply, nil
}

// unique returns ids without repetitions.
func unique(ids []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(ids, func(id string) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
}
