package runcommand_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// bodyRecorder keeps the body of every request and answers that the command was accepted.
type bodyRecorder struct{ bodies []string }

func (w *bodyRecorder) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	w.bodies = append(w.bodies, string(body))
	res, _ := acceptedReply()(r)
	return res, err
}

// newSender returns a function that runs a request. The function returns the parameters as
// they were sent.
func newSender(tb testing.TB) func(*runcommand.Request) string {
	tb.Helper()
	wire := &bodyRecorder{}
	client, err := runcommand.NewClient("cn-hangzhou", runcommand.WithLimiter("RunCommand", noLimit{}),
		runcommand.WithStaticCredential("id", "secret", ""), runcommand.WithHTTPClient(&http.Client{Transport: wire}))
	require.NoError(tb, err)
	return func(req *runcommand.Request) string {
		wire.bodies = nil
		_, err := client.Run(tb.Context(), req)
		require.NoError(tb, err)
		require.Len(tb, wire.bodies, 1)
		return wire.bodies[0]
	}
}

type noLimit struct{}

func (noLimit) Wait(ctx context.Context) error { return ctx.Err() }

// jsonForms are the ways in which a program writes a request to a file.
var jsonForms = map[string]func(*runcommand.Request) ([]byte, error){
	"Marshal":           func(r *runcommand.Request) ([]byte, error) { return json.Marshal(r) },
	"Marshal of a copy": func(r *runcommand.Request) ([]byte, error) { return json.Marshal(*r) },
	"MarshalIndent":     func(r *runcommand.Request) ([]byte, error) { return json.MarshalIndent(r, "", "\t") },
	"an Encoder that does not escape HTML": func(r *runcommand.Request) ([]byte, error) {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent(" ", "  ")
		err := enc.Encode(r)
		return b.Bytes(), err
	},
}

// assertSameAfterJSON builds req, writes the request as JSON in every form, reads the JSON
// and compares the parameters that are sent. It reports whether Build accepted req.
func assertSameAfterJSON(tb testing.TB, send func(*runcommand.Request) string, req *runcommand.Request) bool {
	tb.Helper()
	if req.ClientToken == "" {
		req.ClientToken = "token"
	}
	built, err := req.Edit().Build()
	if err != nil {
		_, ok := errors.AsType[*errors.ValidationError](err)
		require.True(tb, ok, "%v", err)
		return false
	}
	if built.RegionID != "" {
		built.RegionID = "cn-hangzhou" // the client sends only requests for its own region
	}
	want := send(built)
	for form, write := range jsonForms {
		data, err := write(built)
		require.NoError(tb, err, form)
		var back runcommand.Request
		require.NoError(tb, json.Unmarshal(data, &back), form)
		again, err := back.Edit().Build()
		require.NoError(tb, err, "%s: what was accepted is accepted again", form)
		require.Equal(tb, want, send(again), form)
	}
	return true
}

// trickyTexts are texts that an encoding may change.
var trickyTexts = []string{
	"", " ", "\x00", "a\x00b", "\t\r\n", "\x1b[31m", "\x7f", "\u0080", "\u2028\u2029", "\ufffd", "\ufeff", "\ufffe", "中文", "🦉", "\U0010ffff",
	"e\u0301", "<script>&amp;'\"", `\u0041`, `\ud800`, `\`, "%41+%20&=", "null", "true", "0", "{{p0}}", "\u202e",
	"\xff", "\x80", "a\xe4\xb8", "\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80", "\xd6\xd0", "x\xfe\xffy",
}

var trickySchedules = []string{
	"rate(60s)", "rate(90s)", "rate(7d)", "Rate(60M)", "at(2040-02-29 13:15:30)", "at(2040-06-06 13:15:30 America/St_Johns)",
	"0 */20 * ? * MON-FRI", "0 0 3 L * ? 2040-2050/2 Asia/Shanghai", "0 0 12 ? * 5#2 GMT-3:30", "0 15 10 15W * ?",
}

// randomRequest changes some fields of a valid request to odd values.
func randomRequest(r *rand.Rand) *runcommand.Request {
	req := &runcommand.Request{
		Type: runcommand.RunShellScript, Content: []byte("echo {{p0}} {{p1}} {{p2}}"), InstanceIDs: []string{"i-1"}, ClientToken: "token",
	}
	text := func() string {
		if r.IntN(8) == 0 {
			raw := make([]byte, r.IntN(12))
			for i := range raw {
				raw[i] = byte(r.IntN(256))
			}
			return string(raw)
		}
		return trickyTexts[r.IntN(len(trickyTexts))]
	}
	v := reflect.ValueOf(req).Elem()
	for range r.IntN(5) {
		f := v.Field(r.IntN(v.NumField()))
		if !f.CanSet() {
			continue
		}
		switch value := f.Addr().Interface().(type) {
		case *string:
			*value = text()
		case *bool:
			*value = !*value
		case *[]byte:
			*value = append(*value, text()...)
		case *[]string:
			*value = append([]string{}, *value...)
			for range r.IntN(3) {
				*value = append(*value, text())
			}
		case *[]runcommand.Tag:
			*value = []runcommand.Tag{}
			for range r.IntN(3) {
				*value = append(*value, runcommand.Tag{Key: text(), Value: text()})
			}
		case *map[string]string:
			req.EnableParameter, *value = true, map[string]string{}
			for _, name := range []string{"p0", "p1", "p2"}[:r.IntN(4)] {
				(*value)[name] = text()
			}
		case *time.Duration:
			*value = []time.Duration{-1, 1, time.Second, time.Minute + 1, 59 * time.Minute, 1<<63 - 1, 9223372036 * time.Second}[r.IntN(7)]
		case *frequency.Schedule:
			*value = frequency.MustParse(trickySchedules[r.IntN(len(trickySchedules))])
		case *runcommand.RepeatMode:
			*value = []runcommand.RepeatMode{"Once", "Period", "NextRebootOnly", "EveryReboot", "DryRun", "\xff"}[r.IntN(6)]
		case *runcommand.TerminationMode:
			*value = []runcommand.TerminationMode{"Process", "ProcessTree", "\xff"}[r.IntN(3)]
		case *runcommand.CommandType:
			*value = []runcommand.CommandType{"RunBatScript", "RunPowerShellScript", "\xff"}[r.IntN(3)]
		}
	}
	return req
}

// A request that Build accepts is the same, byte for byte, after it was written to a file
// and read again. The service would refuse a different request with the same token, or
// run the command twice.
func TestEveryAcceptedRequestIsTheSameAfterItsFile(t *testing.T) {
	t.Parallel()
	send, r := newSender(t), rand.New(rand.NewPCG(10, 4))
	const tries = 4000
	accepted := 0
	for range tries {
		if assertSameAfterJSON(t, send, randomRequest(r)) {
			accepted++
		}
	}
	assert.Greater(t, accepted, tries/10)
	assert.Greater(t, tries-accepted, tries/10)
	t.Logf("%d of %d random requests accepted, each the same after JSON in %d forms", accepted, tries, len(jsonForms))
}

// Each case puts a text into only one field, so that no other broken rule hides the
// result.
func TestEveryTextFieldRefusesOrKeepsEveryText(t *testing.T) {
	t.Parallel()
	send := newSender(t)
	for name, set := range map[string]func(*runcommand.Request, string){
		"Name":                func(r *runcommand.Request, s string) { r.Name = s },
		"Description":         func(r *runcommand.Request, s string) { r.Description = s },
		"WorkingDir":          func(r *runcommand.Request, s string) { r.WorkingDir = s },
		"Username":            func(r *runcommand.Request, s string) { r.Username = s },
		"WindowsPasswordName": func(r *runcommand.Request, s string) { r.WindowsPasswordName = s },
		"Launcher":            func(r *runcommand.Request, s string) { r.Launcher = s },
		"ResourceGroupID":     func(r *runcommand.Request, s string) { r.ResourceGroupID = s },
		"OSSOutputDelivery":   func(r *runcommand.Request, s string) { r.OSSOutputDelivery = "oss://b/" + s },
		"an instance id":      func(r *runcommand.Request, s string) { r.InstanceIDs = []string{"i-" + s} },
		"a tag's key":         func(r *runcommand.Request, s string) { r.Tags = []runcommand.Tag{{Key: "k" + s}} },
		"a tag's value":       func(r *runcommand.Request, s string) { r.Tags = []runcommand.Tag{{Key: "k", Value: s}} },
		"a resource tag's key": func(r *runcommand.Request, s string) {
			r.InstanceIDs, r.ResourceTags = nil, []runcommand.Tag{{Key: "k" + s}}
		},
		"a resource tag's value": func(r *runcommand.Request, s string) {
			r.InstanceIDs, r.ResourceTags = nil, []runcommand.Tag{{Key: "k", Value: s}}
		},
		"a parameter's value": func(r *runcommand.Request, s string) {
			r.EnableParameter, r.Parameters = true, map[string]string{"p0": s}
		},
		"the script": func(r *runcommand.Request, s string) { r.Content = append(r.Content, s...) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, text := range trickyTexts {
				req := &runcommand.Request{Type: runcommand.RunShellScript, Content: []byte("echo {{p0}}"), InstanceIDs: []string{"i-1"}}
				set(req, text)
				valid := name == "the script" || strings.ToValidUTF8(text, "") == text
				assert.Equal(t, valid, assertSameAfterJSON(t, send, req), "%q", text)
			}
		})
	}
}

func TestAnAmbiguousFileIsRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, says string }{
		{"text in another encoding", "{\"Name\":\"\xd6\xd0\"}", "not UTF-8"},
		{"a name in another encoding", "{\"Parameters\":{\"\xff\":\"\"}}", "not UTF-8"},
		{"the first half of a character", `{"Name":"\ud83e"}`, "half of a character"},
		{"the second half of a character", `{"Name":"\udd89x"}`, "half of a character"},
		{"two first halves", `{"Name":"\uD83E\uD83E\uDD89"}`, "half of a character"},
		{"half of a character among parameters", `{"Parameters":{"a":"\udc00"}}`, "half of a character"},
		{"a field twice", `{"Name":"a","Timeout":5,"Name":"b"}`, "Name twice"},
		{"a field twice with one value", `{"Name":"a","Name":"a"}`, "Name twice"},
		{"a field twice in other cases", `{"Name":"a","name":"b"}`, "Name twice"},
		{"a list twice", `{"InstanceId":["i-1"],"InstanceId":["i-2"]}`, "InstanceId twice"},
		{"parameters twice", `{"Parameters":{"a":"1"},"parameters":{"b":"2"}}`, "Parameters twice"},
		{"a parameter twice", `{"Parameters":{"a":"1","b":"","a":"2"}}`, "an entry of Parameters twice"},
		{"the key of a tag twice", `{"Tag":[{"Key":"z","Value":"v"},{"Key":"a","key":"b"}]}`, "an entry of Tag twice"},
		{"the value of a resource tag twice", `{"ResourceTag":[{"Key":"z","Value":"v","Value":"w"}]}`, "an entry of ResourceTag twice"},
		{"very deep lists", strings.Repeat("[", 100_000), "max depth"},
		{"very deep lists in a field", `{"Tag":` + strings.Repeat("[", 100_000), "max depth"},
		{"an escaped name twice", `{"Name":"a","N\u0061me":"b"}`, "Name twice"},
		{"a whole character", `{"Name":"\ud83e\udd89 \\ud83e \ufffd"}`, ""},
		{"parameters that differ by case", `{"Parameters":{"a":"1","A":"2"}}`, ""},
		{"the parts of two tags", `{"Tag":[{"Key":"a","Value":"b"},{"Key":"c","Value":"d"}]}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := json.Unmarshal([]byte(tt.file), new(runcommand.Request))
			if tt.says == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, tt.says)
		})
	}
}

// A file with very many unknown names is refused for the first name. This takes no longer
// than reading the file.
func TestAFileOfManyNamesIsRefusedSoon(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&b, `"x%d":1,`, i)
	}
	err := json.Unmarshal([]byte("{"+b.String()+`"Name":"a"}`), new(runcommand.Request))
	assert.ErrorContains(t, err, "unknown field")
}

func FuzzARequestSurvivesItsFile(f *testing.F) {
	for i, text := range trickyTexts {
		f.Add([]byte(text), text, trickyTexts[(i+1)%len(trickyTexts)], text, "k"+text, text, trickySchedules[i%len(trickySchedules)], int64(i))
	}
	f.Fuzz(func(t *testing.T, script []byte, name, dir, id, key, value, schedule string, timeout int64) {
		s, _ := frequency.Parse(schedule)
		assertSameAfterJSON(t, newSender(t), &runcommand.Request{
			Type: runcommand.RunShellScript, Content: append([]byte("{{p}}"), script...), Name: name, Description: value, WorkingDir: dir,
			Timeout: time.Duration(timeout) * time.Second, EnableParameter: true, Parameters: map[string]string{"p": value}, Frequency: s,
			Username: name, InstanceIDs: []string{id}, Tags: []runcommand.Tag{{Key: key, Value: value}}, ResourceGroupID: dir, Launcher: dir,
		})
	})
}
