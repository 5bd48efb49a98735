package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestArgumentsOfTheCommandLine(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { taken.Close() })
	for _, c := range []struct {
		name   string
		args   []string
		status int
		err    string
	}{
		{"a flag that is none", []string{"-x"}, 2, "usage: emulator"},
		{"a word that is no flag", []string{"start"}, 2, `"start" is not a flag`},
		{"every address of the machine", []string{"-addr", ":8089"}, 2, "-allow-remote allows it"},
		{"every address, spelled out", []string{"-addr", "0.0.0.0:8089"}, 2, "not a loopback address"},
		{"every address, the sixth version", []string{"-addr", "[::]:8089"}, 2, "not a loopback address"},
		{"an address of the network", []string{"-addr", "192.0.2.1:8089"}, 2, "not a loopback address"},
		{"a name, which may point anywhere", []string{"-addr", "example.invalid:8089"}, 2, "not a loopback address"},
		{"an address without a port", []string{"-addr", "127.0.0.1"}, 2, "not a host and a port"},
		{"no instance", []string{"-instances", "0"}, 2, "from 1 to 10000"},
		{"too many instances", []string{"-instances", "10001"}, 2, "from 1 to 10000"},
		{"a negative rate", []string{"-rate", "-1"}, 2, "may not be negative"},
		{"a negative time", []string{"-takes", "-1s"}, 2, "may not be negative"},
		{"a time for real scripts", []string{"-takes", "1s", "-shell"}, 2, "cannot be used with -shell"},
		{"a key that a shell would take apart", []string{"-key", "a b"}, 2, "-key may have"},
		{"a secret that a shell would run", []string{"-secret", "$(id)"}, 2, "-secret may have"},
		{"an address that is taken", []string{"-addr", taken.Addr().String()}, 1, "-addr 127.0.0.1:0 takes a free port"},
		{"a port that is none", []string{"-addr", "127.0.0.1:http-x"}, 1, "unknown port"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			assert.Equal(t, c.status, run(t.Context(), c.args, &out, &errs))
			assert.Contains(t, errs.String(), c.err)
			assert.Empty(t, out.String())
		})
	}
}

func TestThePageShowsWhatThisProgramPrints(t *testing.T) {
	t.Parallel()
	p := launch(t, "-addr", "127.0.0.1:0")
	changing := strings.NewReplacer(
		p.variables["ALIBABA_CLOUD_ENDPOINT"], "127.0.0.1:8089",
		p.variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"], "A-NEW-ONE-AT-EACH-START")
	programtest.Compare(t, "emulator", "", changing.Replace(p.greeting))
	assert.Zero(t, p.end())
}

func TestFlagsAreReadAfterAWordToo(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	assert.Equal(t, 2, run(t.Context(), []string{"start", "-x"}, &out, &errs))
	assert.Equal(t, "emulator: flag provided but not defined: -x\nusage: emulator [flags]; -h explains the flags\n", errs.String())
}

func TestOtherMachinesAreAllowedOnlyByAllowRemote(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{":8089", "0.0.0.0:8089", "192.0.2.1:8089"} {
		o, err := parse([]string{"-addr", addr, "-allow-remote"}, io.Discard)
		require.NoError(t, err, addr)
		var out bytes.Buffer
		o.printGreeting(&out, reachable(addr))
		assert.Contains(t, out.String(), "OTHER MACHINES CAN REACH IT", addr)
	}
	assert.Equal(t, "127.0.0.1:8089", reachable("0.0.0.0:8089"))
	assert.Equal(t, "127.0.0.1:8089", reachable("[::]:8089"))
	assert.Equal(t, "192.0.2.1:8089", reachable("192.0.2.1:8089"))
	assert.Equal(t, "[::1]:8089", reachable("[::1]:8089"))
}

func TestEverySecretIsNew(t *testing.T) {
	t.Parallel()
	one, err := parse(nil, io.Discard)
	require.NoError(t, err)
	other, err := parse(nil, io.Discard)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(one.secret), 20)
	assert.NotEqual(t, one.secret, other.secret)
}

func TestScriptsAreNotRunUnlessAsked(t *testing.T) {
	t.Parallel()
	p := launch(t, "-addr", "127.0.0.1:0", "-instances", "1", "-key", "my-key", "-secret", "my.secret")
	assert.Contains(t, p.greeting, "serves the instance i-local-1.")
	assert.Contains(t, p.greeting, "Scripts are not run")
	assert.Equal(t, "my-key", p.variables["ALIBABA_CLOUD_ACCESS_KEY_ID"])
	assert.Equal(t, "my.secret", p.variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"])
	assert.Empty(t, p.run(t, "echo printed"))
	assert.Contains(t, p.get(t, "/"), "Scripts are not run")
	assert.Zero(t, p.end())
}

func TestAWrongSecretIsRefused(t *testing.T) {
	t.Parallel()
	p := launch(t, "-addr", "127.0.0.1:0")
	p.variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "guessed"
	_, err := p.client(t).AgentStatus(t.Context(), "i-local-1")
	assert.ErrorIs(t, err, errors.SignatureDoesNotMatch)
	assert.Zero(t, p.end())
}

// An emulator is the program, started by a test.
type emulator struct {
	greeting  string
	variables map[string]string
	errs      *bytes.Buffer // read it only after the method end has returned
	web       *http.Transport
	output    *bufio.Reader
	cancel    context.CancelFunc
	status    chan int
}

var exports = regexp.MustCompile(`(?m)^ *export (\w+)=(\S+)$`)

// launch starts the program. It returns when the program has printed its greeting.
func launch(tb testing.TB, args ...string) *emulator {
	tb.Helper()
	reader, stdout := io.Pipe()
	ctx, cancel := context.WithCancel(tb.Context())
	p := &emulator{
		variables: map[string]string{}, errs: &bytes.Buffer{}, web: &http.Transport{},
		output: bufio.NewReader(reader), cancel: cancel, status: make(chan int, 1),
	}
	tb.Cleanup(func() {
		cancel()
		p.rest()
		p.web.CloseIdleConnections()
	})
	go func() {
		defer stdout.Close()
		p.status <- run(ctx, args, stdout, p.errs)
	}()
	for !strings.Contains(p.greeting, "Ctrl-C") {
		line, err := p.output.ReadString('\n')
		require.NoError(tb, err, p.greeting)
		p.greeting += line
	}
	for _, m := range exports.FindAllStringSubmatch(p.greeting, -1) {
		p.variables[m[1]] = m[2]
	}
	return p
}

// end stops the program in the same way as Ctrl-C does, and returns the exit status.
func (p *emulator) end() int {
	p.cancel()
	rest := p.rest()
	p.output = bufio.NewReader(strings.NewReader(rest))
	return <-p.status
}

// rest reads the output of the program until the program ends, and returns this output.
func (p *emulator) rest() string {
	text, _ := io.ReadAll(p.output) // the error is ignored, since it is always nil: closing the pipe only ends ReadAll
	return string(text)
}

func (p *emulator) client(tb testing.TB) *runcommand.Client {
	tb.Helper()
	client, err := runcommand.NewClient(p.variables["ALIBABA_CLOUD_REGION_ID"],
		runcommand.WithEndpoint("http://"+p.variables["ALIBABA_CLOUD_ENDPOINT"]),
		runcommand.WithStaticCredential(p.variables["ALIBABA_CLOUD_ACCESS_KEY_ID"], p.variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"], ""),
		runcommand.WithHTTPClient(&http.Client{Transport: p.web}))
	require.NoError(tb, err)
	return client
}

// run runs a script on the first instance and returns its output.
func (p *emulator) run(tb testing.TB, script string) string {
	tb.Helper()
	req, err := runcommand.Shell(script).Instances("i-local-1").Build()
	require.NoError(tb, err)
	inv, err := p.client(tb).Run(tb.Context(), req)
	require.NoError(tb, err)
	report, err := inv.Wait(tb.Context())
	require.NoError(tb, err)
	return report.Results[0].Text()
}

// get requests a path as a browser does.
func (p *emulator) get(tb testing.TB, path string) string {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, "http://"+p.variables["ALIBABA_CLOUD_ENDPOINT"]+path, http.NoBody)
	require.NoError(tb, err)
	reply, err := p.web.RoundTrip(r)
	require.NoError(tb, err)
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	require.NoError(tb, err)
	assert.Equal(tb, http.StatusOK, reply.StatusCode)
	return string(body)
}

func TestHelpIsForAPager(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "emulator", run)
}
