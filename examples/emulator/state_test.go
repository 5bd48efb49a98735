package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestOutputIsMadePrintable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"plain text", "a line\n\tanother, 中文\n", "a line\n\tanother, 中文\n"},
		{"lines of Windows", "one\r\ntwo\r\n", "one\ntwo\n"},
		{"a line that is written over", "10%\r20%", "10%^M20%"},
		{"colours of a terminal", "\x1b[31mred\x1b[0m", "^[[31mred^[[0m"},
		{"a zero byte and a delete", "a\x00b\x7f", "a^@b^?"},
		{"bytes that are not UTF-8", "a\xff\xfeb", "a\uFFFD\uFFFDb"},
		{"a control character of the second set", "a\u009bb", "a\uFFFDb"},
		{"text that turns its direction", "a\u202egpj.exe", "a\uFFFDgpj.exe"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, printable(c.text))
		})
	}
}

func TestLongNamesAreShortened(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("名", shownName)
	assert.Equal(t, full, shortName(full))
	assert.Equal(t, full+"…", shortName(full+"x"))
}

func TestEveryStatusHasATone(t *testing.T) {
	t.Parallel()
	for tone, statuses := range map[string][]status{
		"good": {"Success"},
		"busy": {"Pending", "Running", "Stopping"},
		"calm": {"Scheduled", "Stopped", "Cancelled", "Terminated"},
		"bad":  {"Failed", "PartialFailed", "Error", "Timeout", "Invalid", "Aborted"},
	} {
		for _, s := range statuses {
			assert.Equal(t, tone, s.Tone(), s)
		}
	}
}

func TestTheStateOfANewServiceHasListsNotNulls(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(newState(runcommandtest.Start(t), filter{}, time.UTC))
	require.NoError(t, err)
	assert.NotContains(t, string(data), "null")
}
