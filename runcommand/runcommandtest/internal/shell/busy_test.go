//go:build unix

package shell

import (
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// loadCPUs keeps all processors busy until the end of the test: half of the load is in
// this process, the other half in other processes.
func loadCPUs(tb testing.TB) {
	tb.Helper()
	var end atomic.Bool
	var spinning sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		spinning.Go(func() {
			for !end.Load() {
			}
		})
		other := exec.CommandContext(tb.Context(), "sh", "-c", "while :; do :; done")
		require.NoError(tb, other.Start())
		tb.Cleanup(func() {
			_ = other.Process.Kill()
			_ = other.Wait()
		})
	}
	tb.Cleanup(func() { end.Store(true); spinning.Wait() })
}

func TestShellLosesNoOutputOnABusyMachine(t *testing.T) {
	const scripts, atATime = 600, 200
	loadCPUs(t)
	s, _ := openShell(t)
	var lost atomic.Int32
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range atATime {
		workers.Go(func() {
			for i := range numbers {
				out := run(t.Context(), s, text(fmt.Sprintf("sleep 0.2; echo output %d; exit %d", i, i%8)))
				if !assert.Equal(t, result{fmt.Sprintf("output %d\n", i), i % 8, nil}, out) {
					lost.Add(1)
				}
			}
		})
	}
	for i := range scripts {
		numbers <- i
	}
	close(numbers)
	workers.Wait()
	t.Logf("%d of %d scripts lost output or exit code", lost.Load(), scripts)
}
