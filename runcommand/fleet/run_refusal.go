package fleet

import (
	"log/slog"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// refused takes over the refusal of a chunk. A refusal because of single instances splits
// the chunk. Any other refusal halts the fleet. It also gets errors without a code, after which
// sending again would not help.
func (r *run) refused(c *chunk, err error) {
	code := codeOf(err)
	e := &entry{Type: entryRefused, Chunk: c.number, Code: code, Reason: err.Error()}
	if code == "" { // no credential, an untrusted certificate, ...
		e.Type = entryUnsent
	}
	r.write(e)
	r.failingAt = time.Time{} // the service answers again; a pause that another call was asked for stays
	r.log(slog.LevelWarn, "fleet: chunk refused", slog.Int("chunk", c.number), slog.String("code", string(code)))
	switch {
	case errors.Is(code, errors.InstanceIdsExceedLimit) && len(c.members) > 1:
		r.mostInChunk = len(c.members) / 2
		r.putBack(c.members[r.mostInChunk:], false)
		r.putBack(c.members[:r.mostInChunk], false)
	case aboutInstance(code):
		r.split(c, code)
	case errors.Is(err, errors.ErrPermission):
		r.denied = append(r.denied, denial{c, err})
		r.decideDenied()
	default:
		r.putBack(c.members, false)
		r.stop(err)
	}
}

// decideDenied decides about chunks that were refused for a missing right. The right may be
// missing for some instances or for all. Once the service has accepted another chunk, the
// refused ones are split. When it has accepted none of those that were under way, both halves
// of one refused chunk are tried once. When it refuses both, the fleet halts: a caller without
// any right costs two more calls, not two for each instance.
func (r *run) decideDenied() {
	if len(r.denied) == 0 || !r.accepted && (r.open > 0 || r.probing()) {
		return
	}
	denied := r.denied
	r.denied = nil
	if k := slices.IndexFunc(denied, func(d denial) bool { return len(d.chunk.members) > 1 }); !r.accepted && !r.probed && k >= 0 {
		r.probed = true
		r.halve(denied[k].chunk, codeOf(denied[k].err))
		r.denied = slices.Delete(denied, k, k+1)
		return
	}
	for _, d := range denied {
		if r.accepted {
			r.halve(d.chunk, codeOf(d.err))
			continue
		}
		r.putBack(d.chunk.members, false)
		r.stop(d.err)
	}
}

// probing reports whether the halves of a refused chunk are about to be sent.
func (r *run) probing() bool { return r.probed && len(r.parts) > 0 && !r.closed }

// A denial is a chunk that was refused for a missing right.
type denial struct {
	chunk *chunk
	err   error
}

// split divides a chunk that was refused because of some of its instances: first Preflight
// is asked which they are.
func (r *run) split(c *chunk, code errors.Code) {
	if len(c.members) == 1 || c.checked {
		r.halve(c, code)
		return
	}
	members := c.members
	r.checking++
	r.preflight(members, func(unready []runcommand.Readiness, err error) {
		r.checking--
		if err != nil { // halving finds the instances about which the service did not answer
			unready = slices.DeleteFunc(unready, func(u runcommand.Readiness) bool {
				failure, ok := errors.AsType[*errors.InstanceError](u.Err)
				return !ok || !aboutInstance(failure.Code) || errors.Is(failure, errors.ErrPermission)
			})
		}
		rest := r.dropUnready(members, unready)
		switch {
		case len(rest) == len(members):
			r.halve(c, code)
		case len(rest) > 0:
			r.putBack(rest, true)
		}
	})
}

// halve sends both halves of a refused chunk as chunks of their own. A chunk of one
// instance is not sent again: the refusal is about this instance.
func (r *run) halve(c *chunk, code errors.Code) {
	m := c.members
	if len(m) == 1 {
		r.dropUnready(m, []runcommand.Readiness{{
			InstanceID: r.ledger.members[m[0]].id,
			Err:        &errors.InstanceError{InstanceID: r.ledger.members[m[0]].id, Code: code},
		}})
		return
	}
	half := len(m) / 2
	r.putBack(m[half:], true)
	r.putBack(m[:half], true)
}

// aboutInstance reports whether a code can be about one of the instances of a chunk.
func aboutInstance(code errors.Code) bool {
	perInstance := code.Known() && code.HTTPStatus() == 0 // the codes that the service gives for a single instance
	return code.Field() == "InstanceId" || perInstance || code == errors.InvalidInstanceNotMatch
}

// codeOf returns the code of a refusal, "" when err is none.
func codeOf(err error) errors.Code {
	if refusal, ok := errors.AsType[*errors.APIError](err); ok {
		return refusal.Code
	}
	return ""
}
