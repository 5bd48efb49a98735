package fleet

import (
	"context"
	"log/slog"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// observeWave tells the observer of the client that a wave begins. The calls of the wave get
// the context of the observer, so that their spans are below that of the wave.
func (r *run) observeWave(number int) {
	r.waveEnded(nil)
	w := r.ledger.waves[number-1]
	ctx, end := r.client.Begin(r.ctx, runcommand.Operation{
		Name: "fleet.Wave", FleetID: r.fleet.ID(), Wave: number, Instances: w.after - w.first,
	})
	r.waveCtx, r.endWave = ctx, func(err error) {
		w := r.ledger.wave(number - 1)
		r.log(slog.LevelInfo, "fleet: wave ended", slog.Int("wave", number), slog.Int("instances", w.Instances),
			slog.Int("done", w.Done), slog.Int("failed", w.Failed))
		end(r.ledger.endedWave(number-1, err))
	}
}

// waveEnded tells the observer that the wave has ended. Only the first call after
// observeWave has an effect.
func (r *run) waveEnded(err error) {
	if r.endWave != nil {
		r.endWave(err)
		r.endWave, r.waveCtx = nil, nil
	}
}

// callCtx returns the context for a call of the service. Within a wave it is the context of
// the wave, so that the span of the wave is the parent. Between waves it is the context of
// the run.
func (r *run) callCtx() context.Context {
	if r.waveCtx != nil {
		return r.waveCtx
	}
	return r.ctx
}

// endedWave says how a wave ended, for the observer. The argument w is an index, from 0.
func (l *ledger) endedWave(w int, err error) runcommand.Ended {
	tally := l.waves[w]
	e := runcommand.Ended{
		Err: err, Done: tally.done, Failed: tally.failed, Total: tally.after - tally.first,
		ByStatus: make(map[runcommand.Status]int),
	}
	for i := tally.first; i < tally.after; i++ {
		if s := l.members[i].status; s != "" {
			e.ByStatus[s]++
		}
	}
	return e
}
