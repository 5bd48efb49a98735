package main

import (
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
)

// shownText is the room for all outputs and scripts together, in bytes of HTML or JSON.
const shownText = 512 << 10

// spend returns text in printable form and takes its length in HTML from room. It returns no text when there is no
// room for it.
func spend(room *int, text []byte) string {
	if len(text) > *room {
		return ""
	}
	shown := program.Printable(string(text))
	length := len(shown)
	for _, escaped := range []string{"<", ">", "&", `"`, "'", "+"} {
		length += 5 * strings.Count(shown, escaped) // an escape has at most six characters, such as \u003c in JSON
	}
	if length > *room {
		return ""
	}
	*room -= length
	return shown
}

// shortName shortens a name that a caller has chosen.
func shortName(s string) string { return short(s, shownName) }

// short shortens a text of a caller or a script to a number of characters.
func short(s string, characters int) string {
	if len(s) > 4*characters {
		s = s[:4*characters+4] // a character has at most four bytes
	}
	s = program.Printable(s)
	if utf8.RuneCountInString(s) > characters {
		s = string([]rune(s)[:characters]) + "…"
	}
	return s
}

// stamp returns a time with its date and its zone, such as "2026-06-01 12:00:00 +08:00". It has no character
// that HTML escapes, except for the plus sign, which the package html/template escapes without need.
func stamp(t time.Time) template.HTML {
	layout := "2006-01-02 15:04:05 -07:00"
	if _, offset := t.Zone(); offset == 0 {
		layout = "2006-01-02 15:04:05 UTC"
	}
	return template.HTML(t.Format(layout)) // digits, signs and "UTC" only
}

// size returns a number of bytes with its unit.
func size(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return strconv.Itoa(n) + " bytes"
}
