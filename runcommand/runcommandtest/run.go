package runcommandtest

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// A tag is a key and its value on a command, an invocation or an instance.
type tag struct{ key, value string }

// A command has the parameters of a RunCommand, checked and decoded.
type command struct {
	region                string
	id, name, description string
	kind                  string // the parameter Type
	content               []byte
	workingDir            string
	timeout               time.Duration // at most maxWait
	timeoutSeconds        int64         // as in the call
	enableParameter       bool
	parameters            map[string]string
	repeat                string // the parameter RepeatMode; always Period when there is a Frequency
	frequency             string
	schedule              frequency.Schedule
	keep                  bool
	username              string
	passwordName          string
	instanceIDs           []string
	resourceTags          []tag
	tags                  []tag
	containerID           string
	containerName         string
	resourceGroup         string
	clientToken           string
	terminationMode       string
	launcher              string
	ossDelivery           string
}

// size estimates the memory of what the caller has chosen, in bytes. Not every text has a
// limit of its own.
func (c *command) size() int {
	n := len(c.content)
	for _, text := range []string{
		c.name, c.description, c.workingDir, c.username, c.passwordName, c.launcher, c.frequency, c.containerName, c.resourceGroup, c.ossDelivery,
	} {
		n += len(text)
	}
	for name, value := range c.parameters {
		n += len(name) + len(value)
	}
	for _, t := range c.tags {
		n += tagBytes + len(t.key) + len(t.value)
	}
	return n
}

// Repeat modes (ECS API reference, RunCommand, RepeatMode).
const (
	repeatOnce       = "Once"
	repeatPeriod     = "Period"
	repeatNextReboot = "NextRebootOnly"
	repeatReboots    = "EveryReboot"
	repeatDryRun     = "DryRun"
)

// timed reports whether the command waits for a time or a reboot.
func (c *command) timed() bool {
	return c.repeat == repeatPeriod || c.repeat == repeatNextReboot || c.repeat == repeatReboots
}

// An invocation is one accepted command, with one row for each instance.
type invocation struct {
	number       uint64 // increases with each accepted command
	id           string
	cmd          *command
	created      time.Time
	visible      time.Time // when the Describe operations begin to show it; zero: at once
	needsGroup   bool      // Describe operations show it only to calls that name its resource group
	rows         []*row
	open         int       // rows that have not ended
	ended        time.Time // when the last row ended
	countedBytes int       // estimated memory, included in store.bytes

	counted        bool   // overall and legacyOverall are up to date
	overall        Status // see status
	legacyOverall  Status
	becomesVisible event
	indexed        indexState // what the listing knows
	firstRow       uint64     // the lowest number of its rows in the listing

	newer, older *invocation
}

// row returns the row of an instance. It returns nil when the instance is not a target.
func (inv *invocation) row(instanceID string) *row {
	for _, r := range inv.rows {
		if r.machine.ID == instanceID {
			return r
		}
	}
	return nil
}

// Estimated bytes of an invocation, of a tag that no other invocation has, of a row and
// of a run, without the texts of the caller and without outputs.
const (
	invocationBytes = 2048
	tagBytes        = 1024
	rowBytes        = 512
	runBytes        = 512
)

// size estimates the memory of inv in bytes.
func (inv *invocation) size() int {
	n := invocationBytes + inv.cmd.size() + rowBytes*len(inv.rows)
	for _, r := range inv.rows {
		for _, v := range r.history {
			n += runBytes + len(v.output) + len(v.info)
		}
	}
	return n
}

// status returns the overall status and the legacy overall status.
func (inv *invocation) status() (Status, Status) {
	if inv.counted {
		return inv.overall, inv.legacyOverall
	}
	count, legacy := map[Status]int{}, map[Status]int{}
	for _, r := range inv.rows {
		count[r.status]++
		legacy[r.legacy()]++
	}
	inv.counted, inv.overall, inv.legacyOverall = true, overall(count), legacyOverall(legacy)
	return inv.overall, inv.legacyOverall
}

// A row is the record of one instance of an invocation, from delivery to the last run.
type row struct {
	timer    event // the next firing, or the end of deliveryWindow
	inv      *invocation
	machine  *machine
	status   Status
	updated  time.Time   // the UpdateTime of the replies
	stopped  time.Time   // when StopInvocation was called
	next     time.Time   // the next firing, zero when there is none
	repeats  int         // runs that have begun
	code     errors.Code // error code that says why there was no run
	info     string
	finished time.Time  // when the row ended without a run
	last     *run       // nil before the first run
	history  []*run     // the latest runs, the last run included: see keep
	closed   bool       // the row has ended
	fired    int        // firings while the clock catches up: see leap
	number   uint64     // in the listing
	indexed  indexState // what the listing knows
	changed  bool       // indexed is perhaps out of date
}

// legacy returns the legacy status. A timed task is Running until it is stopped,
// whatever the status of its runs is. Then it is Stopped, also when its last run ended
// in another way than by the stop.
func (r *row) legacy() Status {
	kind := statusClasses[r.status]
	switch {
	case !r.inv.cmd.timed() || kind.kind == kindStopped || r.status == statusStopping:
		return kind.legacy
	case kind.kind != kindOpen && !r.stopped.IsZero():
		return statusStopped
	}
	return "Running"
}

// A run is one execution of a command on an instance.
type run struct {
	timer    event // the end of the run, or its timeout while the end is not known
	row      *row
	number   int // from 1, within the row
	status   Status
	started  time.Time
	finished time.Time // zero while the run goes on
	stopped  time.Time // when StopInvocation was called for it
	exit     int
	exited   bool // the script ended by itself, so exit has a meaning
	output   []byte
	dropped  int // bytes missing in output
	code     errors.Code
	info     string

	plan      Outcome        // how the run will end, once that is known
	execution *execution     // set until the function or script has returned
	partial   *partialOutput // set as long as execution is
}

// done reports whether the run has ended.
func (r *run) done() bool { return !r.finished.IsZero() }

// setOutput records what a run has printed.
func (r *run) setOutput(out Outcome) {
	r.output, r.dropped = out.Output, out.Dropped
}
