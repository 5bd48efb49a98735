package fleet_test

import (
	"bytes"
	"context"
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

// endedAs returns a local service on which the command has ended with an exit code on the second
// of three instances, and the journal of that fleet. The journal says that this instance has
// another status.
func endedAs(t *testing.T, exitCode int, status string) (*runcommandtest.Server, []string, *keptJournal) {
	t.Helper()
	s, ids := fleetServer(t, 3, 0)
	s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		if x.InstanceID == ids[1] {
			return runcommandtest.Outcome{Output: []byte("at last"), ExitCode: exitCode}
		}
		return runcommandtest.Outcome{}
	})
	journal := &keptJournal{}
	f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
	require.NoError(t, err)
	_, err = f.Run(t.Context())
	require.Equal(t, exitCode != 0, err != nil, "%v", err)
	result := regexp.MustCompile(`\{"instance":"` + ids[1] + `"[^}]*\}`)
	for n, entry := range journal.entries {
		if bytes.Contains(entry, []byte(`"type":"ended"`)) {
			journal.entries[n] = result.ReplaceAll(entry, []byte(`{"instance":"`+ids[1]+`","status":"`+status+`"}`))
			require.NotEqual(t, string(entry), string(journal.entries[n]))
		}
	}
	return s, ids, journal
}

// The service listed an instance as running for too long, so a process ended the wait for
// it. A later process asks again.
func TestAResumeTellsHowAnInstanceThatWasGivenUpHasEnded(t *testing.T) {
	t.Parallel()
	for name, exitCode := range map[string]int{"with success": 0, "with a failure": 7} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids, journal := endedAs(t, exitCode, "Running")
				f, err := fleet.Resume(s.Client(), journal)
				require.NoError(t, err)
				assert.Equal(t, runcommand.StatusRunning, f.Report().Results[1].Status)
				report, err := f.Run(t.Context())
				require.Equal(t, exitCode != 0, err != nil, "%v", err)
				result := report.Results[1]
				assert.Equal(t, ids[1], result.InstanceID)
				assert.Equal(t, exitCode, result.ExitCode)
				assert.True(t, result.Exited)
				assert.Equal(t, "at last", result.Text())
				assert.Equal(t, []fleet.Wave{{Number: 1, Instances: 3, Done: 3, Failed: min(exitCode, 1)}}, report.Waves)
			})
		})
	}
}

func TestAnInstanceThatWasGivenUpStaysAsItWasWhenTheServiceDoesNotTell(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids, journal := endedAs(t, 7, "Running")
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
		s, _, journal := endedAs(t, 7, "Success")
		f, err := fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, runcommand.StatusSuccess, report.Results[1].Status)
		assert.Zero(t, report.Results[1].ExitCode)
		assert.Equal(t, "at last", report.Results[1].Text())
	})
}

// capitalIDs writes the ids of instances in a reply in capital letters.
func capitalIDs(body []byte) []byte { return bytes.ReplaceAll(body, []byte("i-bp"), []byte("I-BP")) }

func TestAResultHasTheIDOfThePlan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids, journal := endedAs(t, 7, "Running")
		var last fleet.Progress
		f, err := fleet.Resume(s.Client(runcommand.WithHTTPClient(&http.Client{Transport: changedReplies{s.Transport(), capitalIDs}})), journal,
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
