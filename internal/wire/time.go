package wire

import (
	"strings"
	"time"
)

// Time reads a moment of a reply, such as "2026-01-02T03:04:05Z". Empty and
// unreadable text is the zero time: a moment that has not come yet is sent as
// empty text.
func Time(s string) time.Time {
	if s == "" {
		return time.Time{} // the failures below cost more than all else about a row
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
