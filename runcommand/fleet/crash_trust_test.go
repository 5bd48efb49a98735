package fleet_test

import (
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
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// trustClient returns a client that sends three instances in a chunk, and makes three
// attempts.
func trustClient(s *runcommandtest.Server) *runcommand.Client {
	return s.Client(
		runcommand.WithLimits(validate.Limits{Instances: 3}),
		runcommand.WithRetry(poll.Policy{Initial: time.Second, Jitter: -1}, 3),
	)
}

// TestAChunkWithoutAnOutcomeIsSentAgainWithItsToken lets all attempts for a chunk get lost,
// while other chunks are accepted. The running fleet sends it again after a minute.
func TestAChunkWithoutAnOutcomeIsSentAgainWithItsToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 9, time.Second)
		lost, tokens := 0, map[string]bool{}
		defer s.Control("RunCommand", func(c runcommandtest.Call) runcommandtest.Verdict {
			if c.Parameters["InstanceId.1"] != ids[3] {
				return runcommandtest.Delay(500 * time.Millisecond)
			}
			tokens[c.Parameters["ClientToken"]] = true
			if lost++; lost <= 3 {
				return runcommandtest.Answer(502, "<html>bad gateway</html>")
			}
			return runcommandtest.Pass()
		})()
		f, err := fleet.New(trustClient(s), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(&keptJournal{}))
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		requireComplete(t, s, report, ids)
		assert.Equal(t, 4, lost)
		assert.Len(t, tokens, 1, "one token for all attempts")
	})
}

// TestAChunkThatIsThrottledWhenItIsSentAgainIsSentOnceMore loses the first attempts to send
// a chunk, and throttles all attempts of the second sending. Throttling passes, so it is no
// refusal.
func TestAChunkThatIsThrottledWhenItIsSentAgainIsSentOnceMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 3, time.Second)
		calls, tokens := 0, map[string]bool{}
		defer s.Control("RunCommand", func(c runcommandtest.Call) runcommandtest.Verdict {
			tokens[c.Parameters["ClientToken"]] = true
			switch calls++; {
			case calls <= 3:
				return runcommandtest.Answer(502, "<html>bad gateway</html>")
			case calls <= 6:
				return runcommandtest.Refuse(errors.ThrottlingUser)
			}
			return runcommandtest.Pass()
		})()
		f, err := fleet.New(trustClient(s), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(&keptJournal{}))
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		requireComplete(t, s, report, ids)
		assert.Equal(t, 7, calls)
		assert.Len(t, tokens, 1)
	})
}

// TestARefusalAfterALostAttemptIsBelievedWhenTheChunkIsNotListed has a bad instance in a chunk
// whose first attempt was lost. The other instances of the chunk get their command.
func TestARefusalAfterALostAttemptIsBelievedWhenTheChunkIsNotListed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 2, time.Second)
		ids = append(ids, "i-missing")
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultBadGateway, Action: "RunCommand"})
		f, err := fleet.New(trustClient(s), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(&keptJournal{}))
		require.NoError(t, err)
		report, _ := f.Run(t.Context())
		requireComplete(t, s, report, ids)
		require.Len(t, report.Unready, 1)
		assert.Equal(t, "i-missing", report.Unready[0].InstanceID)
	})
}

// TestAJournalThatFailsStopsAllSending lets the journal fail with errors that look
// temporary, and with one that means another writer.
func TestAJournalThatFailsStopsAllSending(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{
		"an error that looks temporary": errors.ThrottlingUser,
		"another writer":                fleet.ErrSuperseded,
		"a full disk":                   errors.New("no space left"),
	} {
		for at := int64(1); at < 9; at++ {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s, ids := fleetServer(t, 9, 10*time.Second)
					var failed time.Time
					j := &keptJournal{fail: func(n int64) error {
						if n == at {
							failed = time.Now()
							return failure
						}
						return nil
					}}
					f, err := fleet.New(trustClient(s), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(j))
					require.NoError(t, err)
					began := time.Now()
					report, err := f.Run(t.Context())
					var halt *fleet.HaltError
					require.ErrorAs(t, err, &halt)
					require.ErrorIs(t, err, failure)
					assert.False(t, errors.Retryable(err))
					assert.Less(t, time.Since(began), time.Minute)
					if errors.Is(failure, fleet.ErrSuperseded) {
						assert.Equal(t, failed, time.Now(), "what runs is the matter of the other writer")
					}
					assert.Len(t, j.entries, int(at)-1, "nothing is written after an error")
					requireWhole(t, report, ids)
					requireOnce(t, s, ids)
					for _, c := range s.Calls("RunCommand") {
						assert.Contains(t, announcedTokens(wholeEntries(t, j)), c.Parameters["ClientToken"], "a chunk was sent that is not in the journal")
					}
				})
			})
		}
	}
}

func announcedTokens(entries []journalEntry) (tokens []string) {
	for _, e := range entries {
		if e.Type == "send" {
			tokens = append(tokens, e.Token)
		}
	}
	return tokens
}
