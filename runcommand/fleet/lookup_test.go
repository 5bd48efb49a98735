package fleet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

func TestAResumeThatMayNotListInvocationsSendsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 50, time.Second, runcommandtest.WithPendingFaults())
		journal := &keptJournal{entries: announcedOnly(t, fleet.Plan{Command: command(), Instances: ids}).entries[:2]} // plan, wave
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "DescribeInvocations", Times: -1})
		f, err := fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		report, took, err := runFor(t, f, time.Hour)
		require.ErrorIs(t, err, errors.ErrPermission)
		require.ErrorContains(t, err, "could not be asked for chunks that the journal does not name")
		assert.Less(t, took, time.Minute)
		assert.Equal(t, ids, report.NotSent)
		assert.Empty(t, s.Calls("RunCommand"))
	})
}

func TestAResumeWaitsForAListingThatFailsForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 50, time.Second)
		journal := &keptJournal{entries: announcedOnly(t, fleet.Plan{Command: command(), Instances: ids}).entries[:2]}
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultUnavailable, Action: "DescribeInvocations", Times: 15})
		f, err := fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 50, requireOnce(t, s, ids))
	})
}

// The clock goes back between two entries of the journal. After that the age of the token of the open chunk is not known, although
// the time of its announcement is not in the future.
func TestAClockThatWentBackBetweenTwoEntriesEndsTheTrustInTokens(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		back    time.Duration
		unknown int
	}{
		{"a clock that went back", time.Hour, 50},
		{"a clock that went on", -time.Second, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 50, time.Second)
				journal := announcedOnly(t, fleet.Plan{Command: command(), Instances: ids})
				entries := wholeEntries(t, journal)
				resumed, err := json.Marshal(map[string]any{"type": "resume", "time": entries[len(entries)-1].Time.Add(-c.back)})
				require.NoError(t, err)
				journal.entries = append(journal.entries, resumed)
				f, err := fleet.Resume(s.Client(), journal)
				require.NoError(t, err)
				report, _ := f.Run(t.Context())
				assert.Len(t, report.Unknown, c.unknown)
				assert.Equal(t, 50-c.unknown, requireOnce(t, s, ids))
				for _, call := range s.Calls("RunCommand") {
					assert.Equal(t, entries[len(entries)-1].Token, call.Parameters["ClientToken"])
				}
			})
		})
	}
}

// noIDByTags is a transport that empties the id of the first invocation in each listing by tags.
type noIDByTags struct{ next http.RoundTripper }

func (n noIDByTags) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if r.Header.Get("x-acs-action") == "DescribeInvocations" && strings.Contains(r.URL.RawQuery+string(body), "Tag.1.Key") {
		return changedReplies{n.next, withoutInvokeID}.RoundTrip(r)
	}
	return n.next.RoundTrip(r)
}

// A chunk that the listing by tags does not show is asked for by the id of its invocation.
func TestAChunkThatTheListingByTagsNeverShowsIsAskedForByItsID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 250, 3*time.Minute)
		client := s.Client(runcommand.WithHTTPClient(&http.Client{Transport: noIDByTags{s.Transport()}}))
		f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, took, err := runFor(t, f, time.Hour)
		require.NoError(t, err)
		assert.Len(t, report.Results, 250)
		assert.Less(t, took, 4*time.Minute)
		requireOnce(t, s, ids)
	})
}

func TestTheOutputsOfAChunkThatIsNeverListedAreReadWhenItMustHaveEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 10, time.Second)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNotVisible, Action: "DescribeInvocations", Times: -1})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: runcommand.Shell("true").Timeout(time.Minute), Instances: ids})
		require.NoError(t, err)
		report, took, err := runFor(t, f, time.Hour)
		require.NoError(t, err)
		require.Len(t, report.Results, 10)
		for _, r := range report.Results {
			assert.Equal(t, "hello from "+r.InstanceID, r.Text())
		}
		assert.InDelta(t, 3*time.Minute, took, float64(time.Minute))
		assert.LessOrEqual(t, len(s.Calls("DescribeInvocations")), 35)
	})
}

func TestAChunkThatWasListedAndIsMissingOnceStaysInTheListingByTags(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 150, 5*time.Minute)
		defer time.AfterFunc(2*time.Minute, func() {
			s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNotVisible, Action: "DescribeInvocations"})
		}).Stop()
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		for _, c := range s.Calls("DescribeInvocations") {
			assert.Empty(t, c.Parameters["InvokeId"])
		}
	})
}

// oneCallOnly is a limiter that lets one call pass.
type oneCallOnly struct {
	mu    sync.Mutex
	calls int
}

func (l *oneCallOnly) Wait(ctx context.Context) error {
	l.mu.Lock()
	l.calls++
	first := l.calls == 1
	l.mu.Unlock()
	if first {
		return nil
	}
	<-ctx.Done()
	return ctx.Err()
}

func TestTheRestOfAWaveIsSentByAResumeWhileItsFirstChunkRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 210, 0)
		var mu sync.Mutex
		began := make(map[string]time.Time)
		s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			mu.Lock()
			defer mu.Unlock()
			began[x.InstanceID] = time.Now()
			return runcommandtest.Outcome{Takes: 5 * time.Minute}
		})
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(runcommand.WithLimiter("RunCommand", &oneCallOnly{})), fleet.Plan{
			Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(200)}, MaxFailures: fleet.NoLimit(), Pause: time.Minute,
		}, fleet.WithJournal(journal))
		require.NoError(t, err)
		report, _, err := runFor(t, f, 5*time.Second)
		require.ErrorIs(t, err, context.Canceled)
		require.Len(t, report.NotSent, 110)

		f, err = fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		resumed := time.Now()
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		sent := ""
		for _, id := range report.NotSent[:100] {
			assert.Less(t, began[id].Sub(resumed), 2*time.Minute, id)
			sent = id
		}
		for _, id := range ids[200:] { // the pause begins when the rest of the wave has ended, too
			assert.GreaterOrEqual(t, began[id].Sub(began[sent]), 6*time.Minute, id)
		}
		assert.Equal(t, 210, requireOnce(t, s, ids))
	})
}

func TestAnEntryThatDoesNotFitTheJournalIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 2, time.Second)
		before := announcedOnly(t, fleet.Plan{Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(1)}, MaxFailures: fleet.NoLimit()}).entries
		for _, c := range []struct{ name, entry, want string }{
			{"the outcome of a chunk that was not sent", `{"type":"accepted","chunk":2,"invocation":"t-1"}`, "names chunk 2, which was not sent"},
			{"an accepted chunk without an id", `{"type":"accepted","chunk":1}`, "does not fit what is known about chunk 1"},
			{"a stop of a chunk that was not accepted", `{"type":"stop","chunk":1}`, "does not fit what is known about chunk 1"},
			{"the end of a chunk that was not accepted", `{"type":"ended","chunk":1}`, "does not fit what is known about chunk 1"},
			{"a chunk that was announced before", `{"type":"send","wave":1,"chunk":1,"group":1,"token":"t","instances":["` + ids[0] + `"]}`, "chunk 1 was announced before"},
			{"a chunk without a token", `{"type":"send","wave":1,"chunk":2,"group":1,"instances":["` + ids[0] + `"]}`, "is not complete"},
			{"a chunk without instances", `{"type":"send","wave":1,"chunk":2,"group":1,"token":"t"}`, "is not complete"},
			{"a chunk without a group", `{"type":"send","wave":1,"chunk":2,"token":"t","instances":["` + ids[0] + `"]}`, "is not complete"},
			{"a chunk without a number", `{"type":"send","wave":1,"group":1,"token":"t","instances":["` + ids[0] + `"]}`, "is not complete"},
			{"an instance in a second chunk", `{"type":"send","wave":1,"chunk":2,"group":1,"token":"t","instances":["` + ids[0] + `"]}`, "which got a command before"},
			{"an instance of a later wave", `{"type":"send","wave":2,"chunk":2,"group":1,"token":"t","instances":["` + ids[1] + `"]}`, "of a wave that has not begun"},
			{"an instance of another plan", `{"type":"send","wave":1,"chunk":2,"group":1,"token":"t","instances":["i-other"]}`, "which is not in the plan"},
			{"an unready instance that got a command", `{"type":"unready","wave":1,"unready":[{"instance":"` + ids[0] + `"}]}`, "it got a command"},
			{"an unready instance of a later wave", `{"type":"unready","wave":2,"unready":[{"instance":"` + ids[1] + `"}]}`, "is in a wave that has not begun"},
			{"a decision about an open chunk", `{"type":"decided","instances":["` + ids[0] + `"],"ran":true}`, "its outcome is not unknown"},
			{"a decision that decides nothing", `{"type":"unknown","chunk":1}` + "\n" + `{"type":"decided","instances":["` + ids[0] + `"]}`, "a decision about the instance"},
			{"a wave that is left out", `{"type":"wave","wave":3}`, "wave 3 begins after wave 1 of 2"},
		} {
			journal := &keptJournal{entries: slices.Concat(before, bytes.Split([]byte(c.entry), []byte("\n")))}
			_, err := fleet.Resume(s.Client(), journal)
			require.ErrorContains(t, err, c.want, c.name)
			require.ErrorContains(t, err, fmt.Sprintf("entry %d of the journal", len(journal.entries)), c.name)
		}
	})
}

// A resume knows from the journal that the caller has the right for other instances.
func TestAMissingRightAfterAResumeIsAboutTheInstance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 2, time.Second)
		one := runcommand.WithLimits(validate.Limits{Instances: 1})
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(one, runcommand.WithLimiter("RunCommand", &oneCallOnly{})), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
		require.NoError(t, err)
		report, _, err := runFor(t, f, time.Minute)
		require.ErrorIs(t, err, context.Canceled)
		require.Len(t, report.NotSent, 1)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "RunCommand", InstanceID: report.NotSent[0], Times: -1})
		f, err = fleet.Resume(s.Client(one), journal)
		require.NoError(t, err)
		again, err := f.Run(t.Context())
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.False(t, again.Halted)
		assert.Equal(t, report.NotSent, unreadyIDs(again))
	})
}

// A client whose limit is now smaller than the chunk refuses it without a call.
func TestAChunkThatFailsAtOnceIsSentAgainWithPauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 3, time.Second)
		journal := announcedOnly(t, fleet.Plan{Command: command(), Instances: ids})
		<-time.After(4*time.Minute + 40*time.Second)
		f, err := fleet.Resume(s.Client(runcommand.WithLimits(validate.Limits{Instances: 1})), journal)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.Error(t, err)
		assert.Equal(t, ids, report.Unknown)
		assert.Less(t, len(s.Calls("DescribeInvocations")), 200)
	})
}
