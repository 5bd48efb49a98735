// Package rollout runs a fleet as a Temporal workflow. The workflow survives the death of
// its workers: another worker resumes the fleet from its journal, and no instance runs the
// command twice.
//
//	workflow  Rollout(Input) --- activity --- wait for "approve" --- activity --- Summary
//	                                |                                   |
//	journal                 plan, wave, send, ...                resume, wave, send, ...
//
// The journal is in a database, because it must be durable before each send. Heartbeats of
// an activity are not: the SDK sends them at intervals, and the server may lose the last one.
package rollout

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

const (
	defaultStopGrace = 2 * time.Minute // longer than the service may hide a new invocation
	defaultHeartbeat = 30 * time.Second
	shortestBeat     = time.Second
)

// An Input is what a rollout does. All but the last three fields are the plan: they have the
// meaning of the fields of [fleet.Plan]. A workflow with the id of an earlier one goes on
// with its fleet, and must have the same plan.
//
// Temporal keeps the input in the history of the workflow, with the script in clear text
// unless the clients have a data converter that encrypts. A payload has at most 2 MB. That
// is enough for about 70,000 instances.
type Input struct {
	Command     *runcommand.Request `json:"command"`   // without instances, as a file of a request, see runcommand.Request
	Instances   []string            `json:"instances"` // ids
	Waves       []fleet.Size        `json:"waves,omitempty"`
	Concurrency fleet.Size          `json:"concurrency,omitzero"`
	Pause       Duration            `json:"pause,omitzero"`
	SkipUnready bool                `json:"skipUnready,omitempty"`
	Approval    bool                `json:"approval,omitempty"` // every wave but the first waits for the signal "approve"

	// MaxFailures may be another one when the workflow is started again: so a person lets a
	// fleet go on that failures have halted.
	MaxFailures fleet.Size `json:"maxFailures,omitzero"`
	// StopGrace is how long a cancelled workflow waits for the ends of the commands that it
	// stops. 0 means two minutes. A shorter time than one minute may miss a command that
	// the service does not list yet.
	StopGrace Duration `json:"stopGrace,omitzero"`
	// Heartbeat is after how much silence a worker counts as dead. 0 means 30 seconds.
	Heartbeat Duration `json:"heartbeat,omitzero"`
}

// check returns what is wrong with the input, apart from the plan, which [fleet.New] checks.
func (in *Input) check() error {
	switch {
	case in.Command == nil:
		return fmt.Errorf("the input has no command: %w", errors.ErrMissingArgument)
	case in.StopGrace < 0:
		return fmt.Errorf("stopGrace is negative: %v: %w", time.Duration(in.StopGrace), errors.ErrInvalidArgument)
	case in.Heartbeat != 0 && time.Duration(in.Heartbeat) < shortestBeat:
		return fmt.Errorf("heartbeat is %v: it must be at least %v: %w", time.Duration(in.Heartbeat), shortestBeat, errors.ErrInvalidArgument)
	}
	return nil
}

func (in *Input) stopGrace() time.Duration {
	if in.StopGrace > 0 {
		return time.Duration(in.StopGrace)
	}
	return defaultStopGrace
}

func (in *Input) heartbeat() time.Duration {
	if in.Heartbeat > 0 {
		return time.Duration(in.Heartbeat)
	}
	return defaultHeartbeat
}

func (in *Input) plan() fleet.Plan {
	return fleet.Plan{
		Command: in.Command.Edit(), Instances: in.Instances, Waves: in.Waves, Concurrency: in.Concurrency,
		MaxFailures: in.MaxFailures, Pause: time.Duration(in.Pause), SkipUnready: in.SkipUnready,
	}
}

// digest returns a text that is the same for inputs with the same plan.
func (in *Input) digest() (string, error) {
	plan := *in
	plan.MaxFailures, plan.StopGrace, plan.Heartbeat = fleet.Size{}, 0, 0
	text, err := json.Marshal(&plan)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// A Duration is a time.Duration whose JSON is text, such as "90s".
type Duration time.Duration

// MarshalText writes the duration, such as "1m30s".
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return err
	}
	*d = Duration(parsed)
	return nil
}
