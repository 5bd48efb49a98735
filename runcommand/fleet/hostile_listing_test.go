package fleet_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// changedReplies is a transport that changes the body of each reply.
type changedReplies struct {
	next   http.RoundTripper
	change func(body []byte) []byte
}

func (c changedReplies) RoundTrip(r *http.Request) (*http.Response, error) {
	reply, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		return nil, err
	}
	body = c.change(body)
	reply.Body, reply.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	reply.Header.Del("Content-Length")
	return reply, nil
}

// withoutInvokeID empties the id of the first invocation in a reply.
func withoutInvokeID(body []byte) []byte {
	return bytes.ReplaceAll(body, []byte(`"t-hz0000000000000001"`), []byte(`""`))
}

var tagsOfReply = regexp.MustCompile(`"Tags":\{"Tag":\[[^\]]*\]\}`)

// withoutTags removes the tags from a listing of invocations.
func withoutTags(body []byte) []byte {
	return tagsOfReply.ReplaceAll(body, []byte(`"Tags":{"Tag":[]}`))
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

		f, err = fleet.Resume(s.Client(runcommand.WithHTTPClient(&http.Client{Transport: changedReplies{s.Transport(), withoutInvokeID}})), journal)
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

func TestAListingWithoutTagsIsNoLostEntryWhenTheJournalNamesTheInvocation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 150, time.Second)
		client := s.Client(runcommand.WithHTTPClient(&http.Client{Transport: changedReplies{s.Transport(), withoutTags}}))
		journal := &keptJournal{}
		ctx, cancel := context.WithCancel(t.Context())
		f, err := fleet.New(client, fleet.Plan{
			Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(100)}, MaxFailures: fleet.Count(0), Pause: time.Hour,
		}, fleet.WithJournal(journal))
		require.NoError(t, err)
		time.AfterFunc(time.Minute, cancel)
		_, err = f.Run(ctx)
		require.ErrorIs(t, err, context.Canceled)

		f, err = fleet.Resume(client, journal)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		assert.Len(t, report.Results, 150)
		assert.Equal(t, 150, requireOnce(t, s, ids))
	})
}

func TestARefusalIsNotBelievedWhenTheListingHasACommandThatNoChunkOwns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 3, time.Second)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept, Action: "RunCommand"})
		client := s.Client(runcommand.WithHTTPClient(&http.Client{Transport: changedReplies{s.Transport(), withoutTags}}), runcommand.WithRetry(poll0(), 1))
		calls := 0
		s.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict {
			if calls++; calls > 1 {
				return runcommandtest.Refuse(errors.InvocationExceedQuota)
			}
			return runcommandtest.Pass()
		})
		f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.Error(t, err)
		assert.Equal(t, 3, requireOnce(t, s, ids))
		assert.Empty(t, report.NotSent, "the command ran there")
		assert.Equal(t, ids, report.Unknown)
	})
}
