package transport

import (
	"errors"
	"net/url"
	"strings"
)

// ParseEndpoint reads the address of a service: http://host or https://host, with a
// port where it is not the scheme's own. Its errors never show the address, which may
// hold a password.
func ParseEndpoint(address string) (*url.URL, error) {
	const want = "want http://host[:port] or https://host[:port]"
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || !printable(u.Host):
		return nil, errors.New(want)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New(want + ", got another scheme")
	case u.User != nil:
		return nil, errors.New(want + ", without user and password")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New(want + ", without path, query or fragment")
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

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
