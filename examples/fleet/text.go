package main

import (
	"strings"
	"unicode"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
)

// oneLine returns a remote text as one line that does not change a terminal.
func oneLine(text string) string {
	return strings.NewReplacer("\n", " ", "\t", " ").Replace(program.Printable(text))
}

// firstLine returns the first line of an output that is not empty, cut to the width of a
// table.
func firstLine(output string) string {
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); line != "" {
			return program.Cut(oneLine(line), 72)
		}
	}
	return ""
}

// quote returns a word as a POSIX shell reads it.
func quote(word string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-/:%@+,=", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
