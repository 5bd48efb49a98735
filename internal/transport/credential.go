package transport

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// A Credential signs requests. It is an access key pair, with a security token when
// the pair is temporary, or it is a bearer token alone.
type Credential struct{ AccessKeyID, AccessKeySecret, SecurityToken, BearerToken string }

// Check returns an error for a credential that cannot sign. A credential cannot sign when it is
// empty, when it is only half of a pair, or when a part has wrong characters. An example is a blank,
// a quote or a line break that was copied with the key. The error names the part and does not show
// its value.
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

// credentialFlaw says what is wrong with a part of a credential. It returns "" when the part is
// valid.
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
		return "begins or ends with a quote; remove the quote"
	case !printable(s):
		return "holds characters that are not ASCII, perhaps typographic quotes or an invisible character"
	}
	return ""
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// secrets returns the parts of the credential. They must not be printed.
func (c Credential) secrets() []string {
	return []string{c.AccessKeyID, c.AccessKeySecret, c.SecurityToken, c.BearerToken}
}
