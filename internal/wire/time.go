package wire

import (
	"strings"
	"time"
)

// Time parses a time of a reply, such as "2026-01-02T03:04:05Z". It returns the zero time for
// text that is no time, and for "", which the service sends for a time that has not come.
func Time(s string) time.Time {
	if s == "" {
		return time.Time{} // without this check, the failing parsers take most of the time for a row
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
