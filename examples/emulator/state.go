package main

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// These limits say how many entries of each list are shown. The latest entries are shown first.
const (
	shownInstances = 60
	shownCommands  = 25
	shownTargets   = 60 // instances of one command
	shownCalls     = 12
	shownOutput    = 512 << 10 // bytes of all outputs and scripts together
	shownName      = 128       // characters of a name
)

// A state has the data that the page shows and GET /state returns. Text from scripts and callers has
// been made printable. It must still be escaped, because it may hold HTML.
type state struct {
	Endpoint  string     `json:"endpoint"`
	Region    string     `json:"region"`
	Shell     bool       `json:"shell"`
	Instances []instance `json:"instances"`
	Commands  []command  `json:"commands"`
	Calls     []call     `json:"calls"`

	MoreInstances int `json:"moreInstances"`
	MoreCommands  int `json:"moreCommands"`
	MoreCalls     int `json:"moreCalls"`
}

type instance struct {
	ID         string `json:"id"`
	OS         string `json:"os"`
	Agent      string `json:"agent"`
	Online     bool   `json:"online"`
	Executions int    `json:"executions"`
	Running    int    `json:"running"`
}

type command struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Type        string    `json:"type"`
	Status      status    `json:"status"`
	Repeat      string    `json:"repeat"`
	Created     time.Time `json:"created"`
	Script      string    `json:"script"`
	Targets     []target  `json:"instances"`
	MoreTargets int       `json:"moreInstances"`
}

type target struct {
	InstanceID string `json:"id"`
	Status     status `json:"status"`
	ExitCode   *int   `json:"exitCode"` // nil when the script has not ended or did not end by itself
	Duration   string `json:"duration"`
	Runs       int    `json:"runs"`
	Output     string `json:"output"`
	Withheld   int    `json:"withheld"` // bytes of output that are not in Output
	Code       string `json:"code"`
	Info       string `json:"info"`
}

type call struct {
	At     time.Time `json:"at"`
	Action string    `json:"action"`
	Status int       `json:"status"`
	Code   string    `json:"code"`
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

// newState returns the state of the service at this moment.
func newState(service *runcommandtest.Server) state {
	s := state{Region: runcommandtest.Region, Instances: []instance{}, Commands: []command{}, Calls: []call{}} // empty lists are [] in JSON, not null
	instances := service.Instances()
	s.MoreInstances = max(0, len(instances)-shownInstances)
	for _, i := range instances[:len(instances)-s.MoreInstances] {
		s.Instances = append(s.Instances, instance{i.ID, string(i.OS), i.AgentVersion, i.Online, i.Executions, i.Running})
	}
	now := service.Now()
	budget := shownOutput
	invocations := service.Invocations()
	s.MoreCommands = max(0, len(invocations)-shownCommands)
	for n := len(invocations) - 1; n >= s.MoreCommands; n-- {
		s.Commands = append(s.Commands, newCommand(invocations[n], now, &budget))
	}
	calls := service.Calls("")
	s.MoreCalls = max(0, len(calls)-shownCalls)
	for n := len(calls) - 1; n >= s.MoreCalls; n-- {
		c := calls[n]
		s.Calls = append(s.Calls, call{c.At, shortName(c.Action), c.Status, string(c.Code)})
	}
	return s
}

func newCommand(inv runcommandtest.Invocation, now time.Time, budget *int) command {
	c := command{
		ID: inv.ID, Name: shortName(inv.Name), Type: inv.Type, Status: status(inv.Status), Created: inv.Created,
		MoreTargets: max(0, len(inv.Instances)-shownTargets),
	}
	if inv.RepeatMode != "Once" {
		c.Repeat = strings.TrimSpace(inv.RepeatMode + " " + shortName(inv.Frequency))
	}
	c.Script, _ = spend(budget, inv.Script)
	for _, i := range inv.Instances[:len(inv.Instances)-c.MoreTargets] {
		t := target{
			InstanceID: i.InstanceID, Status: status(i.Status), Runs: i.Runs, Duration: duration(i, now),
			Code: string(i.Code), Info: i.Info,
		}
		if i.Exited {
			t.ExitCode = &i.ExitCode
		}
		t.Output, t.Withheld = spend(budget, i.Output)
		t.Withheld += i.Dropped
		c.Targets = append(c.Targets, t)
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

// spend returns text in printable form and subtracts the length of text from the budget. When the
// budget is too small, spend returns no text, but the number of bytes that are left out.
func spend(budget *int, text []byte) (shown string, withheld int) {
	if len(text) > *budget {
		return "", len(text)
	}
	*budget -= len(text)
	return printable(string(text)), 0
}

// shortName shortens a name that a caller has chosen.
func shortName(s string) string {
	s = printable(s)
	if utf8.RuneCountInString(s) > shownName {
		s = string([]rune(s)[:shownName]) + "…"
	}
	return s
}

// printable makes characters visible that would change a terminal or the direction of the text.
// Control characters appear in caret notation, such as ^[ for an escape.
func printable(s string) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(s, "\r\n", "\n") {
		switch {
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			b.WriteRune('^')
			b.WriteRune(r ^ 0x40)
		case unicode.In(r, unicode.Cc, unicode.Bidi_Control):
			b.WriteRune(unicode.ReplacementChar)
		default:
			b.WriteRune(r) // the range loop has already replaced bytes that are not UTF-8 by U+FFFD
		}
	}
	return b.String()
}
