package emulator

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A ResourceGroup is a group that the server knows. While none is declared any
// group is accepted.
type ResourceGroup struct {
	ID       string
	Changing bool // being created or deleted: InvalidStatus.ResourceGroup
}

// checkQuotas checks what the account may still have in the region.
func (s *Server) checkQuotas(cmd *command, now time.Time) *refusal {
	l := s.opts.Limits
	if cmd.keep && s.store.kept[cmd.region] >= l.KeptCommands {
		return refuse(errors.CmdCountExceedQuota, "%d commands are kept already", l.KeptCommands)
	}
	if l.DailyInvocations > 0 && s.store.acceptedOn(cmd.region, now) >= l.DailyInvocations {
		return refuse(errors.InvocationExceedQuota, "%d commands were accepted today", l.DailyInvocations)
	}
	return nil
}
