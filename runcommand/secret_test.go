package runcommand_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// Each secret contains the marker, so that one search finds them all.
const (
	secretScript   = "echo " + marker + "-script {{name}}"
	secretValue    = marker + "-value"
	secretPassword = marker + "-password"
	secretKey      = marker + "-key-secret"
	secretSTS      = marker + "-sts-token"
	secretClient   = marker + "-client-token"
)

// startWithSecrets starts a local service like setup. The credentials contain the marker.
func startWithSecrets(tb testing.TB) *runcommandtest.Server {
	tb.Helper()
	srv := runcommandtest.Start(tb, runcommandtest.WithSTS("key-id", secretKey, secretSTS))
	srv.AddInstance(runcommandtest.Instance{ID: "i-1", OS: runcommandtest.Windows, Users: []string{"admin"}})
	return srv
}

// secretCommand returns a command with the marker in every field that can hold a secret.
func secretCommand() runcommand.Builder {
	return runcommand.PowerShell(secretScript).Parameter("name", secretValue).Instances("i-1").
		Username("admin").WindowsPasswordName(secretPassword).ClientToken(secretClient)
}

func runSecretCommand(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) error {
	req, err := secretCommand().Build()
	if err != nil {
		return err
	}
	_, err = client.Run(ctx, req)
	return err
}

// clientRecorder keeps everything that a client reports: the log records in two forms, and
// the values that the observer gets.
type clientRecorder struct {
	mu         sync.Mutex
	text, data bytes.Buffer
	seen       []runcommand.Attempt
	progress   []runcommand.Progress
}

func newClientRecorder() *clientRecorder { return &clientRecorder{} }

func (d *clientRecorder) options() []runcommand.Option {
	level := &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}
	return []runcommand.Option{
		runcommand.WithLogger(slog.New(twoHandlers{slog.NewTextHandler(&d.text, level), slog.NewJSONHandler(&d.data, level)})),
		runcommand.WithObserver(runcommand.Observer{
			Attempt: func(_ context.Context, a runcommand.Attempt) {
				d.mu.Lock()
				defer d.mu.Unlock()
				d.seen = append(d.seen, a)
			},
			Poll: func(_ context.Context, p runcommand.Progress) {
				d.mu.Lock()
				defer d.mu.Unlock()
				d.progress = append(d.progress, p)
			},
		}),
	}
}

// attempts returns the number of recorded attempts at an action.
func (d *clientRecorder) attempts(action string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, a := range d.seen {
		if a.Action == action {
			n++
		}
	}
	return n
}

// assertNoSecret prints err and everything that was recorded, in every way, and looks for
// secrets in the text.
func (d *clientRecorder) assertNoSecret(tb testing.TB, err error) {
	tb.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	assert.Equal(tb, len(d.seen), strings.Count(d.data.String(), `"msg":"runcommand: attempt`), "one record an attempt")
	values := []any{err, d.seen, d.progress}
	for _, a := range d.seen {
		values = append(values, a, &a, a.Err)
	}
	for ; err != nil; err = unwrapOne(err) {
		values = append(values, err)
	}
	printed := []string{d.text.String(), d.data.String()}
	for _, v := range values {
		printed = append(printed, printEveryWay(tb, v)...)
		data, err := json.Marshal(v)
		require.NoError(tb, err)
		printed = append(printed, string(data))
	}
	assertNoMarker(tb, strings.Join(printed, "\n"))
}

// unwrapOne unwraps err by one level. When err wraps several errors, unwrapOne returns the
// last of them.
func unwrapOne(err error) error {
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return e.Unwrap()
	case interface{ Unwrap() []error }:
		if list := e.Unwrap(); len(list) > 0 {
			return list[len(list)-1]
		}
	}
	return nil
}

// decimalBytes returns a text in the form in which fmt prints its bytes, such as "[97 98]".
func decimalBytes(text string) string { return fmt.Sprintf("%d", []byte(text)) }

// assertNoMarker looks for the marker in plain text, as in a URL, in hexadecimal, in Base64
// and as a list of bytes.
func assertNoMarker(tb testing.TB, text string) {
	tb.Helper()
	for _, form := range []string{
		marker, url.QueryEscape(marker + " "), fmt.Sprintf("%x", marker), fmt.Sprintf("%X", marker),
		base64.StdEncoding.EncodeToString([]byte(secretScript)), decimalBytes(marker),
	} {
		assert.NotContains(tb, text, form)
	}
}

// twoHandlers passes records to two handlers.
type twoHandlers [2]slog.Handler

func (b twoHandlers) Enabled(ctx context.Context, l slog.Level) bool { return b[0].Enabled(ctx, l) }

func (b twoHandlers) Handle(ctx context.Context, r slog.Record) error {
	if err := b[0].Handle(ctx, r.Clone()); err != nil {
		return err
	}
	return b[1].Handle(ctx, r)
}

func (b twoHandlers) WithAttrs(attrs []slog.Attr) slog.Handler {
	return twoHandlers{b[0].WithAttrs(attrs), b[1].WithAttrs(attrs)}
}

func (b twoHandlers) WithGroup(name string) slog.Handler {
	return twoHandlers{b[0].WithGroup(name), b[1].WithGroup(name)}
}

// TestSecretsInRepliesToARunAreNotPrinted lets the service repeat the secrets in refusals
// and in replies that the client cannot use.
func TestSecretsInRepliesToARunAreNotPrinted(t *testing.T) {
	t.Parallel()
	echo := strings.Join([]string{secretScript, secretValue, secretPassword, secretKey, secretSTS}, ", ")
	quoted, err := json.Marshal(echo)
	require.NoError(t, err)
	for name, reply := range map[string]runcommandtest.Verdict{
		"a refusal":                 runcommandtest.Answer(403, fmt.Sprintf(`{"RequestId":"R","Code":"Forbidden.RAM","Message":%s}`, quoted)),
		"a refusal of the password": runcommandtest.Answer(400, fmt.Sprintf(`{"RequestId":"R","Code":"InvalidParameter","Message":%s,"Recommend":%s}`, quoted, quoted)),
		"a wrong signature":         runcommandtest.Answer(400, fmt.Sprintf(`{"RequestId":"R","Code":"SignatureDoesNotMatch","Message":"server string to sign is %s"}`, url.QueryEscape(echo))),
		"a page":                    runcommandtest.Answer(502, "<html>"+echo+"</html>"),
		"JSON of another machine":   runcommandtest.Answer(200, fmt.Sprintf(`{"request":%s}`, quoted)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := startWithSecrets(t)
			srv.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict { return reply })
			recorder := newClientRecorder()
			client := srv.Client(append(recorder.options(), retryQuickly(2))...)
			err := runSecretCommand(t.Context(), client, nil)
			require.ErrorContains(t, err, "RunCommand")
			recorder.assertNoSecret(t, err)
		})
	}
}

// TestDebugOutputHoldsNoSecret proves P9 of internal/DESIGN.md while the debug switch of
// the official library is on. The library reads the switch when a program starts. So the
// test starts the test binary again, as a second process.
func TestDebugOutputHoldsNoSecret(t *testing.T) {
	t.Parallel()
	if os.Getenv("RUNCOMMAND_TALK") != "" {
		makeDebuggedCalls(t)
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDebugOutputHoldsNoSecret$", "-test.v")
	cmd.Env = append(os.Environ(), "RUNCOMMAND_TALK=1", "DEBUG=dara")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.NotContains(t, string(out), "x-acs-action", "no request goes through the code that prints requests")
	assert.Contains(t, string(out), "talked")
	assertNoMarker(t, string(out))
	t.Logf("P9: %d bytes of debug output hold no secret", len(out))
}

// makeDebuggedCalls makes calls of every kind, with and without errors.
func makeDebuggedCalls(t *testing.T) {
	for _, options := range [][]runcommand.Option{nil, {runcommand.WithQueryParameters()}} {
		srv := startWithSecrets(t)
		client := srv.Client(append(options, retryQuickly(2))...)
		inv := begin(t, client, secretCommand())
		_, err := inv.Wait(t.Context())
		require.NoError(t, err)
		require.NoError(t, inv.Stop(t.Context()))
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept, Times: -1})
		fmt.Println(runSecretCommand(t.Context(), client, nil))
	}
	fmt.Println("talked")
}
