package program_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
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
			assert.Equal(t, c.want, program.Printable(c.text))
		})
	}
}

func TestAnOutputIsPrintedLineByLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                          "",
		"one\ntwo\n":                "  | one\n  | two\n",
		"one\r\ntwo":                "  | one\n  | two\n",
		"\n\nthird":                 "  | \n  | \n  | third\n",
		"\x1b]0;title\a\x1b[2Jgone": "  | ^[]0;title^G^[[2Jgone\n",
	} {
		var out strings.Builder
		program.PrintOutput(&out, text)
		assert.Equal(t, want, out.String())
	}
}

// The test counts allocations. So it is not parallel.
func TestATextOfOrdinaryLinesIsNotCopied(t *testing.T) {
	text := strings.Repeat("one\ttwo\n", 10)
	assert.Zero(t, testing.AllocsPerRun(10, func() { _ = program.Printable(text) }))
}
