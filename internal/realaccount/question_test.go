package realaccount_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/realaccount"
)

func TestEveryQuestionIsComplete(t *testing.T) {
	t.Parallel()
	source := regexp.MustCompile(`^(errors|frequency|instances|invocations|run-command|wire)\.md §\d+(, (\w+(-\w+)?\.md )?§\d+)*$`)
	seen := map[string]bool{}
	for _, q := range realaccount.Questions() {
		assert.Regexp(t, `^[a-z][a-z0-9-]+$`, q.ID)
		assert.False(t, seen[q.ID], "%s is there twice", q.ID)
		seen[q.ID] = true
		assert.Regexp(t, source, q.Sources, q.ID)
		assert.True(t, strings.HasSuffix(q.Asks, "?"), q.ID)
		assert.NotEmpty(t, q.Documents, q.ID)
		assert.NotEmpty(t, q.Assumed, q.ID)
		assert.FileExists(t, filepath.Join("..", "..", q.Where), q.ID)
		if q.Closed == "" {
			assert.Positive(t, q.Calls, q.ID)
			assert.Equal(t, q.Long, q.Takes.Hours() >= 1, q.ID)
		} else {
			assert.Zero(t, q.Calls+q.Runs, q.ID)
		}
	}
}

// The numbers of calls and runs are what a user decides by.
func TestNoCommandRunsMoreOftenThanSaid(t *testing.T) {
	t.Parallel()
	for _, q := range realaccount.Questions() {
		if q.Closed != "" {
			continue
		}
		t.Run(q.ID, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := startAccount(t)
				cfg := config(srv)
				cfg.Only = []string{q.ID}
				report, err := realaccount.Run(t.Context(), cfg)
				require.NoError(t, err)
				require.Len(t, report.Answers, 1)
				assert.Equal(t, realaccount.AsAssumed, report.Answers[0].Verdict, report.Answers[0].Answer)
				assert.LessOrEqual(t, report.Answers[0].Calls, q.Calls)

				runs := 0
				for _, id := range append(ids(), cfg.Stopped, cfg.Grouped) {
					runs += srv.Executions(id)
				}
				assert.LessOrEqual(t, runs, q.Runs)

				allowed := realaccount.Actions([]realaccount.Question{q})
				for _, call := range srv.Calls("") {
					if call.Action != "StopInvocation" && call.Action != "DescribeInvocations" { // the clean-up and the sweep
						assert.Contains(t, allowed, call.Action)
					}
				}
			})
		})
	}
}

func TestTheDocumentedPolicyHasExactlyTheNeededRights(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "REALACCOUNT.md"))
	require.NoError(t, err)
	block := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(page)
	require.NotNil(t, block)
	var policy struct {
		Version   string
		Statement []struct {
			Effect           string
			Action, Resource []string
		}
	}
	require.NoError(t, json.Unmarshal(block[1], &policy))
	var given []string
	for _, s := range policy.Statement {
		assert.Equal(t, "Allow", s.Effect)
		given = append(given, s.Action...)
	}
	var needed []string
	for _, action := range realaccount.Actions(realaccount.Questions()) {
		needed = append(needed, "ecs:"+action)
	}
	assert.ElementsMatch(t, needed, given)
}

func TestThePageSaysHowManyQuestionsThereAre(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "REALACCOUNT.md"))
	require.NoError(t, err)
	var list strings.Builder
	p := realaccount.Program{Args: []string{"-list"}, Stdout: &list, Stderr: &list}
	require.Zero(t, p.Run(t.Context()))
	lines := strings.Split(strings.TrimSpace(list.String()), "\n")
	cost := strings.TrimPrefix(lines[len(lines)-1], "asking ")
	assert.Contains(t, string(page), cost)
}
