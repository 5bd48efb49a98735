package runcommandtest

import (
	"slices"
	"time"
)

// A filter selects the invocations and rows that the two Describe operations show.
type filter struct {
	region                          string
	invokeID, instanceID, commandID string
	commandName, commandType        string
	status, repeat, group           string
	timed                           string // "", "true" or "false"
	tags                            []tag
}

// readFilter reads the filter parameters. The parameter status is the wire name of the
// status filter. When the request names an instance, the service ignores the command
// name, the repeat mode and the status PartialFailed.
func (s *Server) readFilter(p parameters, status string) (filter, *refusal) {
	f := filter{
		region:   p["RegionId"],
		invokeID: p["InvokeId"], instanceID: p["InstanceId"], commandID: p["CommandId"],
		commandName: p["CommandName"], commandType: p["CommandType"],
		status: p[status], repeat: p["RepeatMode"], group: p["ResourceGroupId"], timed: p["Timed"],
		tags: p.tags("Tag"),
	}
	if f.instanceID != "" {
		f.commandName, f.repeat = "", ""
		if f.status == string(statusPartialFailed) {
			f.status = ""
		}
	}
	if _, refused := p.flag("Timed"); refused != nil {
		return f, refused
	}
	return f, tagRules.check(f.tags, s.opts.limits.Tags, s.opts.limits)
}

// readList reads the parameters that both Describe operations have: region, paging,
// filter and one boolean. The status filter and the boolean have a different wire name
// in each operation. The parameters status and name are these wire names.
func (s *Server) readList(q *request, status, name string) (g paging, f filter, on bool, refused *refusal) {
	if refused = s.checkRegion(q.params); refused != nil {
		return g, f, false, refused
	}
	if g, refused = s.readPaging(q, s.pages()); refused != nil {
		return g, f, false, refused
	}
	if f, refused = s.readFilter(q.params, status); refused != nil {
		return g, f, false, refused
	}
	on, refused = q.params.flag(name)
	return g, f, on, refused
}

// candidates returns the visible invocations that match f, the newest first. It does
// not compare the status.
func (s *Server) candidates(f filter, now time.Time) []*invocation {
	var found []*invocation
	if f.invokeID != "" {
		if inv, ok := s.store.invocations[f.invokeID]; ok && !inv.visible.After(now) && f.matchesCommand(inv) {
			found = append(found, inv)
		}
		return found
	}
	for inv := s.store.newest; inv != nil; inv = inv.older {
		if !inv.visible.After(now) && f.matchesCommand(inv) {
			found = append(found, inv)
		}
	}
	return found
}

// matchesCommand reports whether inv matches every field of f except the status.
func (f filter) matchesCommand(inv *invocation) bool {
	cmd := inv.cmd
	for _, want := range []struct{ filter, value string }{
		{f.region, cmd.region},
		{f.commandID, cmd.id},
		{f.commandName, cmd.name},
		{f.commandType, cmd.kind},
		{f.repeat, cmd.repeat},
		{f.group, cmd.resourceGroup}, // the resource group in the RunCommand request
	} {
		if want.filter != "" && want.filter != want.value {
			return false
		}
	}
	if f.group == "" && inv.needsGroup {
		return false
	}
	if f.instanceID != "" && inv.row(f.instanceID) == nil {
		return false
	}
	waiting := cmd.timed() && inv.open > 0
	if f.timed != "" && (f.timed == "true") != waiting {
		return false
	}
	for _, t := range f.tags {
		if !slices.ContainsFunc(cmd.tags, func(have tag) bool {
			return have.key == t.key && (t.value == "" || have.value == t.value)
		}) {
			return false
		}
	}
	return true
}

// matchesStatus reports whether the status that f asks for is equal to status or to
// legacy. The service documents statuses of both kinds as values of this filter.
func (f filter) matchesStatus(status, legacy Status) bool {
	return f.status == string(status) || f.status == string(legacy)
}
