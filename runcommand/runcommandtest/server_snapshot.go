package runcommandtest

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// An Invocation is a snapshot of one accepted command. The method String leaves out
// script and output. The words are those of the service (ECS API reference, RunCommand and
// DescribeInvocations), and the times are by the server's clock.
type Invocation struct {
	ID, CommandID, Name, Type string // ID is the InvokeId
	RegionID                  string // the region of the call
	Script                    []byte // as in the call, decoded; parameters are not filled in: see Server.Executed
	Status                    Status // overall: see Status
	RepeatMode, Frequency     string // RepeatMode is never empty; Once when the call has neither
	Created                   time.Time
	Timeout                   time.Duration   // of each run; 60 seconds when the call gave none
	Instances                 []InstanceState // in the order of the call; an instance listed twice is there once
}

// An InstanceState is the state of one instance of an [Invocation] after its latest
// run. Before the first run only InstanceID, Status and Next are set. When the instance
// has refused the command, Status, Code, Info and Finished say so, and Runs is 0.
type InstanceState struct {
	InstanceID string
	Status     Status // Scheduled between two runs of a schedule

	// Started and Finished are those of the latest run, zero when it has not begun or not
	// ended. Stopped is when StopInvocation was called, zero when it was not.
	Started, Finished, Stopped time.Time

	ExitCode  int
	Exited    bool   // the script ended by itself; otherwise ExitCode has no meaning
	Runs      int    // runs that have begun
	Output    []byte // of the latest run; while it is Running, what it has printed until now
	Dropped   int    // bytes of the output that the service has not kept
	DroppedAt int    // offset in Output at which the Dropped bytes are missing
	Withheld  int    // bytes of the output that [Server.View] leaves out for lack of room

	// Next is when the schedule fires next, in the time zone of the instance; zero when it
	// does not.
	Next time.Time

	// Code and Info are the ErrorCode and ErrorInfo of the instance; empty without an error.
	Code errors.Code
	Info string
}

// String returns one line for the invocation and one for each instance.
func (i Invocation) String() string { return i.draw(len(i.Instances)) }

// excerpt works like String, but shows only the first instances.
func (i Invocation) excerpt() string { return i.draw(dumpedRows) }

// draw returns the text of String with at most the given number of instances.
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
// The snapshots are readable when printed. They show what is hidden from clients: an
// invocation that is not visible yet, and the true state behind a [Fault] of the Describe
// operations.
//
// Scripts and outputs are copied. With thousands of invocations use [Server.View].
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

// snapshot returns the snapshot of inv. It shares script and outputs with the server.
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

// snapshot returns the state of a row. It shares the output with the server.
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

// An InstanceInfo is a snapshot of an instance. Its Instance is the description that
// [Server.AddInstance] got, with the defaults filled in and with the changes that restarts
// have made.
type InstanceInfo struct {
	Instance
	Online        bool      // the machine runs and its agent takes commands
	LastHeartbeat time.Time // whole minutes; zero when there is no agent
	Executions    int       // number of scripts that have begun
	Running       int       // number of scripts that are running
}

// Instances returns a snapshot of every instance, in the order in which the instances
// were added. Instances that were removed are not among them. The result is a copy:
// to change an instance, call [Server.AddInstance].
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

// info returns the snapshot of an instance. It shares the description with the server.
func (s *Server) info(m *machine, now time.Time) InstanceInfo {
	return InstanceInfo{m.Instance, m.online(), m.heartbeat(now), s.store.executions[m.ID], m.running}
}
