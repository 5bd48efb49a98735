package wire

import (
	"strings"
	"time"
)

// Time parses a time of a reply, such as "2026-01-02T03:04:05Z". It returns the zero time for
// text that is no time. It also returns the zero time for "": the service sends "" when the
// event has not happened yet.
func Time(s string) time.Time {
	if s == "" {
		return time.Time{} // decided without parsing, because failed parsing would take most of the time for a row
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
