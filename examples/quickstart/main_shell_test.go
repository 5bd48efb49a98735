//go:build unix

package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
)

func TestThePageShowsWhatThisProgramPrints(t *testing.T) {
	t.Parallel()
	programtest.CheckPage(t, "quickstart", func(ctx context.Context, args []string, stdout, stderr io.Writer) int {
		return run(ctx, args, strings.NewReader(""), stdout, stderr)
	})
}

func TestTheLocalServiceReallyRunsTheScript(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "script.sh")
	require.NoError(t, os.WriteFile(file, []byte("echo from a file\n"), 0o600))
	for _, c := range []startCase{
		{"nothing: the first script", nil, "", 0, []string{"\n2 instances: Success, exit code 0\n  i-local-1, i-local-2\n  | ", "| uid=", "succeeded on all 2"}, ""},
		{"a script", []string{"echo $((6*7)); echo second >&2"}, "", 0, []string{"  | 42\n  | second\n"}, ""},
		{"several words", []string{"echo", "two", "words"}, "", 0, []string{"| two words"}, ""},
		{"standard input", []string{"-"}, "echo from stdin", 0, []string{"| from stdin"}, ""},
		{"a file", []string{"-f", file}, "", 0, []string{"| from a file"}, ""},
		{"a script that fails", []string{"echo so far; exit 3"}, "", 1, []string{"Failed, exit code 3", "| so far"}, "failed on 2 of 2"},
		{"a script that takes too long", []string{"-timeout", "1s", "exec sleep 60"}, "", 1, []string{"Timeout", "ExecutionTimeout"}, "failed on 2 of 2"},
		{"flags after the script", []string{"echo", "late", "-timeout", "5s"}, "", 0, []string{"| late"}, ""},
		{"a script with dashes after two dashes", []string{"--", "echo", "-timeout", "5s"}, "", 0, []string{"| -timeout 5s"}, ""},
		{"controls of a terminal", []string{`printf '\033[31mred\007\n'`}, "", 0, []string{"  | ^[[31mred^G\n"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t) })
	}
}
