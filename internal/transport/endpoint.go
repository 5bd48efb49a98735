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
