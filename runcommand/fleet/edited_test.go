package fleet_test

import (
	"bytes"
	"context"
	"io"
	"iter"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestAPlanThatWasChangedInTheJournalIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 3, time.Second)
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		plan := journal.entries[0]
		for _, c := range []struct{ name, old, changed, want string }{
			{"a schedule", `"Timeout":600`, `"Timeout":600,"RepeatMode":"EveryReboot"`, "runs by a schedule or at a reboot"},
			{"a token", `"Timeout":600`, `"Timeout":600,"ClientToken":"t"`, "has a client token"},
			{"no instances", `"instances":["` + strings.Join(ids, `","`) + `"]`, `"instances":[]`, "no instances"},
			{"an instance twice", `"instances":["` + ids[0], `"instances":[" ` + strings.ToUpper(ids[0]) + `","` + ids[0], "names an instance twice"},
			{"no command", string(plan), `{"type":"plan","plan":{"fleet":"f","region":"cn-hangzhou","instances":["i-1"]}}`, "it is not the plan of a fleet"},
			{"no JSON", `"type"`, `type`, "no JSON at byte 2"},
			{"a number for a text", `"fleet":"`, `"fleet":1,"token":"`, `the field "plan.fleet" has a wrong type`},
			{"no plan", `"type":"plan"`, `"type":"resume"`, "it is not the plan of a fleet"},
			{"more than one value", "}", "}", "more than one JSON value"},
		} {
			changed := bytes.Replace(plan, []byte(c.old), []byte(c.changed), 1)
			if c.old == c.changed {
				changed = append(bytes.Clone(plan), "{}"...)
			}
			require.NotEqual(t, string(plan), string(changed), c.name)
			_, err := fleet.Resume(s.Client(), &keptJournal{entries: [][]byte{changed}})
			require.ErrorContains(t, err, c.want, c.name)
			require.ErrorContains(t, err, "entry 1 of the journal", c.name)
		}
	})
}

func TestTagsThatGrowTooLongAreReportedByNew(t *testing.T) {
	t.Parallel()
	_, err := fleet.New(offlineClient(t), fleet.Plan{Command: command(), Instances: instanceIDs(300)},
		fleet.WithTags(func(g, c string) []runcommand.Tag {
			return []runcommand.Tag{{Key: "g", Value: g}, {Key: strings.Repeat("k", 62) + c, Value: c}}
		}))
	require.ErrorIs(t, err, errors.InvalidTagKeyMalformed)
}

func TestTheErrorsOfResumeCanBeToldApart(t *testing.T) {
	t.Parallel()
	_, err := fleet.Resume(offlineClient(t), &keptJournal{})
	require.ErrorIs(t, err, fleet.ErrJournalEmpty)
	require.ErrorIs(t, err, errors.ErrInvalidArgument)
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 3, 0)
		journal := &keptJournal{}
		plan := fleet.Plan{Command: command(), Instances: ids}
		f, err := fleet.New(s.Client(), plan, fleet.WithJournal(journal), fleet.WithApproval(func(context.Context, fleet.Wave) error { return nil }))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		_, err = fleet.New(s.Client(), plan, fleet.WithJournal(journal))
		require.ErrorIs(t, err, fleet.ErrJournalNotEmpty)
		_, err = fleet.Resume(s.Client(), journal)
		require.ErrorIs(t, err, fleet.ErrNeedsApproval)
	})
}

// A deadJournal ends the goroutine that calls it, as the function require of a test does.
type deadJournal struct {
	keptJournal
	at int64
}

func (j *deadJournal) Append(ctx context.Context, n int64, entry []byte) error {
	if n == j.at {
		runtime.Goexit()
	}
	return j.keptJournal.Append(ctx, n, entry)
}

func (j *deadJournal) Entries(ctx context.Context) iter.Seq2[[]byte, error] {
	return j.keptJournal.Entries(ctx)
}

func TestAJournalThatEndsItsGoroutineEndsTheFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 100, time.Second)
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(&deadJournal{at: 3})) // the announcement
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.Error(t, err)
		requireWhole(t, report, ids)
		assert.Zero(t, requireOnce(t, s, ids))
	})
}

// A lostCall loses the second RunCommand before the service sees it.
type lostCall struct {
	next  http.RoundTripper
	calls atomic.Int32
}

func (l *lostCall) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header.Get("x-acs-action") == "RunCommand" && l.calls.Add(1) == 2 {
		_, _ = io.Copy(io.Discard, req.Body)
		_ = req.Body.Close()
		return nil, io.ErrUnexpectedEOF
	}
	return l.next.RoundTrip(req)
}

// A halted fleet will not send an open chunk again, so it does not wait until the token of
// the chunk is too old. The chunk stays open: a Resume in time sends it again.
func TestAHaltedFleetLeavesAnOpenChunkToTheNextProcess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 200, 0)
		s.Handle(runcommandtest.Always(runcommandtest.Outcome{ExitCode: 1, Takes: 10 * time.Second}))
		client := s.Client(runcommand.WithHTTPClient(&http.Client{Transport: &lostCall{next: s.Transport()}}), runcommand.WithRetry(poll.Policy{}, 1))
		journal := &keptJournal{}
		f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids, MaxFailures: fleet.Count(0)}, fleet.WithJournal(journal))
		require.NoError(t, err)
		began := time.Now()
		report, err := f.Run(t.Context())
		require.ErrorContains(t, err, "halted in wave 1: 100 of 200 failed")
		requireWhole(t, report, ids)
		assert.Len(t, report.Unknown, 100)
		assert.Less(t, time.Since(began), 2*time.Minute)
		require.ErrorContains(t, f.Decide(report.Unknown[:1], true), "resume the fleet and run it first")

		f, err = fleet.Resume(client, journal, fleet.WithMaxFailures(fleet.NoLimit()))
		require.NoError(t, err)
		report, err = f.Run(t.Context())
		require.Error(t, err)
		assert.Empty(t, report.Unknown)
		assert.Equal(t, 200, requireOnce(t, s, ids))
	})
}

// An unreadableJournal yields some entries. Then it fails, or panics when it has no error.
type unreadableJournal struct {
	keptJournal
	failure error
}

func (j *unreadableJournal) Entries(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for e := range j.keptJournal.Entries(ctx) {
			if !yield(e, nil) {
				return
			}
		}
		if j.failure == nil {
			panic("a journal that breaks")
		}
		yield(nil, j.failure)
	}
}

func TestAJournalThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		whole := announcedOnly(t, fleet.Plan{Command: command(), Instances: instanceIDs(3)})
		failure := errors.New("the disk is gone")
		for _, entries := range [][][]byte{nil, whole.entries} {
			_, err := fleet.Resume(offlineClient(t), &unreadableJournal{keptJournal: keptJournal{entries: entries}, failure: failure})
			require.ErrorIs(t, err, failure)
			require.ErrorContains(t, err, "fleet: the journal: ")
			_, err = fleet.Resume(offlineClient(t), &unreadableJournal{keptJournal: keptJournal{entries: entries}})
			require.ErrorContains(t, err, "the journal panicked")
			_, err = fleet.New(offlineClient(t), fleet.Plan{Command: command(), Instances: instanceIDs(3)},
				fleet.WithJournal(&unreadableJournal{failure: failure}))
			require.ErrorIs(t, err, failure)
		}
	})
}
