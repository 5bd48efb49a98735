package main

import (
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// These limits say how many entries of each list are shown. The latest entries are shown first.
const (
	shownInstances  = 60
	shownCommands   = 25
	shownTargets    = 16 // instances of one command
	shownCalls      = 12
	shownParameters = 40        // parameters of one call
	shownOutput     = 192 << 10 // bytes of all outputs and scripts together
	shownName       = 128       // characters of a name
	shownInfo       = 512       // characters of a message
)

// A state has the data that the page shows and GET /state returns. Text from scripts and callers has
// been made printable. It must still be escaped, because it may hold HTML.
type state struct {
	Scheme    string     `json:"scheme"` // http or https
	Endpoint  string     `json:"endpoint"`
	Region    string     `json:"region"`
	Shell     bool       `json:"shell"`
	Now       time.Time  `json:"now"`
	Filter    filter     `json:"filter"`
	Instances []instance `json:"instances"`
	Commands  []command  `json:"commands"`
	Calls     []call     `json:"calls"`

	// How many items are not in the lists. For More… items the lists have no room. Forgotten…
	// items are no longer known to the service.
	MoreInstances     int `json:"moreInstances"`
	MoreCommands      int `json:"moreCommands"`
	MoreCalls         int `json:"moreCalls"`
	ForgottenCommands int `json:"forgottenCommands"`
	ForgottenCalls    int `json:"forgottenCalls"`
}

type instance struct {
	ID         string `json:"id"`
	OS         string `json:"os"`
	Agent      string `json:"agent"`
	Online     bool   `json:"online"`
	Executions int    `json:"executions"`
	Running    int    `json:"running"`
	State      string `json:"state"` // idle, running, offline, stopped, or without an agent
}

type command struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Type        string     `json:"type"`
	Status      status     `json:"status"`
	Repeat      string     `json:"repeat"`
	Schedule    string     `json:"schedule"` // when the command runs, as a sentence; empty for a command that runs once
	Next        *time.Time `json:"next"`     // the earliest time at which an instance will run it; nil when there is none
	Created     time.Time  `json:"created"`
	Script      string     `json:"script"`
	NoScript    int        `json:"scriptWithheld"` // bytes of the script when it is not in Script
	Targets     []target   `json:"instances"`
	MoreTargets int        `json:"moreInstances"`
	Others      int        `json:"otherInstances"` // instances that the filter leaves out
}

type target struct {
	InstanceID string     `json:"id"`
	Status     status     `json:"status"`
	ExitCode   *int       `json:"exitCode"` // nil when the script has not ended or did not end by itself
	Started    *time.Time `json:"started"`  // nil when there was no run
	Duration   string     `json:"duration"`
	Runs       int        `json:"runs"`
	Output     string     `json:"output"`
	Dropped    int        `json:"dropped"`   // bytes of output that the service has not kept; they are missing at DroppedAt
	DroppedAt  int        `json:"droppedAt"` // offset in Output in bytes
	Withheld   int        `json:"withheld"`  // bytes of output that are not in Output, those of Dropped included
	Code       string     `json:"code"`
	Info       string     `json:"info"`
}

// Head returns the output before the place where bytes are missing.
func (t target) Head() string { return t.Output[:t.DroppedAt] }

// Tail returns the output after the place where bytes are missing.
func (t target) Tail() string { return t.Output[t.DroppedAt:] }

type call struct {
	Number     int         `json:"number"` // of the first of the calls
	Count      int         `json:"count"`  // several polling calls in a row are one entry
	Since      time.Time   `json:"since"`  // the time of the first call
	At         time.Time   `json:"at"`     // the time of the latest call
	Action     string      `json:"action"`
	Status     int         `json:"status"`
	Code       string      `json:"code"`
	RequestID  string      `json:"requestId"`
	Parameters []parameter `json:"parameters"`
	Others     int         `json:"otherParameters"`
}

// A parameter is a parameter of a call. Value is empty when the parameter may hold a secret.
type parameter struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Bytes  int    `json:"bytes"`
	Masked bool   `json:"masked"`
}

// A status is the status of a command, or of its run on one instance. The page shows it in a colour.
type status runcommandtest.Status

// Tone returns the name of the style that gives the status its colour: good, bad, busy or calm. It returns
// calm for a command that was stopped or that waits for its start time.
func (s status) Tone() string {
	switch s {
	case "Success":
		return "good"
	case "Running", "Stopping", "Pending":
		return "busy"
	case "Scheduled", "Stopped", "Cancelled", "Terminated":
		return "calm"
	}
	return "bad"
}

// newState returns what the page shows with the filter f at this moment. Times are in the zone.
func newState(service *runcommandtest.Server, f filter, zone *time.Location) state {
	v := service.View(f.query())
	s := state{
		Scheme: scheme(service), Region: runcommandtest.Region, Now: v.Now.In(zone), Filter: f,
		Instances: []instance{}, Commands: []command{}, Calls: []call{}, // empty lists are [] in JSON, not null
		MoreInstances:     max(0, v.Counts.Instances-shownInstances),
		MoreCommands:      v.Counts.Selected - len(v.Invocations),
		MoreCalls:         v.Counts.Calls,
		ForgottenCommands: v.Counts.Accepted - v.Counts.Invocations,
		ForgottenCalls:    v.Counts.Received - v.Counts.Calls,
	}
	if f.Instance != "" {
		s.MoreInstances = 0
	}
	for _, i := range v.Instances {
		s.Instances = append(s.Instances, instance{i.ID, string(i.OS), i.AgentVersion, i.Online, i.Executions, i.Running, stateOf(i)})
	}
	room := shownText
	for _, inv := range v.Invocations {
		s.Commands = append(s.Commands, newCommand(inv, v.Now, zone, &room))
	}
	for _, c := range v.Calls {
		s.Calls = append(s.Calls, newCall(c, zone))
		s.MoreCalls -= c.Count
	}
	return s
}

func stateOf(i runcommandtest.InstanceInfo) string {
	switch {
	case i.Stopped:
		return "stopped"
	case i.NoAgent:
		return "no agent"
	case !i.Online:
		return "offline"
	case i.Running > 0:
		return "running"
	}
	return "idle"
}

func newCommand(inv runcommandtest.InvocationView, now time.Time, zone *time.Location, room *int) command {
	c := command{
		ID: inv.ID, Name: shortName(inv.Name), Type: inv.Type, Status: status(inv.Status), Created: inv.Created.In(zone),
		Schedule: sentence(inv.RepeatMode, inv.Frequency), Next: timeIn(zone, inv.Next),
		MoreTargets: inv.Selected - len(inv.Instances), Others: inv.Rows - inv.Selected,
	}
	if inv.RepeatMode != "Once" {
		c.Repeat = strings.TrimSpace(inv.RepeatMode + " " + shortName(inv.Frequency))
	}
	if c.Script = spend(room, inv.Script); c.Script == "" {
		c.NoScript = inv.ScriptBytes
	}
	for _, i := range inv.Instances {
		c.Targets = append(c.Targets, newTarget(i, now, zone, room))
	}
	return c
}

// sentence says when a command runs that does not run at once.
func sentence(repeat, expression string) string {
	switch repeat {
	case "Period":
		schedule, err := frequency.Parse(expression)
		if err != nil {
			return "" // does not happen: the service has checked the expression
		}
		return schedule.Describe()
	case "NextRebootOnly":
		return "At the next start of the instance."
	case "EveryReboot":
		return "At every start of the instance."
	case "DryRun":
		return "Only checked, never run."
	}
	return ""
}

func newTarget(i runcommandtest.InstanceState, now time.Time, zone *time.Location, room *int) target {
	t := target{
		InstanceID: i.InstanceID, Status: status(i.Status), Runs: i.Runs, Started: timeIn(zone, i.Started), Duration: duration(i, now),
		Dropped: i.Dropped, Withheld: i.Withheld + i.Dropped, Code: shortName(string(i.Code)), Info: short(i.Info, shownInfo),
	}
	if i.Exited {
		t.ExitCode = &i.ExitCode
	}
	at := min(i.DroppedAt, len(i.Output))
	head, tail := spend(room, i.Output[:at]), spend(room, i.Output[at:])
	if head == "" && at > 0 || tail == "" && at < len(i.Output) {
		t.Withheld += len(i.Output)
		return t
	}
	t.Output, t.DroppedAt = head+tail, len(head)
	return t
}

func newCall(v runcommandtest.CallView, zone *time.Location) call {
	c := call{
		Number: v.Number, Count: v.Count, Since: v.Since.In(zone), At: v.At.In(zone), Action: shortName(v.Action), Status: v.Status,
		Code: string(v.Code), RequestID: v.RequestID, Parameters: []parameter{}, Others: v.Others,
	}
	for _, p := range v.Parameters {
		c.Parameters = append(c.Parameters, parameter{p.Name, program.Printable(p.Value), p.Bytes, p.Masked})
	}
	return c
}

// duration returns how long the latest run took. For a run that has not ended, it returns how long the
// run has taken so far.
func duration(i runcommandtest.InstanceState, now time.Time) string {
	switch {
	case i.Started.IsZero():
		return ""
	case status(i.Status).Tone() == "busy":
		return now.Sub(i.Started).Truncate(time.Second).String()
	}
	return i.Finished.Sub(i.Started).Round(time.Millisecond).String()
}

// lastYear is the last year that JSON can show.
const lastYear = 9999

// timeIn returns t in the zone, and nil for the zero time. A time that is after lastYear in the zone is in
// UTC. When it is after lastYear in UTC too, timeIn returns nil, because the clock of the service ends before.
func timeIn(zone *time.Location, t time.Time) *time.Time {
	if t = t.In(zone); t.Year() > lastYear {
		t = t.UTC()
	}
	if t.IsZero() || t.Year() > lastYear {
		return nil
	}
	return &t
}
