package runcommandtest

import (
	"bytes"
	"time"
)

// A ViewQuery says which part of the state [Server.View] returns. Each limit is the largest
// number of its items. With a limit of 0 or less there are no such items, so the zero
// ViewQuery gives only the counts.
type ViewQuery struct {
	// InstanceID selects one instance: its invocations, in each of them its row only, and
	// of the instances only itself. Empty selects all. It does not select calls, because
	// most polling calls name no instance.
	InstanceID string

	// Status selects rows with this status, and invocations that have such a row. Empty
	// selects all. Without an InstanceID it also selects invocations with this overall
	// status. When no row of such an invocation has the status, all its rows are selected:
	// for example the rows of a PartialFailed invocation. With an InstanceID the status of
	// the instance decides, except for PartialFailed, which only invocations can have.
	Status Status

	Instances   int
	Invocations int
	Rows        int // instances of one invocation
	Calls       int // entries: see CallView
	Parameters  int // parameters of one call
	Bytes       int // bytes of all scripts and outputs together
}

// A View is a part of the state of a [Server] at one moment. It shares no memory with
// the server.
type View struct {
	Now         time.Time        // by the server's clock
	Instances   []InstanceInfo   // in the order in which they were added
	Invocations []InvocationView // the newest first
	Calls       []CallView       // the latest first
	Counts      ViewCounts       // how many there are of each
}

// ViewCounts says how many items there are, whatever the limits of the [ViewQuery] are.
type ViewCounts struct {
	Instances   int // instances on the server
	Selected    int // kept invocations that the query selects
	Invocations int // kept invocations
	Accepted    int // invocations ever accepted, those that the server has forgotten included
	Calls       int // kept calls
	Received    int // calls ever received, those that the server has forgotten included
}

// An InvocationView is an [Invocation] in a [View]. Its Instances are the first rows
// that the query selects. Script is nil when there was no room for it.
type InvocationView struct {
	Invocation
	ScriptBytes int       // size of the script, also when Script is nil
	Selected    int       // number of its rows that the query selects
	Rows        int       // number of all its rows
	Next        time.Time // the earliest firing of the rows that the query selects; zero when none will fire
}

// View returns the part of the state that q selects. Its time and memory depend on what it
// returns, not on what the server keeps: it copies no other scripts and outputs. With an
// InstanceID or a Status it also looks once at each kept invocation.
//
// Scripts and outputs share the room of q.Bytes, the newest invocation first. A script
// or an output that does not fit is left out whole: ScriptBytes and Withheld give its
// size.
func (s *Server) View(q ViewQuery) View {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := View{Now: s.catchUp(s.life)}
	v.Counts = ViewCounts{
		Instances: len(s.store.ids), Invocations: len(s.store.invocations), Accepted: int(s.store.numbers),
		Calls: len(s.calls.calls), Received: s.calls.total,
	}
	v.Instances = s.viewInstances(q, v.Now)
	v.Invocations, v.Counts.Selected = s.viewInvocations(q)
	v.Calls = s.calls.view(q.Calls, q.Parameters)
	return v
}

// viewInstances returns the first instances that q selects. The caller holds the lock.
func (s *Server) viewInstances(q ViewQuery, now time.Time) []InstanceInfo {
	ids := s.store.ids
	if q.InstanceID != "" {
		ids = []string{q.InstanceID}
	}
	var shown []InstanceInfo
	for _, id := range ids[:min(len(ids), max(q.Instances, 0))] {
		if m, known := s.store.machines[id]; known {
			info := s.info(m, now)
			info.Instance = info.clone()
			shown = append(shown, info)
		}
	}
	return shown
}

// viewInvocations returns the newest invocations that q selects, and how many it
// selects in all. The caller holds the lock.
func (s *Server) viewInvocations(q ViewQuery) (shown []InvocationView, selected int) {
	room := q.Bytes
	for inv := s.store.newest; inv != nil; inv = inv.older {
		if q.InstanceID == "" && q.Status == "" && len(shown) >= q.Invocations {
			return shown, len(s.store.invocations)
		}
		rows := q.rows(inv)
		if len(rows) == 0 {
			continue
		}
		selected++
		if len(shown) < q.Invocations {
			shown = append(shown, inv.view(rows, q.Rows, &room))
		}
	}
	return shown, selected
}

// rows returns the rows of inv that the query selects.
func (q ViewQuery) rows(inv *invocation) []*row {
	if q.InstanceID != "" {
		r := inv.row(q.InstanceID)
		if r == nil || !q.has(inv, r) {
			return nil
		}
		return []*row{r}
	}
	if q.Status == "" {
		return inv.rows
	}
	var rows []*row
	for _, r := range inv.rows {
		if r.status == q.Status {
			rows = append(rows, r)
		}
	}
	if overall, _ := inv.status(); len(rows) == 0 && overall == q.Status {
		return inv.rows
	}
	return rows
}

// has reports whether the row r of inv has the status of the query.
func (q ViewQuery) has(inv *invocation, r *row) bool {
	if q.Status == statusPartialFailed {
		overall, _ := inv.status()
		return overall == statusPartialFailed
	}
	return q.Status == "" || r.status == q.Status
}

// view returns inv with the first of rows, at most limit of them. It takes the bytes of
// scripts and outputs from room.
func (inv *invocation) view(rows []*row, limit int, room *int) InvocationView {
	v := InvocationView{
		Invocation: inv.summary(), ScriptBytes: len(inv.cmd.content), Selected: len(rows), Rows: len(inv.rows),
	}
	v.Script = copyWithin(room, inv.cmd.content)
	for _, r := range rows {
		if !r.next.IsZero() && (v.Next.IsZero() || r.next.Before(v.Next)) {
			v.Next = r.next
		}
	}
	rows = rows[:min(len(rows), max(limit, 0))]
	v.Instances = make([]InstanceState, len(rows))
	for i, r := range rows {
		state := r.snapshot()
		size := len(state.Output)
		if state.Output = copyWithin(room, state.Output); state.Output == nil {
			state.Withheld = size
		}
		v.Instances[i] = state
	}
	return v
}

// copyWithin returns a copy of text and takes its size from room. The copy is nil when
// text is empty or does not fit.
func copyWithin(room *int, text []byte) []byte {
	if len(text) == 0 || len(text) > *room {
		return nil
	}
	*room -= len(text)
	return bytes.Clone(text)
}
