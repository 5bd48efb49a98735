package runcommand_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

const marker = "MARKER-7f3a"

var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T%v"}

// printEveryWay returns the texts of v in all the ways in which a value reaches a log.
func printEveryWay(tb testing.TB, v any) []string {
	tb.Helper()
	var out []string
	for _, verb := range verbs {
		args := []any{v}
		if verb == "%T%v" {
			args = append(args, v)
		}
		out = append(out, fmt.Sprintf(verb, args...))
	}
	out = append(out, fmt.Sprint([]any{v}, struct{ V any }{v}))
	var text, data bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("m", "v", v)
	slog.New(slog.NewJSONHandler(&data, nil)).Info("m", "v", v)
	return append(out, text.String(), data.String())
}

func TestNothingSecretIsPrintedOfAnyValue(t *testing.T) {
	t.Parallel()
	b := runcommand.PowerShell("echo "+marker+" {{p}}").Parameter("p", marker).Instances("i-1").Name("visible").
		Username(marker).WindowsPasswordName(marker).ClientToken(marker)
	req, err := b.Build()
	require.NoError(t, err)
	credential := runcommand.Credential{AccessKeyID: marker, AccessKeySecret: marker, SecurityToken: marker, BearerToken: marker}
	client, err := runcommand.NewClient("cn-hangzhou", runcommand.WithStaticCredential(marker, marker, marker))
	require.NoError(t, err)
	inv := client.Invocation("t-1")
	inv.ClientToken = marker
	result := runcommand.Result{
		InstanceID: "visible", Status: runcommand.StatusFailed, ExitCode: 3, Exited: true, Output: []byte(marker),
		Started: time.Unix(0, 0), Finished: time.Unix(2, 0),
	}
	report := runcommand.Report{InvocationID: "visible", Results: []runcommand.Result{result}}
	tags := []runcommand.Tag{{Key: "k", Value: marker}}
	summary, filter := runcommand.Summary{InvocationID: "visible", Tags: tags}, runcommand.Filter{CommandName: "visible", Tags: tags}
	for name, c := range map[string]struct {
		value any
		shows string
	}{
		"Request":               {*req, "visible"},
		"pointer to Request":    {req, "visible"},
		"Builder":               {b, "visible"},
		"pointer to Builder":    {&b, "visible"},
		"Credential":            {credential, "AccessKeyID:set"},
		"pointer to Credential": {&credential, "AccessKeyID:set"},
		"Client":                {*client, "cn-hangzhou"},
		"pointer to Client":     {client, "cn-hangzhou"},
		"Invocation":            {*inv, "t-1"},
		"pointer to Invocation": {inv, "t-1"},
		"Result":                {result, "ExitCode:3"},
		"pointer to Result":     {&result, "visible"},
		"Report":                {report, "Duration:2s"},
		"pointer to Report":     {&report, "visible"},
		"Summary":               {summary, "Tags:1 tag"},
		"pointer to Summary":    {&summary, "visible"},
		"Filter":                {filter, "Tags:1 tag"},
		"pointer to Filter":     {&filter, "visible"},
		"error of a result":     {result.Err(), "exit code 3"},
		"error of a report":     {report.Err(), "visible"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, printed := range printEveryWay(t, c.value) {
				assert.NotContains(t, printed, marker)
				assert.NotContains(t, printed, fmt.Sprintf("%x", marker))
			}
			assert.Contains(t, fmt.Sprintf("%+v", c.value), c.shows)
		})
	}
	for _, v := range []any{result.Err(), report.Err(), credential, []any{&credential, inv}} {
		data, jsonErr := json.Marshal(v)
		require.NoError(t, jsonErr)
		assert.NotContains(t, string(data), marker)
	}
}

func TestPrintingNilIsNoPanic(t *testing.T) {
	t.Parallel()
	for _, v := range []any{(*runcommand.Request)(nil), (*runcommand.Client)(nil), (*runcommand.Invocation)(nil), (*runcommand.Report)(nil)} {
		assert.NotPanics(t, func() { _ = fmt.Sprintf("%v %+v %#v", v, v, v) })
	}
}
