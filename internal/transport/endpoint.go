package transport

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// ParseEndpoint parses the address of a service: http://host[:port] or https://host[:port]. Its
// errors do not show the address, since that may hold a password.
func ParseEndpoint(address string) (*url.URL, error) {
	const want = "want http://host[:port] or https://host[:port]"
	u, err := url.Parse(address)
	switch {
	case err != nil || !validHost(u):
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

// validHost reports whether an address has a valid host, and a valid port or none. An IPv6 address
// with a zone is not valid, since a zone has a meaning on one machine only.
func validHost(u *url.URL) bool {
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	named := strings.Trim(u.Hostname(), ".") != "" && printable(u.Host) && !strings.Contains(u.Host, "%")
	return named && (err == nil && port > 0 || u.Port() == "" && !strings.HasSuffix(u.Host, ":"))
}
