package fleet_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// withoutInvokeID is a transport that empties the id of the first invocation in each reply.
type withoutInvokeID struct{ next http.RoundTripper }

func (w withoutInvokeID) RoundTrip(r *http.Request) (*http.Response, error) {
	reply, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		return nil, err
	}
	body = bytes.ReplaceAll(body, []byte(`"t-hz0000000000000001"`), []byte(`""`))
	reply.Body, reply.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	reply.Header.Del("Content-Length")
	return reply, nil
}

func TestARowWithoutAnIDDoesNotSpoilTheJournal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 50, time.Second)
		whole := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(whole))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		journal := &keptJournal{entries: whole.entries[:3]} // plan, wave, send
		require.Contains(t, string(journal.entries[2]), `"type":"send"`)
		<-time.After(time.Hour)

		f, err = fleet.Resume(s.Client(runcommand.WithHTTPClient(&http.Client{Transport: withoutInvokeID{s.Transport()}})), journal)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "internal")
		assert.Len(t, report.Unknown, 50)

		f, err = fleet.Resume(s.Client(), journal)
		require.NoError(t, err, "the journal can still be read")
		report, err = f.Run(t.Context())
		require.NoError(t, err)
		assert.Len(t, report.Results, 50)
		assert.Equal(t, 50, requireOnce(t, s, ids))
	})
}
