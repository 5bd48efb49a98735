package fleet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// A lateJournal takes a millisecond for each entry, so that several writers wait for it.
type lateJournal struct{ keptJournal }

func (j *lateJournal) Append(ctx context.Context, n int64, entry []byte) error {
	<-time.After(time.Millisecond)
	return j.keptJournal.Append(ctx, n, entry)
}

// A resume trusts the tokens of a journal only while its times never go back. The journal waits
// in virtual time while other writers and Report wait for it.
func TestTheTimesOfAJournalNeverGoBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 400, 0)
		journal := &lateJournal{}
		f, err := fleet.New(s.Client(runcommand.WithLimits(validate.Limits{Instances: 10})),
			fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
		require.NoError(t, err)
		reports := 0
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for !f.Report().Halted && len(f.Report().Results) < len(ids) {
				reports++
				<-time.After(time.Millisecond)
			}
		}()
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		<-ended
		assert.Greater(t, reports, 10)
		var before time.Time
		for n, data := range journal.entries {
			var e struct{ Time time.Time }
			require.NoError(t, json.Unmarshal(data, &e))
			assert.False(t, e.Time.Before(before), "entry %d is from %v, the one before from %v", n+1, e.Time, before)
			before = e.Time
		}
	})
}

// A lostRequest takes the first RunCommand for five seconds and then breaks the connection: the service has not seen
// the request.
type lostRequest struct {
	next http.RoundTripper
	lost atomic.Bool
}

func (l *lostRequest) RoundTrip(req *http.Request) (reply *http.Response, err error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	if bytes.Contains(body, []byte("Action=RunCommand")) || req.Header.Get("x-acs-action") == "RunCommand" {
		if l.lost.CompareAndSwap(false, true) {
			<-time.After(5 * time.Second)
			return nil, io.ErrUnexpectedEOF
		}
	}
	<-time.After(time.Second)
	req.Body = io.NopCloser(bytes.NewReader(body))
	return l.next.RoundTrip(req)
}

func TestALostRequestIsSentAgainAlthoughOtherEntriesCameBetween(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 400, 10*time.Second)
		client := s.Client(runcommand.WithRetry(poll.Policy{}, 1),
			runcommand.WithHTTPClient(&http.Client{Transport: &lostRequest{next: s.Transport()}}))
		f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(&keptJournal{}))
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		assert.Empty(t, report.Unknown)
		assert.Equal(t, 400, requireOnce(t, s, ids))
		assert.Len(t, s.Calls("RunCommand"), 4)
	})
}

func TestALostChunkIsFoundWhateverItsNumber(t *testing.T) {
	t.Parallel()
	for _, lost := range []int{1, 60, 120} {
		t.Run(fmt.Sprintf("chunk %d", lost), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 140, time.Second)
				client := s.Client(runcommand.WithLimits(validate.Limits{Instances: 1}))
				whole := &keptJournal{}
				f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(whole))
				require.NoError(t, err)
				_, err = f.Run(t.Context())
				require.NoError(t, err)
				journal := &keptJournal{}
				for _, e := range whole.entries {
					if !bytes.Contains(e, fmt.Appendf(nil, `"chunk":%d,`, lost)) {
						journal.entries = append(journal.entries, e)
					}
				}
				f, err = fleet.Resume(client, journal)
				require.NoError(t, err)
				_, err = f.Run(t.Context())
				require.ErrorIs(t, err, fleet.ErrJournalIncomplete)
				assert.Equal(t, 140, requireOnce(t, s, ids))
			})
		})
	}
}

// The report can be read after the test in virtual time has ended, for example by a function of T.Cleanup.
func TestAReportCanBeReadOutsideOfVirtualTime(t *testing.T) {
	t.Parallel()
	var f *fleet.Fleet
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 3, time.Second)
		var err error
		f, err = fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(&keptJournal{}))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
	})
	assert.Len(t, f.Report().Results, 3)
}
