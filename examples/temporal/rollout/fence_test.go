package rollout_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/ecs-runcommand/runcommand-go/examples/temporal/rollout"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// A pausedJournal stops its writer at an entry, like a machine that is paused, until it goes on.
type pausedJournal struct {
	rollout.Journal
	at     int64
	stored bool // pause after the entry was stored, not before
	paused chan struct{}
	goOn   chan struct{}
	once   *sync.Once
}

func (j pausedJournal) Append(ctx context.Context, n int64, entry []byte) error {
	if n == j.at && !j.stored {
		j.pause()
	}
	// The pause must not end the context: a machine that is paused does not see it end.
	err := j.Journal.Append(context.WithoutCancel(ctx), n, entry)
	if n == j.at && j.stored {
		j.pause()
	}
	return err
}

func (j pausedJournal) pause() {
	j.once.Do(func() { close(j.paused) })
	<-j.goOn
}

// The fleet of the test has three waves of one chunk each: a plan, three times wave, send,
// accepted and ended, and the end.
const (
	instances = 230
	entries   = 14
)

// TestAPausedAttemptRunsNothingTwice lets an attempt pause at each entry of its journal. The
// server gives the attempt up and starts a second one, which ends. Then the first one goes on. So
// the test also covers the death of a worker, which is a pause without an end.
func TestAPausedAttemptRunsNothingTwice(t *testing.T) {
	t.Parallel()
	// After five minutes the token of a chunk is not trusted any more. The SDK's environment
	// ends an activity after ten minutes.
	for _, pause := range []time.Duration{0, time.Minute, 5 * time.Minute} {
		for _, stored := range []bool{false, true} {
			for at := int64(1); at <= entries; at++ {
				name := fmt.Sprintf("before entry %d is stored, and goes on %v after the other one has ended", at, pause)
				if stored {
					name = fmt.Sprintf("after entry %d is stored, and goes on %v after the other one has ended", at, pause)
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { testPausedAttempt(t, at, stored, pause) })
				})
			}
		}
	}
}

func testPausedAttempt(t *testing.T, at int64, stored bool, pause time.Duration) {
	t.Helper()
	w := newWorld(t, instances, 30*time.Second)
	in := w.input(func(in *rollout.Input) {
		// Waves of one chunk: so each entry of the journal has the same number in every run.
		in.Waves, in.MaxFailures = []fleet.Size{fleet.Count(30), fleet.Count(100)}, fleet.Count(0)
		// The SDK's environment holds at most 10,000 heartbeats.
		in.Heartbeat = rollout.Duration(time.Hour)
	})
	j := pausedJournal{at: at, stored: stored, paused: make(chan struct{}), goOn: make(chan struct{}), once: &sync.Once{}}
	type ending struct {
		summary *rollout.Summary
		err     error
	}
	first := make(chan ending, 1)
	go func() {
		s, err := rollOut(w.activities(func(inner rollout.Journal) rollout.Journal { j.Journal = inner; return j }), in, 1)
		first <- ending{s, err}
	}()
	select {
	case <-j.paused:
	case e := <-first:
		require.Fail(t, "the first attempt ended before entry "+strconv.FormatInt(at, 10), "%+v, %v", e.summary, e.err)
	}

	s, err := rollOut(w.activities(nil), in, 1)
	require.NoError(t, err)
	assert.Equal(t, instances, s.Succeeded)
	assert.Empty(t, s.Error)
	w.requireRuns(t, 1)

	<-time.After(pause)
	close(j.goOn)
	e := <-first
	w.requireRuns(t, 1)
	if at == entries && stored {
		return // it had done everything, and the environment may say that it took too long
	}
	failure := new(temporal.ApplicationError)
	require.ErrorAs(t, e.err, &failure)
	assert.Equal(t, rollout.ErrorSuperseded, failure.Type())
	assert.False(t, failure.NonRetryable())
}
