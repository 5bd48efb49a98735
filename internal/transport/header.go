package transport

import (
	"errors"
	"strings"
)

// CheckUserAgent returns an error for a name that cannot be the value of a header.
func CheckUserAgent(name string) error {
	if !printable(name) {
		return errors.New("only printable ASCII can be sent")
	}
	return nil
}

// printable reports whether s can be the value of a header: ASCII without control characters.
func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
