package transport

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAListOfHostsWithoutProxyHasTheRulesOfTheVariable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		list, address string
		want          bool
	}{
		"nothing is listed":                            {"", "https://ecs.example.com", false},
		"empty entries are nothing":                    {" , ,", "https://ecs.example.com", false},
		"a star is everything":                         {"a, *", "https://ecs.example.com", true},
		"a star is everything on this machine":         {"*", "http://127.0.0.1:80", true},
		"the name itself":                              {"ecs.example.com", "https://ecs.example.com", true},
		"the name in capitals":                         {"ECS.Example.com", "https://ecs.example.com", true},
		"one of several, with blanks":                  {"a.com , ecs.example.com", "https://ecs.example.com", true},
		"a name has its subdomains":                    {"example.com", "https://ecs.example.com", true},
		"a name is no part of a word":                  {"example.com", "https://badexample.com", false},
		"a subdomain is not its domain":                {"ecs.example.com", "https://example.com", false},
		"a point means subdomains":                     {".example.com", "https://ecs.example.com", true},
		"a point does not mean the domain":             {".example.com", "https://example.com", false},
		"a star and a point mean subdomains":           {"*.example.com", "https://ecs.example.com", true},
		"a star and a point do not mean the domain":    {"*.example.com", "https://example.com", false},
		"with the port of https":                       {"example.com:443", "https://example.com", true},
		"with the port of http":                        {"example.com:80", "http://example.com", true},
		"with the port that is asked":                  {"example.com:8443", "https://example.com:8443", true},
		"with another port":                            {"example.com:80", "https://example.com", false},
		"without a port for any":                       {"example.com", "https://example.com:8443", true},
		"an address":                                   {"10.0.0.1", "http://10.0.0.1:8080", true},
		"an address with its port":                     {"10.0.0.1:8080", "http://10.0.0.1:8080", true},
		"an address with another port":                 {"10.0.0.1:8081", "http://10.0.0.1:8080", false},
		"another address":                              {"10.0.0.2", "http://10.0.0.1", false},
		"the end of an address is no domain":           {"0.1", "http://10.0.0.1", false},
		"a prefix":                                     {"10.0.0.0/8", "http://10.200.0.1", true},
		"a prefix without the address":                 {"10.0.0.0/8", "http://11.0.0.1", false},
		"a prefix has no names":                        {"0.0.0.0/0", "http://example.com", false},
		"an address of version 6":                      {"::1", "http://[::1]:8080", true},
		"an address of version 6 in brackets":          {"[2001:db8::1]:443", "https://[2001:db8::1]", true},
		"a prefix of version 6":                        {"2001:db8::/32", "https://[2001:db8::1]", true},
		"this machine by its name":                     {"localhost", "http://localhost:1", true},
		"this machine by its address is not its name":  {"localhost", "http://127.0.0.1:1", false},
		"an address of version 4 within version 6":     {"::ffff:10.1.2.3", "http://10.1.2.3", true},
		"a prefix of version 4 has those too":          {"10.0.0.0/8", "http://[::ffff:10.1.2.3]", true},
		"a star before a name is not the name":         {"*example.com", "http://example.com", false},
		"entries of no use are passed over":            {":80,//,[,example.com", "http://example.com", true},
		"an address with a scheme is no entry of ours": {"http://example.com", "http://example.com", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, err := url.Parse(c.address)
			require.NoError(t, err)
			assert.Equal(t, c.want, inNoProxy(c.list, u))
		})
	}
}

func TestAddressesOfProxies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		address string
		schemes []string
		want    string // "" when ParseProxy must return an error
	}{
		"whole":                        {"http://proxy:3128", nil, "http://proxy:3128"},
		"with a final slash":           {"http://proxy:3128/", nil, "http://proxy:3128/"},
		"with a user":                  {"https://u:p@proxy", nil, "https://u:p@proxy"},
		"a scheme in capitals":         {"HTTP://proxy:3128", nil, "http://proxy:3128"},
		"a SOCKS proxy":                {"socks5://proxy", nil, "socks5://proxy"},
		"a host and a port":            {"10.0.0.1:3128", nil, "http://10.0.0.1:3128"},
		"a name and a port":            {"localhost:3128", nil, "http://localhost:3128"},
		"a name and a port, of SOCKS":  {"localhost:1080", []string{"socks5", "socks5h"}, "socks5://localhost:1080"},
		"another scheme":               {"ftp://proxy", nil, ""},
		"an HTTP proxy where SOCKS is": {"http://proxy", []string{"socks5", "socks5h"}, ""},
		"no host":                      {"http://:3128", nil, ""},
		"a path alone":                 {"/only/a/path", nil, ""},
		"a port that is no number":     {"http://proxy:secret", nil, ""},
		"a line break":                 {"http://proxy\n", nil, ""},
		"not ASCII":                    {"http://pröxy", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, err := ParseProxy(c.address, c.schemes...)
			if c.want == "" {
				require.ErrorContains(t, err, "://[user:password@]host[:port]")
				assert.NotContains(t, err.Error(), c.address)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, u.String())
		})
	}
}

// The address of a proxy may have a password that is not escaped. No part of the password may become
// the host of the proxy.
func TestAnAddressOfAProxyIsAHostAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"http://user:12#ss@proxy:3128", "http://user:12/ss@proxy:3128", "http://user:12?ss@proxy:3128", "http://127.0.0.1:1?secret@proxy",
		"http://proxy/path", "http://proxy:312800", "http://proxy:", "http://:3128", "http://", "ftp://proxy", "http://pr\u00f6xy",
	} {
		_, err := ParseProxy(address)
		require.Error(t, err, address)
		assert.NotContains(t, err.Error(), "12")
	}
	for address, want := range map[string]string{
		"proxy": "http://proxy", "proxy:3128": "http://proxy:3128", "http://u:p%23@proxy:3128/": "http://u:p%23@proxy:3128/", "socks5h://proxy": "socks5h://proxy",
	} {
		u, err := ParseProxy(address)
		require.NoError(t, err, address)
		assert.Equal(t, want, u.String())
	}
}
