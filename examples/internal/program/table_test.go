package program_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
)

func TestACellIsAsWideAsATerminalShowsIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		cell    string
		columns int
	}{
		"web-1":                    {"web-1", 5},
		"网站一号":                     {"网站一号", 8},
		"ウェブ\uff08一\uff09":         {"ウェブ\uff08一\uff09", 12},
		strings.Repeat("n", 28):    {strings.Repeat("n", 28), 28},
		strings.Repeat("n", 29):    {strings.Repeat("n", 27) + "…", 28},
		strings.Repeat("网", 14):    {strings.Repeat("网", 14), 28},
		strings.Repeat("网", 15):    {strings.Repeat("网", 13) + "…", 27},
		"red \x1b[31m\nand a line": {"red ?[31m?and a line", 20},
	} {
		assert.Equal(t, want.cell, program.Cut(text, 28))
		assert.Equal(t, want.columns, program.Columns(program.Cut(text, 28)), text)
	}
}

func TestThePunctuationOfChineseIsTwoColumnsWide(t *testing.T) {
	t.Parallel()
	for r, want := range map[rune]int{
		0x2fff: 1, 0x3000: 2, '。': 2, 0x303f: 2,
		0xff00: 1, 0xff01: 2, '，': 2, 0xff60: 2, 0xff61: 1,
	} {
		assert.Equal(t, want, program.Columns(string(r)), "%U", r)
	}
}

func TestColumnsAreAligned(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	program.PrintTable(&out, [][]string{
		{"NAME", "LINES", "LAST"},
		{"网站", "one\ntwo\nthree", "a\nb"},
		{"x\ty", "", "\x1b[31mred"},
		{"", "1", ""},
	})
	assert.Equal(t, strings.Join([]string{
		"NAME  LINES  LAST",
		"网站  one    a",
		"      two    b",
		"      three",
		"x y          ^[[31mred",
		"      1",
		"",
	}, "\n"), out.String())
}

func TestATextIsWrapped(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		limit      int
		want       string
	}{
		{"no text", "", 10, ""},
		{"a short text", "one two", 10, "one two"},
		{"at the last blank that fits", "one two three", 8, "one two\nthree"},
		{"at a blank that is one too far", "one two three", 7, "one two\nthree"},
		{"a long word", "abcdefghij", 4, "abcd\nefgh\nij"},
		{"a long word after a short one", "a bcdefgh", 4, "a\nbcde\nfgh"},
		{"several blanks", "one   two", 4, "one\ntwo"},
		{"Chinese", "每天九点执行", 8, "每天九点\n执行"},
		{"no line begins with a comma", "每天九点，执行", 8, "每天九\n点，执行"},
		{"no line ends with a bracket", "每天九（点）", 8, "每天九\n（点）"},
		{"a number in Chinese stays whole", "每天12345执行", 8, "每天\n12345执\n行"},
		{"Chinese after Latin letters", "a bc执行", 5, "a bc\n执行"},
		{"a limit below one character", "每天", 1, "每\n天"},
	} {
		assert.Equal(t, tt.want, program.Wrap(tt.text, tt.limit), tt.name)
	}
}
