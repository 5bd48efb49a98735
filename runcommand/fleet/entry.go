package fleet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// An entryType is the type of an entry of the journal.
type entryType string

// The types of entries, in the order in which they appear in a journal. A new type needs its
// effect in apply.go and a line in doc.go.
const (
	entryPlan     entryType = "plan"     // the plan; always the first entry
	entryResume   entryType = "resume"   // a process goes on with the fleet
	entryLimit    entryType = "limit"    // a new limit on failures
	entryWave     entryType = "wave"     // a wave begins
	entryUnready  entryType = "unready"  // instances that cannot run the command
	entrySend     entryType = "send"     // a chunk is about to be sent
	entryAccepted entryType = "accepted" // the service has accepted a chunk
	entryRefused  entryType = "refused"  // the service has refused a chunk: nothing ran
	entryUnsent   entryType = "unsent"   // a chunk was surely not executed, for another reason
	entryUnknown  entryType = "unknown"  // it is not known whether a chunk was accepted
	entryEnded    entryType = "ended"    // all instances of a chunk have ended
	entryDecided  entryType = "decided"  // a person has decided about instances that were Unknown
	entryStop     entryType = "stop"     // the fleet is about to stop the commands of a chunk
	entryHalt     entryType = "halt"     // more instances have failed than the limit allows
	entryEnd      entryType = "end"      // the process has written everything it knew
)

// An entry is one fact that the journal keeps. The package documentation lists the fields of
// each type. The journal numbers the entries; the number is no field.
type entry struct {
	Type        entryType        `json:"type"`
	Time        time.Time        `json:"time"`
	Plan        *spec            `json:"plan,omitempty"`
	Wave        int              `json:"wave,omitempty"`
	Chunk       int              `json:"chunk,omitempty"`
	Group       int              `json:"group,omitempty"`
	Token       string           `json:"token,omitempty"`
	Tags        []runcommand.Tag `json:"tags,omitempty"`
	Instances   []string         `json:"instances,omitempty"`
	Invocation  string           `json:"invocation,omitempty"`
	Results     []resultEntry    `json:"results,omitempty"`
	Unready     []unreadyEntry   `json:"unready,omitempty"`
	Ran         *bool            `json:"ran,omitempty"`
	MaxFailures Size             `json:"maxFailures,omitzero"`
	Code        errors.Code      `json:"code,omitempty"`
	Reason      string           `json:"reason,omitempty"`
}

// A resultEntry is the result of one instance, without its output.
type resultEntry struct {
	Instance  string               `json:"instance"`
	Status    runcommand.Status    `json:"status"`
	Exited    bool                 `json:"exited,omitempty"`
	ExitCode  int                  `json:"exitCode,omitempty"`
	Code      errors.Code          `json:"code,omitempty"`
	Info      string               `json:"info,omitempty"`
	Dropped   int                  `json:"dropped,omitempty"`
	Repeats   int                  `json:"repeats,omitempty"`
	Started   time.Time            `json:"started,omitzero"`
	Finished  time.Time            `json:"finished,omitzero"`
	Stopped   time.Time            `json:"stopped,omitzero"`
	OSSOutput runcommand.OSSOutput `json:"ossOutput,omitzero"`
}

// resultEntryOf returns what the journal keeps of a result.
func resultEntryOf(r runcommand.Result) resultEntry {
	return resultEntry{
		Instance: r.InstanceID, Status: r.Status, Exited: r.Exited, ExitCode: r.ExitCode,
		Code: r.ErrorCode, Info: r.ErrorInfo, Dropped: r.Dropped, Repeats: r.Repeats,
		Started: r.Started, Finished: r.Finished, Stopped: r.Stopped, OSSOutput: r.OSS,
	}
}

// result returns the result that was kept. The spelling of the instance is that of the plan.
func (e resultEntry) result(id, invocation string) runcommand.Result {
	return runcommand.Result{
		InvocationID: invocation, InstanceID: id, Status: e.Status, Exited: e.Exited, ExitCode: e.ExitCode,
		Output: []byte{}, ErrorCode: e.Code, ErrorInfo: e.Info, Dropped: e.Dropped, Repeats: e.Repeats,
		Started: e.Started, Finished: e.Finished, Stopped: e.Stopped, OSS: e.OSSOutput,
	}
}

// An unreadyEntry says why an instance cannot run the command.
type unreadyEntry struct {
	Instance string      `json:"instance"`
	Code     errors.Code `json:"code,omitempty"`
	Info     string      `json:"info,omitempty"`
}

// unreadyEntryOf returns what the journal keeps of a Readiness: the code and the text of its
// error.
func unreadyEntryOf(r runcommand.Readiness) unreadyEntry {
	e := unreadyEntry{Instance: r.InstanceID}
	if failure, ok := errors.AsType[*errors.InstanceError](r.Err); ok {
		e.Code, e.Info = failure.Code, failure.Info
	} else if r.Err != nil {
		e.Info = r.Err.Error()
	}
	return e
}

// readiness returns the Readiness that was kept. The spelling of the instance is that of the
// plan.
func (e unreadyEntry) readiness(id string) runcommand.Readiness {
	return runcommand.Readiness{
		InstanceID: id,
		Err:        &errors.InstanceError{InstanceID: id, Code: e.Code, Info: e.Info},
	}
}

// encode returns an entry as one line of JSON.
func (e *entry) encode() ([]byte, error) {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false) // for people who read the journal
	if err := enc.Encode(e); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(line.Bytes(), []byte("\n")), nil
}

// decodeEntry reads an entry. A field that it does not know is an error: a later version of
// this package may have written it, and what it says may matter.
func decodeEntry(data []byte) (*entry, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	e := &entry{}
	if err := dec.Decode(e); err != nil {
		return nil, fmt.Errorf("it cannot be read: %s", reasonOf(err))
	}
	if dec.More() {
		return nil, errors.New("it has more than one JSON value")
	}
	return e, nil
}

// reasonOf describes an error of encoding/json without the text that was read, since that
// text may be a script.
func reasonOf(err error) string {
	switch e, isSyntax := errors.AsType[*json.SyntaxError](err); {
	case isSyntax:
		return fmt.Sprintf("no JSON at byte %d", e.Offset)
	default:
		if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return fmt.Sprintf("the field %q has a wrong type", t.Field)
		}
		return "a field is unknown or has a wrong value"
	}
}
