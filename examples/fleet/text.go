package main

import (
	"flag"
	"strings"
	"unicode"
)

// parseAnywhere parses flags before, between and after words, and returns the words. After
// "--" everything is a word.
func parseAnywhere(flags *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		rest := flags.Args()
		parsed := len(args) - len(rest)
		if len(rest) == 0 || parsed > 0 && args[parsed-1] == "--" {
			return append(words, rest...), nil
		}
		words, args = append(words, rest[0]), rest[1:]
	}
}

// clean replaces the characters of a remote text that a terminal does not print as they are:
// a script could move the cursor or change colors with them. The result is one line.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return ' '
		case !unicode.IsPrint(r):
			return '?'
		}
		return r
	}, text)
}

// firstLine returns the first line of an output that is not empty, cleaned and cut to the
// width of a table.
func firstLine(output string) string {
	const longest = 72
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		runes := []rune(clean(line))
		if len(runes) > longest {
			return string(runes[:longest-1]) + "…"
		}
		return string(runes)
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
