package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestATerminalShowsBarsForTheWaveAndForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out, errs bytes.Buffer
		p := &command{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, terminal: true, connect: (*options).connect}
		assert.Zero(t, p.run(t.Context(), []string{"-local", "300", "-failing", "0"}), &errs)
		screen := out.String()
		assert.Contains(t, screen, "Wave 2: 30 instances\n")
		assert.Regexp(t, `wave 3 +\[=+>-+\] +\d+ / 269`, screen, "the bar of a wave is under way")
		assert.Regexp(t, `all +\[=+>-+\] +\d+ / 300, 0 failed`, screen)
		assert.Regexp(t, `\nRunning \d+, Success \d+\n`, screen)
		parts := strings.Split(screen, "\nSuccess 300\n") // the bars are sometimes drawn twice with the last counts
		last := parts[len(parts)-1]
		assert.True(t, strings.HasPrefix(last, "\nINSTANCES  STATUS"), "the last counts are shown before the report: %q", last)
	})
}

func TestARemoteTextIsOneHarmlessLine(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ output, want string }{
		"plain":               {"done\nmore\n", "done"},
		"blank lines first":   {"\n \r\n\tdone \n", "done"},
		"colors":              {"\x1b[31mred\x1b[0m", "^[[31mred^[[0m"},
		"a carriage return":   {"all is well\rrm -rf", "all is well^Mrm -rf"},
		"a tab":               {"a\tb", "a b"},
		"Chinese":             {"磁盘已满", "磁盘已满"},
		"a direction change":  {"abc\u202ecba", "abc\ufffdcba"},
		"not UTF-8":           {"a\xffb", "a\ufffdb"},
		"a long line":         {strings.Repeat("a", 73), strings.Repeat("a", 71) + "…"},
		"a line that fits":    {strings.Repeat("é", 72), strings.Repeat("é", 72)},
		"nothing but newline": {"\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, firstLine(tt.output))
		})
	}
}

func TestAShellReadsAQuotedWordUnchanged(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"":                "''",
		"upgrade.journal": "upgrade.journal",
		"/tmp/a b":        "'/tmp/a b'",
		"it's":            `'it'\''s'`,
		"$(date)":         "'$(date)'",
		"-x":              "-x",
		"~/a":             "'~/a'",
		"日志":              "日志",
	} {
		assert.Equal(t, want, quote(word))
	}
}

func TestCountsAreWrittenInTheOrderOfTheStates(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "Pending 1, Running 1,000, Success 4,900, Aborted 2, Failed 3", statuses(map[runcommand.Status]int{
		runcommand.StatusFailed: 3, runcommand.StatusSuccess: 4900, runcommand.StatusAborted: 2,
		runcommand.StatusRunning: 1000, runcommand.StatusPending: 1,
	}))
	assert.Equal(t, "nothing runs yet", statuses(nil))
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 100_000: "100,000", 1_234_567: "1,234,567"} {
		assert.Equal(t, want, thousands(n))
	}
}
