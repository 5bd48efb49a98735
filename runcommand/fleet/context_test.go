package fleet_test

import (
	"context"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// A stuckJournal is a database that answers only when the context ends.
type stuckJournal struct{ keptJournal }

func (*stuckJournal) Entries(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		<-ctx.Done()
		yield(nil, ctx.Err())
	}
}

func TestAContextEndsTheReadingOfAJournal(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(context.Context, *testing.T) error{
		"NewContext": func(ctx context.Context, t *testing.T) error {
			s, ids := fleetServer(t, 1, time.Second)
			_, err := fleet.NewContext(ctx, s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(&stuckJournal{}))
			return err
		},
		"ResumeContext": func(ctx context.Context, t *testing.T) error {
			s, _ := fleetServer(t, 1, time.Second)
			_, err := fleet.ResumeContext(ctx, s.Client(), &stuckJournal{})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				began := time.Now()
				require.ErrorIs(t, read(ctx, t), context.DeadlineExceeded)
				assert.Equal(t, time.Minute, time.Since(began))
			})
		})
	}
}

func TestADecisionIsNotMadeAfterItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 150, time.Second)
		journal := announcedOnly(t, fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(100)})
		<-time.After(time.Hour) // the service may have forgotten the token
		f, err := fleet.ResumeContext(t.Context(), s.Client(), journal)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.Error(t, err)
		require.Len(t, report.Unknown, 100)

		ended, cancel := context.WithCancel(t.Context())
		cancel()
		entries := len(journal.entries)
		require.ErrorIs(t, f.DecideContext(ended, report.Unknown, true), context.Canceled)
		assert.Len(t, journal.entries, entries)
		assert.Equal(t, report.Unknown, f.Report().Unknown)

		full := errors.New("the disk is full")
		journal.fail = func(int64) error { return full }
		require.ErrorIs(t, f.DecideContext(t.Context(), report.Unknown, true), full)
		assert.Equal(t, report.Unknown, f.Report().Unknown)
		journal.fail = nil
		f, err = fleet.Resume(s.Client(), journal) // a writer appends nothing after an error
		require.NoError(t, err)

		require.NoError(t, f.DecideContext(t.Context(), report.Unknown, true))
		assert.Len(t, journal.entries, entries+1)
		assert.Empty(t, f.Report().Unknown)
	})
}

func TestANilContextOfAFleetIsRefused(t *testing.T) {
	t.Parallel()
	s, ids := fleetServer(t, 1, time.Second)
	var none context.Context
	_, err := fleet.NewContext(none, s.Client(), fleet.Plan{Command: command(), Instances: ids})
	require.ErrorIs(t, err, errors.ErrInvalidArgument)
	_, err = fleet.ResumeContext(none, s.Client(), &keptJournal{})
	require.ErrorIs(t, err, errors.ErrInvalidArgument)
	require.ErrorContains(t, err, "the context is nil")
	f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
	require.NoError(t, err)
	err = f.DecideContext(none, ids, true)
	require.ErrorIs(t, err, errors.ErrInvalidArgument)
	require.ErrorContains(t, err, "the context is nil")
	_, err = f.Run(none)
	require.ErrorIs(t, err, errors.ErrInvalidArgument)
}

// A lateStore does not store its fifth entry. It returns an error when the context has
// ended.
type lateStore struct{ keptJournal }

func (j *lateStore) Append(ctx context.Context, n int64, entry []byte) error {
	if n == 5 {
		<-ctx.Done()
		return ctx.Err()
	}
	return j.keptJournal.Append(ctx, n, entry)
}

func TestAnErrorOfAJournalSaysThatTheContextHadEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 150, time.Second)
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(&lateStore{}))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		_, err = f.Run(ctx)
		halt, ok := errors.AsType[*fleet.HaltError](err)
		require.True(t, ok, "%v", err)
		require.ErrorIs(t, halt, context.DeadlineExceeded)
		require.ErrorContains(t, halt, "the journal: context deadline exceeded: an entry was not stored within 5s after that")
		assert.LessOrEqual(t, time.Since(began), time.Minute+5*time.Second)
	})
}

// A slowStore stores its fifth entry, but only after the context has ended.
type slowStore struct{ keptJournal }

func (j *slowStore) Append(ctx context.Context, n int64, entry []byte) error {
	if n == 5 {
		<-ctx.Done()
	}
	return j.keptJournal.Append(ctx, n, entry)
}

func TestAnEntryThatIsStoredAfterItsContextIsNoError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 150, time.Second)
		journal := &slowStore{}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err = f.Run(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NotContains(t, err.Error(), "journal")
		assert.Greater(t, len(journal.entries), 5, "the entries after it are stored as well")
	})
}
