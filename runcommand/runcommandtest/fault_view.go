package runcommandtest

import "slices"

// applyViewFaults applies the faults that change the fields of rows. A fault changes
// every row of the reply that it can change. When there is no such row, the fault stays
// pending.
func (s *Server) applyViewFaults(action string, views []*view) {
	for _, f := range slices.Clone(s.faults) {
		change, ok := viewFaults[f.Kind]
		if !ok {
			continue
		}
		changed := false
		for _, v := range views {
			if f.matches(action, []string{v.row.machine.ID}) && change(v) {
				changed = true
			}
		}
		if changed {
			s.countFault(f)
		}
	}
}

// viewFaults has a function for every fault that changes a view. The function reports
// whether it could change the view.
var viewFaults = map[FaultKind]func(*view) bool{
	FaultStatusBackwards: func(v *view) bool {
		switch {
		case v.status.Terminal():
			v.status = statusRunning
		case v.status == statusRunning:
			v.status, v.started = statusPending, ""
		default:
			return false
		}
		v.legacy, v.finished, v.code, v.info, v.exit = "Running", "", "", "", 0
		return true
	},
	FaultUnknownStatus: func(v *view) bool {
		v.status, v.legacy = "Hibernating", "Hibernating"
		return true
	},
	FaultUnknownCode: ended(func(v *view) {
		v.code, v.info = "Agent.MoonPhase", "The phase of the moon is not right."
	}),
	FaultTruncatedOutput: func(v *view) bool {
		half := len(v.printed) / 2
		if half == 0 {
			return false
		}
		v.output = v.encodeText(v.printed[:half])
		v.dropped += len(v.printed) - half
		return true
	},
	FaultBinaryOutput: ended(func(v *view) { v.output = v.encodeText([]byte{0xff, 0xfe, 0x00, 'o', 'k', 0xc3, 0x28}) }),
	FaultBrokenOutput: ended(func(v *view) { v.output = "%%% this is not Base64 %%%" }),
	FaultOddTimes: func(v *view) bool {
		v.created, v.started, v.finished, v.stopped = "yesterday", "2026-02-30T25:61:00Z", "1999-12-31T23:59Z", "0000-00-00T00:00:00Z"
		return true
	},
	FaultOddExitCode: ended(func(v *view) { v.exit = 1<<40 + 7 }),
}

// ended returns a function that changes a view only when the row in the view has ended.
func ended(change func(*view)) func(*view) bool {
	return func(v *view) bool {
		if !v.status.Terminal() {
			return false
		}
		change(v)
		return true
	}
}

// hiddenByFault reports whether a fault hides the invocations that a call has found.
func (s *Server) hiddenByFault(action string, found int) bool {
	if found == 0 {
		return false
	}
	_, hidden := s.takeFault(stageFind, action)
	return hidden
}

// applyRowFaults applies the faults that change the order and number of rows.
func applyRowFaults[T any](s *Server, action string, rows []T) []T {
	if len(rows) >= 2 {
		if _, ok := s.takeFault(stageOrder, action); ok {
			slices.Reverse(rows)
		}
	}
	if len(rows) >= 1 {
		if _, ok := s.takeFault(stageRepeat, action); ok {
			rows = append(rows, rows[0])
		}
	}
	return rows
}

// applyPageFault applies the fault with which NextToken leads to the same page again.
func (s *Server) applyPageFault(action string, info *pageInfo, g paging) {
	if info.NextToken == "" {
		return
	}
	if _, again := s.takeFault(stageNextPage, action); again {
		info.NextToken = s.sealToken(g.after, g.digest)
	}
}
