package runcommandtest

// A filter selects the invocations and rows that the two Describe operations show.
type filter struct {
	region                          string
	invokeID, instanceID, commandID string
	commandName, commandType        string
	status, repeat, group           string
	timed                           string // "", "true" or "false"
	tags                            []tag
}

// rowStatus is the wire name of the status filter of DescribeInvocationResults.
const rowStatus = "InvokeRecordStatus"

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
	if status == rowStatus { // DescribeInvocationResults has no such parameters
		f.commandName, f.commandType, f.repeat, f.timed = "", "", "", ""
	} else if _, refused := p.flag("Timed"); refused != nil {
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

// traits returns what an entry must have to match f. The status of f counts only when the
// parameter status is true.
func (f filter) traits(status bool) []trait {
	to := audience{f.region, f.group}
	traits := []trait{{audience: to, kind: traitAny}}
	for _, want := range []struct {
		kind traitKind
		key  string
	}{
		{traitName, f.commandName}, {traitType, f.commandType}, {traitRepeat, f.repeat},
		{traitTimed, f.timed}, {traitInstance, f.instanceID},
	} {
		if want.key != "" {
			traits = append(traits, trait{audience: to, kind: want.kind, key: want.key})
		}
	}
	if status && f.status != "" {
		traits = append(traits, trait{audience: to, kind: traitStatus, key: f.status})
	}
	for _, t := range f.tags {
		if t.value == "" { // any value
			traits = append(traits, trait{to, traitTagKey, t.key, ""})
		} else {
			traits = append(traits, trait{to, traitTag, t.key, t.value})
		}
	}
	return traits
}

// only returns the invocation that f names by its own id or by that of its command. It
// returns nil when there is none. When f names no invocation, named is false.
func (s *Server) only(f filter) (inv *invocation, named bool) {
	switch {
	case f.invokeID != "":
		inv = s.store.invocations[f.invokeID]
	case f.commandID != "":
		inv = s.store.invocations[invocationOf(f.commandID)]
	default:
		return nil, false
	}
	if inv == nil || !inv.indexed.present || (f.commandID != "" && f.commandID != inv.cmd.id) {
		return nil, true
	}
	return inv, true
}

// chooseInvocations returns the invocations that match f.
func (s *Server) chooseInvocations(f filter) selection {
	s.store.listing.follow()
	inv, named := s.only(f)
	switch {
	case inv != nil:
		return s.store.listing.invocations.choose(f.traits(true), inv.number, inv.number+1)
	case named:
		return selection{}
	}
	return s.store.listing.invocations.choose(f.traits(true), 0, allNumbers)
}

// chooseRows returns the rows that match f. The status of f counts only when the parameter
// status is true.
func (s *Server) chooseRows(f filter, status bool) selection {
	s.store.listing.follow()
	inv, named := s.only(f)
	switch {
	case inv != nil:
		return s.store.listing.rows.choose(f.traits(status), inv.firstRow, inv.firstRow+uint64(len(inv.rows)))
	case named:
		return selection{}
	}
	return s.store.listing.rows.choose(f.traits(status), 0, allNumbers)
}

// matchesStatus reports whether the status of f is equal to status or to legacy. The
// documented values of the filter include both kinds.
func (f filter) matchesStatus(status, legacy Status) bool {
	return f.status == "" || f.status == string(status) || f.status == string(legacy)
}
