package transport_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	stderrors "errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

const marker = "mArKeR"

var markedCredential = transport.Credential{
	AccessKeyID: marker + "-id", AccessKeySecret: marker + "-secret", SecurityToken: marker + "-token",
}

var markedCommand = func() wire.Params {
	w := wire.NewWriter(wire.ActionRunCommand)
	w.Text("RegionId", "cn-beijing")
	w.Text("Type", "RunShellScript")
	w.Script("CommandContent", []byte("echo "+marker+" + done\n"))
	w.Text("ContentEncoding", "Base64")
	w.Flag("EnableParameter", true)
	w.Object("Parameters", map[string]string{"a": marker + " value", "b": marker + " value and more"})
	w.Secret("WindowsPasswordName", marker+"-password")
	w.List("InstanceId", []string{"i-1"})
	return w.Params()
}()

// allSecrets returns all texts of a request that a gateway or a transport could repeat in an error.
func allSecrets(req *http.Request) string {
	body, _ := io.ReadAll(req.Body)
	all := []string{string(body), req.URL.String(), markedCredential.AccessKeyID, markedCredential.AccessKeySecret, markedCredential.SecurityToken}
	form, _ := url.ParseQuery(req.URL.RawQuery + string(body))
	for _, values := range form {
		all = append(all, values...)
	}
	script, _ := base64.StdEncoding.DecodeString(form.Get("CommandContent"))
	return strings.Join(append(all, string(script), marker+" value"), " | ")
}

func TestErrorsHoldNoSecret(t *testing.T) {
	t.Parallel()
	script := base64.StdEncoding.EncodeToString([]byte("echo " + marker + " + done\n"))
	for name, rt := range map[string]roundTripper{
		"a refusal that repeats all": func(req *http.Request) (*http.Response, error) {
			reply, err := json.Marshal(map[string]string{
				"RequestId": "R", "Code": "InvalidParameter", "Message": allSecrets(req), "Recommend": "https://help?q=" + allSecrets(req),
			})
			return response(400, string(reply)), err
		},
		"a page that repeats all": func(req *http.Request) (*http.Response, error) {
			return response(414, "<html>"+allSecrets(req)), nil
		},
		"a transport that repeats all": func(req *http.Request) (*http.Response, error) {
			return nil, stderrors.New(allSecrets(req))
		},
		"a transport that names the address": func(req *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("mine: %w", &url.Error{Op: "Post", URL: req.URL.String(), Err: io.EOF})
		},
		"a proxy with a password": func(*http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("proxy %q: no route", "http://user:"+marker+"@proxy")
		},
		"a malformed proxy": func(*http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("invalid proxy address %q: bad", "user:"+marker+" @proxy")
		},
	} {
		for placement, query := range map[string]bool{"form": false, "query": true} {
			t.Run(name+", "+placement, func(t *testing.T) {
				t.Parallel()
				c := setup(t, rt, func(cfg *transport.Config) { cfg.Query, cfg.Credential = query, static(markedCredential) })
				_, err := c.Do(t.Context(), transport.Call{Params: markedCommand}, &wire.RunCommandReply{})
				require.Error(t, err)
				printed := err.Error() + fmt.Sprintf("%v %+v %#v %s %q", err, err, err, err, err)
				if e, ok := errors.AsType[*errors.APIError](err); ok {
					printed += e.Message + e.Recommend
				}
				if e, ok := errors.AsType[*errors.TransportError](err); ok {
					printed += string(e.Head) + fmt.Sprintf("%v %+v %#v", e.Err, e.Err, e.Err)
				}
				assert.NotContains(t, printed, marker)
				assert.NotContains(t, printed, "and more", "the rest of a longer secret")
				assert.NotContains(t, printed, script)
				assert.NotContains(t, printed, url.QueryEscape(script))
			})
		}
	}
}

func TestErrorsHoldNoLineOfTheScript(t *testing.T) {
	t.Parallel()
	params := script("#!/bin/sh\n\tmysql -p" + marker + " \r\nif x\nfi\n")
	for name, tc := range map[string]struct{ message, want string }{
		"a line":                    {"near 'mysql -p" + marker + "': odd", "near '***': odd"},
		"a line, escaped":           {"near mysql%20-p" + marker, "near ***"},
		"two lines":                 {"#!/bin/sh: mysql -p" + marker, "***: ***"},
		"text of three bytes":       {"near fi", "near fi"},
		"a line, cut at the end":    {"near 'mysql", "near '***"},
		"a line, cut with a mark":   {"near 'mysq...' (cut)", "near '***...' (cut)"},
		"a line, cut at the start":  {marker[2:] + " is odd", "*** is odd"},
		"a line, cut on both sides": {"near …sql -pmA… (cut)", "near …***… (cut)"},
		"the same bytes elsewhere":  {"mysq and " + marker[2:] + " apart", "mysq and " + marker[2:] + " apart"},
		"more than is looked at":    {strings.Repeat("x", 64<<10) + marker, strings.Repeat("x", 64<<10)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := setup(t, replyAlways(400, `{"RequestId":"R","Code":"Odd","Message":"`+tc.message+`","Recommend":"`+tc.message+`"}`))
			_, err := c.Do(t.Context(), transport.Call{Params: params}, &wire.RunCommandReply{})
			got, ok := errors.AsType[*errors.APIError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, tc.want, got.Message)
			assert.Equal(t, tc.want, got.Recommend)
		})
	}
}

// A secret is masked even if other text stands directly before and after it.
func FuzzEchoes(f *testing.F) {
	f.Add("near '", "': odd", false)
	f.Add("%", "%2", true)
	f.Add("\\", "\\u00", false)
	f.Add("&", "&#3", true)
	f.Add("...", "…", true)
	const secret = "{" + marker + "|" + marker + "-2 <&>%41\\n}"
	f.Fuzz(func(t *testing.T, before, after string, escaped bool) {
		said := secret
		if escaped {
			said = url.QueryEscape(secret)
		}
		reply, err := json.Marshal(map[string]string{"RequestId": "R", "Code": "InvalidParameter", "Message": before + said + after})
		require.NoError(t, err)
		c := setup(t, replyAlways(400, string(reply)), func(cfg *transport.Config) {
			cfg.Credential = static(transport.Credential{AccessKeyID: "id", AccessKeySecret: secret})
		})
		_, _, err = run(t.Context(), c)
		got, ok := errors.AsType[*errors.APIError](err)
		require.True(t, ok, "%v", err)
		if !strings.Contains(before+after, marker) {
			require.NotContains(t, got.Message, marker)
		}
	})
}

// Masking reads a large reply only once, even when the script has many lines. Each line of a script is a
// secret of its own.
func TestMaskingIsBounded(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&lines, "x%d\n", i)
	}
	params := script(lines.String())
	c := setup(t, replyAlways(400, `{"RequestId":"R","Code":"Odd","Message":"`+strings.Repeat("x2999 ", 1<<20)+`"}`))
	_, err := c.Do(t.Context(), transport.Call{Params: params}, &wire.RunCommandReply{})
	got, ok := errors.AsType[*errors.APIError](err)
	require.True(t, ok, "%v", err)
	assert.LessOrEqual(t, len(got.Message), 64<<10)
	assert.NotContains(t, got.Message, "x2999")
}

// With the variable DEBUG, darabonba-openapi prints the requests that it sends. The transport does not
// use this library for sending. The library reads the variable when a program starts, so the test starts
// a second process.
func TestDebugOutputHoldsNoSecret(t *testing.T) {
	t.Parallel()
	if os.Getenv("RUNCOMMAND_TEST_CHILD") != "" {
		for _, query := range []bool{false, true} {
			c := setup(t, replyAlways(200, `{"RequestId":"R","InvokeId":"`+marker+`"}`), func(cfg *transport.Config) {
				cfg.Query, cfg.Credential = query, static(markedCredential)
			})
			_, err := c.Do(t.Context(), transport.Call{Params: markedCommand}, &wire.RunCommandReply{})
			require.NoError(t, err)
		}
		return
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDebugOutputHoldsNoSecret$", "-test.v")
	child.Env = append(os.Environ(), "RUNCOMMAND_TEST_CHILD=1", "DEBUG=dara,credential,tea")
	out, err := child.CombinedOutput()
	require.NoError(t, err, string(out))
	printed := string(out)
	assert.Contains(t, printed, "--- PASS: TestDebugOutputHoldsNoSecret")
	assert.NotContains(t, printed, "x-acs-", "nothing of a request is printed")
	assert.NotContains(t, printed, marker)
	assert.NotContains(t, printed, base64.StdEncoding.EncodeToString([]byte("echo " + marker))[:12])
	assert.NotContains(t, printed, "Signature=")
}

func counted(calls *atomic.Int32) roundTripper {
	return func(*http.Request) (*http.Response, error) {
		calls.Add(1)
		return response(200, accepted), nil
	}
}

// A program may print a client. The text must not show the credential.
func TestAClientPrintsNoCredential(t *testing.T) {
	t.Parallel()
	c := setup(t, replyAlways(200, accepted), func(cfg *transport.Config) { cfg.Credential = static(markedCredential) })
	_, _, err := run(t.Context(), c)
	require.NoError(t, err)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", c, c, *c), marker)
}

// A gateway may return the whole request body in an encoding that a log would use.
func TestAnEncodedBodyShowsNothing(t *testing.T) {
	t.Parallel()
	const value = `p@$w#d!x&y%z"q<r`
	w := wire.NewWriter(wire.ActionRunCommand)
	w.Script("CommandContent", []byte("echo {{pw}}"))
	w.Text("ContentEncoding", "Base64")
	w.Flag("EnableParameter", true)
	w.Object("Parameters", map[string]string{"pw": value})
	params := w.Params()
	body := params.Form()
	for name, echo := range map[string]string{
		"Base64":      base64.StdEncoding.EncodeToString(body),
		"hexadecimal": hex.EncodeToString(body),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := setup(t, replyAlways(400, `{"RequestId":"R","Code":"Odd","Message":"body: `+echo+`"}`))
			_, err := c.Do(t.Context(), transport.Call{Params: params}, &wire.RunCommandReply{})
			got, ok := errors.AsType[*errors.APIError](err)
			require.True(t, ok, "%v", err)
			shown := wire.Escape(value)
			for _, form := range []string{hex.EncodeToString([]byte(shown[6:24])), base64.StdEncoding.EncodeToString([]byte(shown[6:24]))[4:20]} {
				assert.NotContains(t, got.Message, form)
			}
			assert.Contains(t, got.Message, "***")
		})
	}
}
