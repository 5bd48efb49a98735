package realaccount_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/realaccount"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// askBroken asks one question. The call with the number broken, from 1, gets no reply; 0 stands for none.
func askBroken(t *testing.T, id string, broken int) realaccount.Answer {
	t.Helper()
	cfg := config(startAccount(t))
	local, calls := cfg.Transport, 0
	cfg.Only = []string{id}
	cfg.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		if calls++; calls == broken {
			return nil, errors.New("the cable is cut")
		}
		return local.RoundTrip(r)
	})
	report, err := realaccount.Run(t.Context(), cfg)
	require.NoError(t, err)
	require.Len(t, report.Answers, 1)
	return report.Answers[0]
}

func TestACallWithoutAReplyLeavesItsQuestionWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for _, q := range realaccount.Questions() {
		if q.Closed != "" {
			continue
		}
		t.Run(q.ID, func(t *testing.T) {
			t.Parallel()
			calls := 0
			synctest.Test(t, func(t *testing.T) { calls = askBroken(t, q.ID, 0).Calls })
			require.Positive(t, calls)
			for broken := range calls {
				synctest.Test(t, func(t *testing.T) {
					a := askBroken(t, q.ID, broken+1)
					assert.Equal(t, realaccount.NotAnswered, a.Verdict, "call %d of %d", broken+1, calls)
					assert.Empty(t, a.Answer)
					assert.Contains(t, a.Reason, "the cable is cut", "call %d of %d", broken+1, calls)
				})
			}
		})
	}
}

// refusable has the questions whose answer can be the assumed one although a call was refused.
var refusable = map[string]string{
	"token-after-refusal": "the first call is to be refused",
	"username-default":    "it asks again for the row",
	"visibility-by-tags":  "it asks again for the list",
	"dry-run-frequency":   "the clean-up repeats the stop",
	"token-lifetime":      "an earlier look has told enough",
	"page-life":           "an earlier look has told enough",
}

func TestARefusalIsNotTakenForTheAssumedAnswer(t *testing.T) {
	t.Parallel()
	for _, q := range realaccount.Questions() {
		if q.Closed != "" {
			continue
		}
		t.Run(q.ID, func(t *testing.T) {
			t.Parallel()
			calls := 0
			synctest.Test(t, func(t *testing.T) { calls = askBroken(t, q.ID, 0).Calls })
			for refused := range calls {
				synctest.Test(t, func(t *testing.T) {
					srv, n := startAccount(t), 0
					srv.Control("", func(runcommandtest.Call) runcommandtest.Verdict {
						if n++; n == refused+1 {
							return runcommandtest.Refuse(errors.ForbiddenRAM)
						}
						return runcommandtest.Pass()
					})
					cfg := config(srv)
					cfg.Only = []string{q.ID}
					report, err := realaccount.Run(t.Context(), cfg)
					require.NoError(t, err)
					a := report.Answers[0]
					assert.True(t, a.Verdict != realaccount.AsAssumed || refusable[q.ID] != "", "call %d of %d", refused+1, calls)
					if a.Verdict == realaccount.Differs {
						assert.Contains(t, a.Answer+" "+a.Detail, "Forbidden.RAM", "call %d of %d", refused+1, calls)
					}
				})
			}
		})
	}
}

func TestAReplyThatIsNoSuccessAndHasNoCodeIsNoAnswer(t *testing.T) {
	t.Parallel()
	for _, status := range []int{300, 404, 502} {
		synctest.Test(t, func(t *testing.T) {
			srv := startAccount(t)
			srv.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict {
				return runcommandtest.Answer(status, "<html>a proxy</html>")
			})
			cfg := config(srv)
			cfg.Only = []string{"dry-run"}
			report, err := realaccount.Run(t.Context(), cfg)
			require.NoError(t, err)
			assert.Equal(t, realaccount.NotAnswered, report.Answers[0].Verdict)
			assert.Equal(t, fmt.Sprintf("the reply with HTTP status %d is not one of the service", status), report.Answers[0].Reason)
		})
	}
}

func TestNothingIsAskedAfterTheEndOfTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		report, err := realaccount.Run(ctx, config(startAccount(t)))
		require.ErrorIs(t, err, context.Canceled)
		assert.Empty(t, report.Answers)
	})
}

func TestALongQuestionTakesNoLongerThanAllowed(t *testing.T) {
	t.Parallel()
	for _, q := range realaccount.Questions() {
		if !q.Long || q.Closed != "" {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			askBroken(t, q.ID, 0)
			assert.InDelta(t, (24 * time.Hour).Minutes(), time.Since(began).Minutes(), 60, q.ID)
		})
	}
}
