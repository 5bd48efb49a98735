package runcommandtest

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// winsock has the numbers that sockets of Windows report. Package syscall does not map them to
// those of Unix.
var winsock = map[error]syscall.Errno{syscall.ECONNRESET: 10054, syscall.ECONNREFUSED: 10061}

// assertConnectionError checks that a call failed with want, over the network of any system.
func assertConnectionError(tb testing.TB, err, want error, msg ...any) {
	tb.Helper()
	if number, ok := winsock[want]; ok && errors.Is(err, number) {
		return
	}
	assert.ErrorIs(tb, err, want, msg...)
}
