package fleet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// documentedKeys reads the lines of one section of the page of the package. The pattern
// matches a line; its groups are a name and the keys.
func documentedKeys(tb testing.TB, section, pattern string) map[string][]string {
	tb.Helper()
	page, err := os.ReadFile("doc.go")
	require.NoError(tb, err)
	_, text, found := strings.Cut(string(page), "// # "+section+"\n")
	require.True(tb, found)
	text, _, _ = strings.Cut(text, "\n// # ")
	keys := map[string][]string{}
	for _, line := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		keys[line[1]] = slices.Sorted(slices.Values(regexp.MustCompile(`\w+`).FindAllString(line[2], -1)))
	}
	return keys
}

// usedKeys returns the keys of all JSON objects with the same text at the key name, without
// those of the list without.
func usedKeys(tb testing.TB, objects [][]byte, name string, without ...string) map[string][]string {
	tb.Helper()
	used := map[string]map[string]bool{}
	for _, object := range objects {
		var fields map[string]any
		require.NoError(tb, json.Unmarshal(object, &fields))
		text, _ := fields[name].(string)
		if used[text] == nil {
			used[text] = map[string]bool{}
		}
		for key := range fields {
			if key != name && !slices.Contains(without, key) {
				used[text][key] = true
			}
		}
	}
	keys := map[string][]string{}
	for text, set := range used {
		keys[text] = slices.Sorted(maps.Keys(set))
	}
	return keys
}

func TestLogRecordsHaveTheDocumentedKeys(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 10, time.Second)
		s.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{ExitCode: 1}
		})
		client := s.Client(runcommand.WithLogger(slog.New(slog.NewJSONHandler(&b, nil))))
		f, err := fleet.New(client, fleet.Plan{
			Command: command(), Instances: append([]string{"i-released"}, ids...), Waves: []fleet.Size{fleet.Count(5)}, MaxFailures: fleet.Count(2),
		}, fleet.OnProgress(func(fleet.Progress) { panic("hunter2") }))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.ErrorContains(t, err, "halted in wave 1")
	})
	var records [][]byte
	for line := range strings.Lines(b.String()) {
		if strings.Contains(line, `"msg":"fleet: `) {
			records = append(records, []byte(line))
		}
	}
	documented := documentedKeys(t, "Logs, spans and metrics", `(?m)^//\t(fleet: .*?)  +(.+)$`)
	require.Len(t, documented, 5)
	assert.Equal(t, documented, usedKeys(t, records, "msg", "time", "level"))
	assert.NotContains(t, b.String(), "hunter2")
}

func TestEntriesOfTheJournalHaveTheDocumentedKeys(t *testing.T) {
	t.Parallel()
	var entries [][]byte
	synctest.Test(t, func(t *testing.T) {
		// Too many failures, a bad instance, a service that throttles too often, another limit.
		s, ids := fleetServer(t, 10, time.Second)
		s.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{ExitCode: 1}
		})
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: "RunCommand", Times: 5})
		failing := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{
			Command: command(), Instances: append([]string{"i-released"}, ids...), Waves: []fleet.Size{fleet.Count(5)}, MaxFailures: fleet.Count(2),
		}, fleet.WithJournal(failing))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.Error(t, err)
		f, err = fleet.Resume(s.Client(), failing, fleet.WithMaxFailures(fleet.NoLimit()))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.Error(t, err)

		// A process that died, and a person who decides.
		dead := announcedOnly(t, fleet.Plan{Command: command(), Instances: ids})
		<-time.After(time.Hour)
		f, err = fleet.Resume(s.Client(), dead)
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.Error(t, err)
		require.NoError(t, f.Decide(ids, true))

		// A cancellation that stops the commands.
		s, ids = fleetServer(t, 10, time.Hour)
		cancelled := &keptJournal{}
		f, err = fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(cancelled), fleet.StopOnCancel(time.Minute))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		_, err = f.Run(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		entries = slices.Concat(failing.entries, dead.entries, cancelled.entries)
	})
	documented := documentedKeys(t, "The journal", `(?m)^//\t([a-z]+)  +[^:\n]+(?:: ([^(\n]+).*)?$`)
	require.Len(t, documented, 15)
	assert.Equal(t, documented, usedKeys(t, entries, "type", "time"))
}
