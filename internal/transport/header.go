package transport

import (
	"errors"
	"strings"
)

// CheckUserAgent is an error for a name that cannot stand in a header.
func CheckUserAgent(name string) error {
	if !printable(name) {
		return errors.New("only printable ASCII can be sent")
	}
	return nil
}

// printable reports whether s can stand in a header: ASCII without control
// characters.
func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
