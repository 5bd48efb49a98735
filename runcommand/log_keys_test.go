package runcommand_test

import (
	"bytes"
	"context"
	"go/parser"
	"go/token"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// documentedRecord is a line of the doc comment of WithLogger: a message and its keys. Keys
// in brackets may be missing.
var documentedRecord = regexp.MustCompile(`(?m)^\t(runcommand: .*?)  +(.+)$`)

// documentedKeys reads the doc comment of WithLogger. It returns for each message the keys
// that every record has, and all keys.
func documentedKeys(tb testing.TB) (always, all map[string][]string) {
	tb.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "option.go", nil, parser.ParseComments)
	require.NoError(tb, err)
	always, all = map[string][]string{}, map[string][]string{}
	for _, comment := range file.Comments {
		if !strings.HasPrefix(comment.Text(), "WithLogger ") {
			continue
		}
		for _, line := range documentedRecord.FindAllStringSubmatch(comment.Text(), -1) {
			for _, key := range strings.Fields(line[2]) {
				name := strings.Trim(key, "[]")
				all[line[1]] = append(all[line[1]], name)
				if name == key {
					always[line[1]] = append(always[line[1]], name)
				}
			}
		}
	}
	return always, all
}

func TestLogRecordsHaveTheDocumentedKeys(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		log := runcommand.WithLogger(slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})))
		client := srv.Client(log, runcommand.WithObserver(runcommand.Observer{
			Poll: func(context.Context, runcommand.Progress) { blowUp() },
		}))
		srv.Inject(
			runcommandtest.Fault{Kind: runcommandtest.FaultThrottled},
			runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept},
			runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: "DescribeInvocations"},
		)
		inv := begin(t, client, runcommand.Shell("echo {{missing}}\r\n").Instances("i-1", "i-2"))
		_, err := inv.Wait(t.Context())
		require.NoError(t, err)
		require.NoError(t, inv.Stop(t.Context()))
		for _, err := range inv.History(t.Context()) {
			require.NoError(t, err)
		}
		_, err = client.AgentStatus(t.Context(), "i-9")
		require.Error(t, err)
		_, err = client.WaitReady(t.Context(), []string{"i-1"})
		require.NoError(t, err)
	})
	always, all := documentedKeys(t)
	require.Len(t, all, 4)
	seen, used := map[string]bool{}, map[string]bool{}
	for _, r := range records(t, &b) {
		msg, _ := r["msg"].(string)
		seen[msg] = true
		for _, standard := range []string{"time", "level", "msg"} {
			delete(r, standard)
		}
		keys := slices.Collect(maps.Keys(r))
		assert.Subset(t, all[msg], keys, "%q has a key that the comment of WithLogger does not name", msg)
		assert.Subset(t, keys, always[msg], "%q lacks a key", msg)
		for _, key := range keys {
			used[msg+" "+key] = true
		}
	}
	for msg, keys := range all {
		assert.True(t, seen[msg], "no record %q", msg)
		for _, key := range keys {
			assert.True(t, used[msg+" "+key], "no record %q with the key %s", msg, key)
		}
	}
}
