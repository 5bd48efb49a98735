package runcommandtest

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// An Invocation is a snapshot of one accepted command. The method String leaves out
// script and output.
type Invocation struct {
	ID, CommandID, Name, Type string
	RegionID                  string
	Script                    []byte
	Status                    Status
	RepeatMode, Frequency     string
	Created                   time.Time
	Timeout                   time.Duration
	Instances                 []InstanceState
}

// An InstanceState is the state of one instance of an [Invocation] after its latest
// run.
type InstanceState struct {
	InstanceID                 string
	Status                     Status
	Started, Finished, Stopped time.Time
	ExitCode                   int
	Exited                     bool // the script ended by itself; otherwise ExitCode has no meaning
	Runs                       int
	Output                     []byte
	Dropped                    int       // bytes of the output that the service has not kept
	DroppedAt                  int       // offset in Output at which the Dropped bytes are missing
	Withheld                   int       // bytes of the output that [Server.View] leaves out for lack of room
	Next                       time.Time // when the schedule fires next, in the time zone of the instance; zero when it does not
	Code                       errors.Code
	Info                       string
}

// String returns one line for the invocation and one for each instance.
func (i Invocation) String() string { return i.draw(len(i.Instances)) }

// excerpt works like String, but shows only the first instances.
func (i Invocation) excerpt() string { return i.draw(dumpedRows) }

func (i Invocation) draw(rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", i.ID, i.Status, i.Type)
	if i.Name != "" {
		fmt.Fprintf(&b, " %q", i.Name)
	}
	if i.RepeatMode != repeatOnce {
		fmt.Fprintf(&b, " %s %s", i.RepeatMode, i.Frequency)
	}
	for n, inst := range i.Instances {
		if n == rows {
			fmt.Fprintf(&b, "\n    ... and %d more", len(i.Instances)-rows)
			break
		}
		b.WriteString("\n    " + inst.String())
	}
	return b.String()
}

// String returns one line. It shows the size of the output, not the output itself.
func (i InstanceState) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", i.InstanceID, i.Status)
	if i.Exited {
		fmt.Fprintf(&b, " exit %d", i.ExitCode)
	}
	if i.Code != "" {
		fmt.Fprintf(&b, " %s", i.Code)
	}
	if i.Runs > 1 {
		fmt.Fprintf(&b, " %d runs", i.Runs)
	}
	if !i.Started.IsZero() && !i.Finished.IsZero() {
		fmt.Fprintf(&b, " in %s", i.Finished.Sub(i.Started).Round(time.Millisecond))
	}
	if len(i.Output) > 0 {
		b.WriteString(" " + count(len(i.Output), "byte", "bytes") + " of output")
	}
	return b.String()
}

// Invocations returns a snapshot of every invocation that is kept, the oldest first.
// The snapshots are readable when printed.
func (s *Server) Invocations() []Invocation {
	all := s.invocations()
	for i := range all {
		inv := &all[i]
		inv.Script = bytes.Clone(inv.Script)
		for j := range inv.Instances {
			inv.Instances[j].Output = bytes.Clone(inv.Instances[j].Output)
		}
	}
	return all
}

// invocations works like Invocations, but does not copy scripts and outputs. The caller
// must not change the scripts and outputs.
func (s *Server) invocations() []Invocation {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp(s.life)
	all := make([]Invocation, 0, len(s.store.invocations))
	for inv := s.store.oldest; inv != nil; inv = inv.newer {
		all = append(all, inv.snapshot())
	}
	return all
}

func (inv *invocation) snapshot() Invocation {
	snap := inv.summary()
	snap.Script = inv.cmd.content
	for _, r := range inv.rows {
		snap.Instances = append(snap.Instances, r.snapshot())
	}
	return snap
}

// summary returns the snapshot of inv without its script and its instances.
func (inv *invocation) summary() Invocation {
	status, _ := inv.status()
	cmd := inv.cmd
	return Invocation{
		ID: inv.id, CommandID: cmd.id, Name: cmd.name, Type: cmd.kind, RegionID: cmd.region, Status: status,
		RepeatMode: cmd.repeat, Frequency: cmd.frequency, Created: inv.created, Timeout: cmd.timeout,
	}
}

func (r *row) snapshot() InstanceState {
	state := InstanceState{
		InstanceID: r.machine.ID, Status: r.status, Stopped: r.stopped, Runs: r.repeats,
		Finished: r.finished, Next: r.next, Code: r.code, Info: r.info,
	}
	if v := r.last; v != nil {
		state.Started = v.started
		state.Output, state.Dropped = v.outputSoFar()
		state.ExitCode, state.Exited = v.exit, v.exited
		if state.Dropped > 0 {
			state.DroppedAt = min(keptHead, len(state.Output))
		}
		if r.code == "" {
			state.Finished, state.Code, state.Info = v.finished, v.code, v.info
		}
	}
	return state
}

// An InstanceInfo is a snapshot of an instance.
type InstanceInfo struct {
	Instance
	Online        bool
	LastHeartbeat time.Time
	Executions    int // number of scripts that have begun
	Running       int // number of scripts that are running
}

// Instances returns a snapshot of every instance, in the order in which the instances
// were added.
func (s *Server) Instances() []InstanceInfo {
	all := s.instances()
	// A change of an instance replaces its description, so it is copied without the lock.
	for i := range all {
		all[i].Instance = all[i].clone()
	}
	return all
}

// instances works like Instances, but shares the descriptions with the server.
func (s *Server) instances() []InstanceInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.catchUp(s.life)
	all := make([]InstanceInfo, 0, len(s.store.ids))
	for _, id := range s.store.ids {
		all = append(all, s.info(s.store.machines[id], now))
	}
	return all
}

func (s *Server) info(m *machine, now time.Time) InstanceInfo {
	return InstanceInfo{m.Instance, m.online(), m.heartbeat(now), s.store.executions[m.ID], m.running}
}
