package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
)

// What the order of calls at the same time decides differs from run to run: lines with counts
// while the rollout runs, ids of invocations, and what had ended when it was interrupted.
var (
	countLine = regexp.MustCompile(`(?m)^\d\d:\d\d  [\d,]+ of .*\n`)
	varying   = regexp.MustCompile(`(?m)^\d\d:\d\d|t-hz\d+`)
	numbers   = regexp.MustCompile(`[\d,]*\d|  +`)
)

// stable returns what is the same in each run. The end of a whole rollout is always the
// same; of one that was interrupted only the words are.
func stable(capture, text string) string {
	text = varying.ReplaceAllString(countLine.ReplaceAllString(text, ""), "")
	if capture != "whole" {
		text = numbers.ReplaceAllString(text, " # ")
	}
	return text
}

func TestThePageOfAllExamplesShowsWhatThisProgramPrints(t *testing.T) {
	t.Parallel()
	same := func(output string) string { return stable("whole", output) }
	programtest.CheckStable(t, "fleet", same, func(_ context.Context, args []string, stdout, _ io.Writer) (status int) {
		synctest.Test(t, func(t *testing.T) {
			var printed string
			status, printed = runProgram(t.Context(), nil, "", args...)
			_, err := io.WriteString(stdout, printed)
			require.NoError(t, err)
		})
		return status
	})
}

// TestTheReadmeShowsWhatTheProgramPrints runs the rollouts of the README in virtual time.
// With -update it writes their captures.
func TestTheReadmeShowsWhatTheProgramPrints(t *testing.T) {
	t.Parallel()
	captures := make(map[string]string)
	synctest.Test(t, func(t *testing.T) {
		_, captures["whole"] = runProgram(t.Context(), nil, "")
	})
	synctest.Test(t, func(t *testing.T) {
		journal := filepath.Join(t.TempDir(), "upgrade.journal")
		capture := func(printed string, args ...string) string {
			text := "$ go run . " + strings.Join(args, " ") + "\n" + printed
			return strings.ReplaceAll(text, journal, "upgrade.journal")
		}
		server := service(t, newOptions().local)
		args := []string{"-endpoint", endpoint, "-journal", journal}
		_, printed := runProgram(interrupted(t, 10*time.Second), server, "", args...)
		captures["interrupted"] = capture(printed, args...)
		args = resumeLine(t, printed)
		_, printed = runProgram(t.Context(), server, "", args...)
		captures["resumed"] = capture(printed, args...)
		requireOnce(t, server, newOptions().local)
	})
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	text := string(readme)
	for name, printed := range captures {
		begin := fmt.Sprintf("<!-- capture: %s -->\n```text\n", name)
		before, rest, found := strings.Cut(text, begin)
		require.True(t, found, "the README has no capture %q", name)
		shown, after, found := strings.Cut(rest, "```\n")
		require.True(t, found)
		if !programtest.Update() {
			assert.Equal(t, stable(name, shown), stable(name, printed), "go test -run Readme -update writes the capture anew")
		}
		text = before + begin + printed + "```\n" + after
	}
	if programtest.Update() {
		require.NoError(t, os.WriteFile("README.md", []byte(text), 0o600))
	}
}
