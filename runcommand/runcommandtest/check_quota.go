package runcommandtest

import (
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A ResourceGroup is a group that the server knows. While none is declared any
// group is accepted.
type ResourceGroup struct {
	ID       string
	Changing bool // being created or deleted: InvalidStatus.ResourceGroup
}

// groupNeeded reports whether a command that names the resource group id is shown
// only to calls that name it too (ECS API reference, DescribeInvocations,
// ResourceGroupId). The default group need not be named; as it has an id of its
// own, one that is neither declared nor that of a target may be its.
func (s *Server) groupNeeded(id string, targets []*machine) bool {
	return id != "" && (slices.ContainsFunc(s.opts.resourceGroups, func(g ResourceGroup) bool { return g.ID == id }) ||
		slices.ContainsFunc(targets, func(m *machine) bool { return m.ResourceGroupID == id }))
}

// checkQuotas checks what the account may still have in the region.
func (s *Server) checkQuotas(cmd *command, now time.Time) *refusal {
	l := s.opts.limits
	if cmd.keep && s.store.kept[cmd.region] >= l.KeptCommands {
		return refuse(errors.CmdCountExceedQuota, "%d commands are kept already", l.KeptCommands)
	}
	if l.DailyInvocations > 0 && s.store.acceptedOn(cmd.region, now) >= l.DailyInvocations {
		return refuse(errors.InvocationExceedQuota, "%d commands were accepted today", l.DailyInvocations)
	}
	return nil
}
