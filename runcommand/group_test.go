package runcommand_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestResultsThatDifferInOnePartAreInDifferentGroups(t *testing.T) {
	t.Parallel()
	base := runcommand.Result{
		Status: runcommand.StatusFailed, Exited: true, ExitCode: 3, ErrorCode: errors.ExitCodeNonzero,
		Output: []byte("out"), Dropped: 4,
	}
	for name, change := range map[string]func(*runcommand.Result){
		"status":        func(r *runcommand.Result) { r.Status = runcommand.StatusStopped },
		"exited":        func(r *runcommand.Result) { r.Exited = false },
		"exit code":     func(r *runcommand.Result) { r.ExitCode = 4 },
		"error code":    func(r *runcommand.Result) { r.ErrorCode = errors.ExecutionTimeout },
		"output":        func(r *runcommand.Result) { r.Output = []byte("out ") },
		"dropped bytes": func(r *runcommand.Result) { r.Dropped = 5 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, same, other := base, base, base
			first.InstanceID, same.InstanceID, other.InstanceID = "i-1", "i-2", "i-3"
			same.ErrorInfo, same.Repeats = "another sentence", 9 // neither separates groups
			change(&other)
			groups := runcommand.GroupResults([]runcommand.Result{other, first, same})
			require.Len(t, groups, 2)
			assert.Equal(t, runcommand.Group{
				Status: base.Status, Exited: true, ExitCode: 3, ErrorCode: base.ErrorCode,
				Output: base.Output, Dropped: 4, InstanceIDs: []string{"i-1", "i-2"},
			}, groups[0])
			assert.Equal(t, runcommand.Group{
				Status: other.Status, Exited: other.Exited, ExitCode: other.ExitCode, ErrorCode: other.ErrorCode,
				Output: other.Output, Dropped: other.Dropped, InstanceIDs: []string{"i-3"},
			}, groups[1])
		})
	}
}

func TestGroupsAreOrderedBySizeAndThenByFirstResult(t *testing.T) {
	t.Parallel()
	var results []runcommand.Result
	for n, letter := range "bccabcddaa" {
		results = append(results, runcommand.Result{InstanceID: fmt.Sprintf("i-%d", n), Output: []byte(string(letter))})
	}
	var texts []string
	for _, g := range runcommand.GroupResults(results) {
		texts = append(texts, g.Text()+" "+strings.Join(g.InstanceIDs, " "))
	}
	assert.Equal(t, []string{"c i-1 i-2 i-5", "a i-3 i-8 i-9", "b i-0 i-4", "d i-6 i-7"}, texts)
}

func TestEachResultIsInOneGroup(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		results := make([]runcommand.Result, random.IntN(30))
		for n := range results {
			results[n] = runcommand.Result{InstanceID: fmt.Sprintf("i-%02d", n), ExitCode: random.IntN(3), Output: []byte(strings.Repeat("x", random.IntN(3)))}
		}
		var ids []string
		for _, g := range runcommand.GroupResults(results) {
			ids = append(ids, g.InstanceIDs...)
		}
		slices.Sort(ids)
		var want []string
		for _, r := range results {
			want = append(want, r.InstanceID)
		}
		assert.Equal(t, want, ids)
	}
	assert.Empty(t, (*runcommand.Report)(nil).Groups())
	assert.Empty(t, (&runcommand.Report{}).Groups())
}

func TestAnEmptyOutputIsOneOutputHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	groups := runcommand.GroupResults([]runcommand.Result{{InstanceID: "i-1", Output: []byte{}}, {InstanceID: "i-2"}})
	require.Len(t, groups, 1)
	assert.Equal(t, []string{"i-1", "i-2"}, groups[0].InstanceIDs)
}

func TestAPrintedGroupShowsNoOutput(t *testing.T) {
	t.Parallel()
	g := runcommand.Group{
		Status: runcommand.StatusFailed, Exited: true, ExitCode: 3, ErrorCode: errors.ExitCodeNonzero,
		Output: []byte("a secret"), Dropped: 4, InstanceIDs: []string{"i-1", "i-2"},
	}
	const want = "Group{Instances:2 Status:Failed ExitCode:3 ErrorCode:ExitCodeNonzero Output:8 bytes Dropped:4 bytes}"
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.Equal(t, want, fmt.Sprintf(verb, g), verb)
	}
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("ended", "group", g)
	assert.Contains(t, b.String(), want)
	text, err := json.Marshal(g)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"Output":"YSBzZWNyZXQ="`, "JSON is the whole group")
}

func TestTheTextOfAGroupIsThatOfEachResult(t *testing.T) {
	t.Parallel()
	cut := []byte("磁盘空间不足")[2:] // the first character lost two bytes
	for _, r := range []runcommand.Result{{Output: cut, Dropped: 1}, {Output: cut}, {Output: []byte("plain")}} {
		groups := runcommand.GroupResults([]runcommand.Result{r, r})
		require.Len(t, groups, 1)
		assert.Equal(t, r.Text(), groups[0].Text())
	}
}
