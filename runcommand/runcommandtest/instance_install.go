package runcommandtest

import (
	"context"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// maxInstalls is the largest number of instances that one InstallCloudAssistant may name.
const maxInstalls = 50

// installAgent makes instances without an agent have one after their next restart. The
// call itself restarts nothing.
func (s *Server) installAgent(ctx context.Context, q *request) (any, *refusal) {
	s.catchUp(ctx)
	if refused := required(q.params, "RegionId"); refused != nil {
		return nil, refused
	}
	ids := q.params.instanceIDs()
	switch {
	case len(ids) == 0:
		return nil, refuse(errors.MissingParamInstanceId, "no InstanceId is given")
	case len(ids) > maxInstalls:
		return nil, refuse(errors.InstanceIdsExceedLimit, "more than %d instances", maxInstalls)
	}
	if refused := s.checkRegion(q.params); refused != nil {
		return nil, refused
	}
	machines := make([]*machine, len(ids))
	for i, id := range ids {
		m, known := s.store.machines[id]
		switch {
		case !known || !m.in(q.params["RegionId"]):
			return nil, refuse(errors.InvalidInstanceNotFound, "the instance %.64q does not exist in the region", id)
		case defaultAgents[m.OS] == "":
			return nil, refuse(errors.InvalidInstanceIdOSTypeUnsupported, "there is no agent for %s on the instance %.64q", m.OS, id)
		}
		machines[i] = m
	}
	for _, m := range machines {
		m.installing = m.NoAgent
	}
	return struct{}{}, nil
}

// finishInstall gives a machine that restarts the agent that InstallCloudAssistant has
// asked for.
func (m *machine) finishInstall() {
	if !m.installing {
		return
	}
	m.installing, m.NoAgent = false, false
	if m.AgentVersion == "" {
		m.AgentVersion = defaultAgents[m.OS]
	}
}
