package runcommandtest

import (
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A ResourceGroup is a resource group of the account. See [WithResourceGroups].
type ResourceGroup struct {
	ID       string
	Changing bool // being created or deleted: InvalidStatus.ResourceGroup
}

// groupNeeded reports whether a command that names the resource group id is shown only
// to calls that name it too (ECS API reference, DescribeInvocations, ResourceGroupId).
// It is not for the default group. The server does not know the id of that group, so
// it takes an id that is neither declared nor the group of a target for the default.
func (s *Server) groupNeeded(id string, targets []*machine) bool {
	return id != "" && (slices.ContainsFunc(s.opts.resourceGroups, func(g ResourceGroup) bool { return g.ID == id }) ||
		slices.ContainsFunc(targets, func(m *machine) bool { return m.ResourceGroupID == id }))
}

// checkQuotas checks the quotas of the account in the region.
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
