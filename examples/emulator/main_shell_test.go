//go:build unix

package main

import (
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestThePrintedSettingsAreEnoughToRunACommand(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"127.0.0.1:0", "localhost:0"} {
		t.Run(addr, func(t *testing.T) {
			t.Parallel()
			p := launch(t, "-addr", addr, "-instances", "2", "-shell")
			assert.Contains(t, p.greeting, "2 instances, i-local-1 to i-local-2")
			assert.Contains(t, p.greeting, "Scripts really run")
			assert.NotContains(t, p.greeting, "OTHER MACHINES")
			assert.Equal(t, "$((6*7)) is 42\n", p.run(t, "echo '$((6*7))' is $((6*7))"))
			assert.Contains(t, p.get(t, "/"), "$((6*7)) is 42\n")
			assert.Zero(t, p.end())
			assert.Empty(t, p.errs.String())
		})
	}
}

// In this test the program ends while a script runs. The test counts goroutines. So it is not parallel:
// no other test may run at the same time.
func TestTheProgramLeavesNoGoroutineAndNoListener(t *testing.T) {
	before := runtime.NumGoroutine()
	p := launch(t, "-addr", "127.0.0.1:0", "-shell")
	p.run(t, "echo hello")
	p.get(t, "/state")
	req, err := runcommand.Shell("exec sleep 600").Instances("i-local-1").Timeout(time.Hour).Build()
	require.NoError(t, err)
	_, err = p.client(t).Run(t.Context(), req)
	require.NoError(t, err)
	require.Zero(t, p.end())
	assert.Contains(t, p.rest(), "Ended.")
	p.web.CloseIdleConnections()
	left := runtime.NumGoroutine() - before
	for range 100_000 {
		if left <= 0 {
			break
		}
		runtime.Gosched() // lets other goroutines run, since those of closed connections need a moment to end
		left = runtime.NumGoroutine() - before
	}
	assert.LessOrEqual(t, left, 0)
	_, err = new(net.Dialer).DialContext(t.Context(), "tcp", p.variables["ALIBABA_CLOUD_ENDPOINT"])
	assert.ErrorIs(t, err, syscall.ECONNREFUSED)
}
