package transport

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// A Credential signs requests: an access key pair, with a security token when
// it is temporary, or a bearer token alone.
type Credential struct{ AccessKeyID, AccessKeySecret, SecurityToken, BearerToken string }

// Check reports what keeps the credential from being used: half of a pair, or
// what copying a key from somewhere has left around it. Its errors name the part
// and show nothing of it.
func (c Credential) Check() error {
	if c.BearerToken == "" && (c.AccessKeyID == "" || c.AccessKeySecret == "") {
		return errors.New("the credential is empty or half of a pair")
	}
	for _, part := range []struct{ name, value string }{
		{"access key id", c.AccessKeyID},
		{"access key secret", c.AccessKeySecret},
		{"security token", c.SecurityToken},
		{"bearer token", c.BearerToken},
	} {
		if flaw := credentialFlaw(part.value); flaw != "" {
			return fmt.Errorf("the %s %s", part.name, flaw)
		}
	}
	return nil
}

// flawOf says what is wrong with a part of a credential, and nothing when all is
// well. Quotes count when they stand around it.
func credentialFlaw(s string) string {
	switch {
	case s == "":
		return ""
	case strings.ContainsFunc(s, unicode.IsControl):
		return "holds a control character, perhaps a line break at its end"
	case strings.TrimSpace(s) == "":
		return "consists of blanks"
	case strings.TrimSpace(s) != s:
		return "begins or ends with a blank"
	case isQuote(s[0]) || isQuote(s[len(s)-1]):
		return "begins or ends with a quote, which is no part of it"
	case !printable(s):
		return "holds characters that are not ASCII, perhaps typographic quotes or one that cannot be seen"
	}
	return ""
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// secrets are the parts that must not be printed.
func (c Credential) secrets() []string {
	return []string{c.AccessKeyID, c.AccessKeySecret, c.SecurityToken, c.BearerToken}
}
