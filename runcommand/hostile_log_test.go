package runcommand_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// loggedValue is a value that a program may log, and a pointer to this value.
type loggedValue struct {
	value, pointer any
	// data is true when the JSON of the value holds the complete data.
	data bool
}

// loggedValues has a value of each type that holds a secret or data of a command.
func loggedValues(tb testing.TB) map[string]loggedValue {
	tb.Helper()
	b := runcommand.PowerShell("echo "+marker+" {{p}}").Parameter("p", marker).Instances("i-1").
		Username(marker).WindowsPasswordName(marker).ClientToken(marker)
	req, err := b.Build()
	require.NoError(tb, err)
	client, err := runcommand.NewClient("cn-hangzhou", runcommand.WithStaticCredential(marker, marker, marker))
	require.NoError(tb, err)
	inv := client.Invocation("t-1")
	inv.ClientToken = marker
	credential := runcommand.Credential{AccessKeyID: marker, AccessKeySecret: marker, SecurityToken: marker, BearerToken: marker}
	result := runcommand.Result{InstanceID: "i-1", Status: runcommand.StatusFailed, ExitCode: 3, Exited: true, Output: []byte("> " + marker)}
	report := runcommand.Report{InvocationID: "t-1", Results: []runcommand.Result{result}, Complete: true}
	tags := []runcommand.Tag{{Key: "k", Value: marker}}
	summary, filter := runcommand.Summary{InvocationID: "t-1", Tags: tags}, runcommand.Filter{Tags: tags}
	failure := errors.InstanceError{InstanceID: "i-1", Status: "Failed", ExitCode: 3, Output: []byte(marker)}
	run := errors.RunError{ClientToken: marker, Err: &errors.TransportError{Head: []byte(marker), Err: errors.New("reset")}}
	attempt := runcommand.Attempt{Action: "RunCommand", Err: &run}
	return map[string]loggedValue{
		"Request":       {*req, req, true},
		"Result":        {result, &result, true},
		"Report":        {report, &report, true},
		"Summary":       {summary, &summary, true},
		"Filter":        {filter, &filter, true},
		"Builder":       {b, &b, false},
		"Client":        {*client, client, false},
		"Invocation":    {*inv, inv, false},
		"Credential":    {credential, &credential, false},
		"Attempt":       {attempt, &attempt, false},
		"InstanceError": {failure, &failure, false},
		"RunError":      {run, &run, false},
	}
}

// holders put a value inside another value, such as a slice or a map.
var holders = map[string]func(v any) any{
	"a slice":                   func(v any) any { return []any{v} },
	"an array":                  func(v any) any { return [1]any{v} },
	"a map":                     func(v any) any { return map[string]any{"k": v} },
	"a struct":                  func(v any) any { return struct{ V any }{v} },
	"a pointer to a struct":     func(v any) any { return &struct{ V any }{v} },
	"a map of slices":           func(v any) any { return map[string][]any{"k": {v}} },
	"a struct in a struct":      func(v any) any { return struct{ V struct{ W any } }{struct{ W any }{v}} },
	"a slice of maps of slices": func(v any) any { return []map[string][]any{{"k": {v}}} },
}

// logText logs v as an attribute with the given handler, in every way that slog offers.
func logText(v any, handler func(*bytes.Buffer) slog.Handler) string {
	var b bytes.Buffer
	log := slog.New(handler(&b))
	log.Info("m", "v", v)
	log.With("v", v).Info("m")
	log.WithGroup("g").Info("m", slog.Any("v", v), slog.Group("h", "v", v))
	return b.String()
}

func textHandler(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) }
func jsonHandler(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) }

// containsMarker looks for the marker in plain text, in Base64, in hexadecimal and as a
// list of bytes. In Base64 the marker has three forms, one for each offset.
func containsMarker(text string) bool {
	forms := []string{marker, fmt.Sprintf("%x", marker), fmt.Sprintf("%X", marker), strings.Trim(decimalBytes(marker), "[]")}
	for offset := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat(" ", offset) + marker))
		forms = append(forms, encoded[4:len(encoded)-4])
	}
	for _, form := range forms {
		if strings.Contains(text, form) {
			return true
		}
	}
	return false
}

func TestAnAttributeOfALogNeverShowsData(t *testing.T) {
	t.Parallel()
	for name, l := range loggedValues(t) {
		if name == "Attempt" {
			continue // a program does not log this value, but gets it in its observer
		}
		for _, v := range []any{l.value, l.pointer} {
			assert.False(t, containsMarker(logText(v, textHandler)), "%T as text", v)
			assert.False(t, containsMarker(logText(v, jsonHandler)), "%T as JSON", v)
		}
	}
}

func TestATextLogShowsNoDataInAnyPlace(t *testing.T) {
	t.Parallel()
	for name, l := range loggedValues(t) {
		for place, hold := range holders {
			for _, v := range []any{l.value, l.pointer} {
				assert.False(t, containsMarker(logText(hold(v), textHandler)), "%s in %s", name, place)
				for _, verb := range verbs[:len(verbs)-1] {
					assert.False(t, containsMarker(fmt.Sprintf(verb, hold(v))), "%s of %s in %s", verb, name, place)
				}
			}
		}
	}
}

// A JSON log handler writes the same JSON as encoding/json. The JSON of a request or a
// result is its complete data. The JSON of an error or a credential holds no secret.
func TestAJSONLogOfDataIsTheSameAsEncodingJSON(t *testing.T) {
	t.Parallel()
	for name, l := range loggedValues(t) {
		for place, hold := range holders {
			for _, v := range []any{l.value, l.pointer} {
				assert.Equal(t, l.data, containsMarker(logText(hold(v), jsonHandler)), "%s in %s", name, place)
				data, err := json.Marshal(hold(v))
				require.NoError(t, err)
				assert.Equal(t, l.data, containsMarker(string(data)), "JSON of %s in %s", name, place)
			}
		}
		data, err := json.Marshal(l.value)
		require.NoError(t, err)
		assert.Equal(t, l.data, containsMarker(string(data)), "JSON of %s", name)
	}
}

// The documentation shows ways to log values. None of these ways writes data of a command
// into the log.
func TestTheDocumentedWaysToLogShowNoData(t *testing.T) {
	t.Parallel()
	values := loggedValues(t)
	report := values["Report"].pointer.(*runcommand.Report)
	for _, handler := range []func(*bytes.Buffer) slog.Handler{textHandler, jsonHandler} {
		var b bytes.Buffer
		logger := slog.New(handler(&b))
		logger.Info("done", "report", report, "failed", fmt.Sprint(report.Failed()))
		logger.Info("done", "invocation", report.InvocationID, "failed", len(report.Failed()))
		logger.Info("done", "results", fmt.Sprint(report.Results), "error", report.Err())
		assert.False(t, containsMarker(b.String()))
		assert.Contains(t, b.String(), "ExitCode:3")
	}
}

// Data that is written as JSON and read again is unchanged.
func TestJSONOfDataIsWhole(t *testing.T) {
	t.Parallel()
	values := loggedValues(t)
	for name, back := range map[string]any{"Request": &runcommand.Request{}, "Result": &runcommand.Result{}, "Report": &runcommand.Report{}, "Summary": &runcommand.Summary{}, "Filter": &runcommand.Filter{}} {
		data, err := json.Marshal(values[name].value)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, back))
		assert.Equal(t, values[name].pointer, back, name)
	}
}

// Package fmt prints the values of unexported fields without calling their methods. It
// does not print what a pointer in such a field points to.
func TestPointersInUnexportedFieldsStayClosed(t *testing.T) {
	t.Parallel()
	values := loggedValues(t)
	req := values["Request"].pointer.(*runcommand.Request)
	report := values["Report"].pointer.(*runcommand.Report)
	held := struct {
		req    *runcommand.Request
		report *runcommand.Report
		cause  error
	}{req, report, report.Err()}
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		assert.False(t, containsMarker(fmt.Sprintf(verb, held)), verb)
	}
	assert.False(t, containsMarker(logText(held, textHandler)))
	assert.False(t, containsMarker(logText(held, jsonHandler)), "encoding/json leaves unexported fields out")
	open := struct{ result runcommand.Result }{report.Results[0]}
	const outdated = "should this fail, take the exception out of the documentation"
	assert.True(t, containsMarker(fmt.Sprintf("%v", open)), outdated)
	misused := "%s"
	assert.True(t, containsMarker(fmt.Sprintf(misused, held)), outdated)
	misused = "%w"
	assert.True(t, containsMarker(fmt.Sprintf(misused, report.Results[0])), outdated)
}
