package runcommand_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	markup "html"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// Secrets of a request, each with the marker.
const (
	markedScript    = "#!/bin/sh\nmysql -u root \"-p" + marker + "-one\" <in.sql && echo 'a+b' ü\n" + marker + "\n"
	markedValue     = "x/" + marker + " & <value>"
	markedToken     = marker + "-client-token"
	markedKeyID     = "LTAI" + marker
	markedKeySecret = marker + "-key-secret/+="
	markedSTS       = "CAIS" + marker + "-sts=="
)

// secretForms are the forms in which a reply may repeat a secret.
var secretForms = map[string]func(string) string{
	"as it is":               func(s string) string { return s },
	"in JSON":                jsonEscape,
	"in JSON within JSON":    func(s string) string { return jsonEscape(jsonEscape(s)) },
	"in HTML":                markup.EscapeString,
	"in HTML within JSON":    func(s string) string { return jsonEscape(markup.EscapeString(s)) },
	"in a form":              url.QueryEscape,
	"in a path":              url.PathEscape,
	"in a form, twice":       func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"in a form, small":       func(s string) string { return lowerPercentSigns(url.QueryEscape(s)) },
	"in JSON within a form":  func(s string) string { return url.QueryEscape(jsonEscape(s)) },
	"in Go":                  strconv.Quote,
	"in Go, ASCII only":      strconv.QuoteToASCII,
	"in hexadecimal escapes": func(s string) string { return formatEachByte(s, `\x%02x`) },
	"in JSON escapes only":   func(s string) string { return formatEachByte(s, `\u%04X`) },
	"in percent signs only":  func(s string) string { return formatEachByte(s, `%%%02x`) },
	"in HTML numbers only":   func(s string) string { return formatEachByte(s, `&#x%x;`) },
	"in small letters":       strings.ToLower,
	"in large letters":       strings.ToUpper,
	"on one line":            func(s string) string { return strings.Join(strings.Fields(s), " ") },
	"in Base64":              func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"in Base64 for addresses": func(s string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(s))
	},
	"in Base64 of more":       func(s string) string { return base64.StdEncoding.EncodeToString([]byte("{" + s + "}")) },
	"in Base64 of still more": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("ab" + s + "yz")) },
	"in Base64 within a form": func(s string) string {
		return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s)))
	},
	"in hexadecimal":       func(s string) string { return hex.EncodeToString([]byte(s)) },
	"in large hexadecimal": func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
}

func jsonEscape(s string) string {
	data, _ := json.Marshal(s) // the error is ignored, because encoding a string cannot fail
	return strings.Trim(string(data), `"`)
}

// lowerPercentSigns writes percent escapes with small letters, such as %2f.
func lowerPercentSigns(s string) string {
	for _, c := range "ABCDEF" {
		for _, d := range "0123456789ABCDEF" {
			for _, form := range []string{string(c) + string(d), string(d) + string(c)} {
				s = strings.ReplaceAll(s, "%"+form, "%"+strings.ToLower(form))
			}
		}
	}
	return s
}

func formatEachByte(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

// secretCuts are the parts of a secret that a reply repeats: the whole secret, its
// beginning, or its end.
var secretCuts = map[string]func(string) string{
	"whole":             func(s string) string { return "near '" + s + "': odd" },
	"cut at the end":    func(s string) string { return "near " + s[:len(s)-len(s)/5] },
	"cut with a mark":   func(s string) string { return "near '" + s[:len(s)-len(s)/5] + "...' (cut)" },
	"cut at the start":  func(s string) string { return s[len(s)/9:] + " is odd" },
	"the bound cuts it": func(s string) string { return strings.Repeat(". ", max(32<<10-len(s)/3, 0)) + s },
	"the head cuts it":  func(s string) string { return strings.Repeat(".", max(510-len(s)/2, 0)) + s },
}

// requestSecrets are the secrets of one request.
type requestSecrets struct{ script, value, token, id, secret, sts string }

// secretParts returns texts that a reply may repeat, each with the secrets of its request.
// Only this one text in the request holds the marker, so the mask of another secret cannot
// hide the marker.
func secretParts() map[string]requestSecrets {
	all := allSecrets
	alone := func(keep func(*requestSecrets) *string) requestSecrets {
		s := all
		for _, field := range []*string{&s.script, &s.value, &s.token, &s.id, &s.secret, &s.sts} {
			if field != keep(&s) {
				*field = strings.ReplaceAll(*field, marker, "other")
			}
		}
		return s
	}
	script := alone(func(s *requestSecrets) *string { return &s.script })
	value := alone(func(s *requestSecrets) *string { return &s.value })
	parameters, _ := json.Marshal(map[string]string{"p": markedValue}) // the error is ignored, because encoding this map cannot fail
	return map[string]requestSecrets{
		markedScript: script,
		base64.StdEncoding.EncodeToString([]byte(markedScript)): script,
		strings.Split(markedScript, "\n")[1]:                    script,
		markedValue:                                             value,
		string(parameters):                                      value,
		markedToken:                                             alone(func(s *requestSecrets) *string { return &s.token }),
		markedKeyID:                                             alone(func(s *requestSecrets) *string { return &s.id }),
		markedKeySecret:                                         alone(func(s *requestSecrets) *string { return &s.secret }),
		markedSTS:                                               alone(func(s *requestSecrets) *string { return &s.sts }),
		strings.Join([]string{markedScript, markedValue, markedToken, markedKeyID, markedKeySecret, markedSTS}, " | "): all,
	}
}

func requestWith(t *testing.T, s requestSecrets) *runcommand.Request {
	t.Helper()
	req, err := runcommand.Shell(s.script+"# {{p}}").Parameter("p", s.value).Instances("i-1").ClientToken(s.token).Build()
	require.NoError(t, err)
	return req
}

var allSecrets = requestSecrets{markedScript, markedValue, markedToken, markedKeyID, markedKeySecret, markedSTS}
