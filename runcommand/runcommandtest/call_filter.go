package runcommandtest

import (
	"slices"
	"time"
)

// A filter selects what the two Describe operations show.
type filter struct {
	region                          string
	invokeID, instanceID, commandID string
	commandName, commandType        string
	status, repeat, group           string
	timed                           string // "", "true" or "false"
	tags                            []tag
}

// readFilter reads the filter parameters. With an instance id the service
// ignores the name, the repeat mode and the status PartialFailed.
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

// readList reads the parameters of the two Describe operations: paging, filter and one
// switch. The names of the status parameter and of the switch differ between them.
func (s *Server) readList(q *request, status, name string) (g paging, f filter, on bool, refused *refusal) {
	if refused = s.checkRegion(q.params); refused != nil {
		return g, f, false, refused
	}
	if g, refused = s.readPaging(q); refused != nil {
		return g, f, false, refused
	}
	if f, refused = s.readFilter(q.params, status); refused != nil {
		return g, f, false, refused
	}
	on, refused = q.params.flag(name)
	return g, f, on, refused
}

// candidates returns the visible invocations that match f, its status aside, the
// newest first.
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

// matchesCommand checks everything except the status.
func (f filter) matchesCommand(inv *invocation) bool {
	cmd := inv.cmd
	for _, want := range []struct{ filter, value string }{
		{f.region, cmd.region},
		{f.commandID, cmd.id},
		{f.commandName, cmd.name},
		{f.commandType, cmd.kind},
		{f.repeat, cmd.repeat},
		{f.group, cmd.resourceGroup}, // the group that RunCommand named
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

// matchesStatus compares with the status and the legacy status, as the documented
// values of the filter contain both.
func (f filter) matchesStatus(status, legacy Status) bool {
	return f.status == string(status) || f.status == string(legacy)
}
