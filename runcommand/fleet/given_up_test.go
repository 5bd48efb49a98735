package fleet_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// endedAs returns a local service on which the command has failed on the second of three instances, and
// the journal of that fleet. The journal says that this instance has another status.
func endedAs(t *testing.T, status string) (*runcommandtest.Server, []string, *keptJournal) {
	t.Helper()
	s, ids := fleetServer(t, 3, 0)
	s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		if x.InstanceID == ids[1] {
			return runcommandtest.Outcome{Output: []byte("at last"), ExitCode: 7}
		}
		return runcommandtest.Outcome{}
	})
	journal := &keptJournal{}
	f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
	require.NoError(t, err)
	_, err = f.Run(t.Context())
	require.Error(t, err)
	result := regexp.MustCompile(`\{"instance":"` + ids[1] + `"[^}]*\}`)
	for n, entry := range journal.entries {
		if bytes.Contains(entry, []byte(`"type":"ended"`)) {
			journal.entries[n] = result.ReplaceAll(entry, []byte(`{"instance":"`+ids[1]+`","status":"`+status+`"}`))
			require.NotEqual(t, string(entry), string(journal.entries[n]))
		}
	}
	return s, ids, journal
}

func TestAnInstanceThatWasGivenUpStaysAsItWasWhenTheServiceDoesNotTell(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids, journal := endedAs(t, "Running")
		s.Control("DescribeInvocationResults", func(runcommandtest.Call) runcommandtest.Verdict { return runcommandtest.Refuse(errors.ForbiddenRAM) })
		f, err := fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.Error(t, err)
		requireWhole(t, report, ids)
		assert.Equal(t, runcommand.StatusRunning, report.Results[1].Status)
		assert.Equal(t, []fleet.Wave{{Number: 1, Instances: 3, Done: 3, Failed: 1}}, report.Waves)
	})
}

func TestAResultOfTheJournalGetsOnlyItsOutputFromTheService(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, journal := endedAs(t, "Success")
		f, err := fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, runcommand.StatusSuccess, report.Results[1].Status)
		assert.Zero(t, report.Results[1].ExitCode)
		assert.Equal(t, "at last", report.Results[1].Text())
	})
}

// capitalIDs is a transport that writes the ids of instances in capital letters in replies.
type capitalIDs struct{ next http.RoundTripper }

func (c capitalIDs) RoundTrip(r *http.Request) (*http.Response, error) {
	reply, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	body = bytes.ReplaceAll(body, []byte("i-bp"), []byte("I-BP"))
	reply.Body = io.NopCloser(bytes.NewReader(body))
	return reply, err
}

func TestAResultHasTheIDOfThePlan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids, journal := endedAs(t, "Running")
		var last fleet.Progress
		f, err := fleet.Resume(s.Client(runcommand.WithHTTPClient(&http.Client{Transport: capitalIDs{s.Transport()}})), journal,
			fleet.OnProgress(func(p fleet.Progress) { last = p }))
		require.NoError(t, err)
		var got []string
		for result, err := range f.Results(t.Context()) {
			require.NoError(t, err)
			got = append(got, result.InstanceID)
		}
		assert.Equal(t, ids, got)
		assert.Equal(t, map[runcommand.Status]int{runcommand.StatusSuccess: 2, runcommand.StatusFailed: 1}, last.ByStatus)
	})
}
