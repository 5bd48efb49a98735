package realaccount_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/realaccount"
)

var update = flag.Bool("update", false, "write the golden report anew")

// The whole day runs against the local service in virtual time. All its answers are the assumed ones,
// since the local service makes the same assumptions.
func TestTheLocalServiceAnswersEveryQuestionAsAssumed(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "day")
	var recorded *realaccount.Report
	synctest.Test(t, func(t *testing.T) {
		srv := startAccount(t)
		cfg := config(srv)
		cfg.Record = folder
		var err error
		recorded, err = realaccount.Run(t.Context(), cfg)
		require.NoError(t, err)
	})
	questions := realaccount.Questions()
	require.Len(t, recorded.Answers, len(questions))
	for i, a := range recorded.Answers {
		q := questions[i]
		assert.Equal(t, q.ID, a.ID)
		if q.Closed != "" {
			assert.Equal(t, realaccount.NotAnswered, a.Verdict, q.ID)
			continue
		}
		assert.Equal(t, realaccount.AsAssumed, a.Verdict, "%s: %s %s", q.ID, a.Answer, a.Reason)
		assert.NotEmpty(t, a.RequestIDs, q.ID)
		assert.LessOrEqual(t, a.Calls, q.Calls, "%s costs more than it says", q.ID)
	}
	assert.Empty(t, recorded.Open)

	replay, err := realaccount.NewReplayer(folder)
	require.NoError(t, err)
	cfg, err := replay.Config()
	require.NoError(t, err)
	replayed, err := realaccount.Run(t.Context(), cfg)
	require.NoError(t, err)
	assert.Zero(t, replay.Left())

	var markdown bytes.Buffer
	require.NoError(t, replayed.WriteMarkdown(&markdown))
	golden := filepath.Join("testdata", "local.md")
	if *update {
		require.NoError(t, os.WriteFile(golden, markdown.Bytes(), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), markdown.String())

	for i := range recorded.Answers {
		recorded.Answers[i].RequestIDs, replayed.Answers[i].RequestIDs = nil, nil
	}
	assert.Equal(t, recorded.Answers, replayed.Answers)
	assert.Equal(t, recorded.Codes, replayed.Codes)
}
