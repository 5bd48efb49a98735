//go:build unix

package runcommandtest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A lifeline proves that processes live and that they die: they hold a named
// pipe open for writing, and the kernel reports its end when the last of them
// is gone, whoever reaps them.
type lifeline struct {
	path string
	text *bufio.Reader
}

func newLifeline(tb testing.TB) *lifeline {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "lifeline")
	require.NoError(tb, exec.Command("mkfifo", path).Run())
	return &lifeline{path: path}
}

// open waits for the first writer unless flag holds O_NONBLOCK.
func (l *lifeline) open(tb testing.TB, flag int) {
	tb.Helper()
	within(tb, "a process to take up the lifeline", func() {
		file, err := os.OpenFile(l.path, os.O_RDONLY|flag, 0)
		if assert.NoError(tb, err) {
			tb.Cleanup(func() { _ = file.Close() })
			l.text = bufio.NewReader(file)
		}
	})
}

// hears waits until a process has written line.
func (l *lifeline) hears(tb testing.TB, line string) {
	tb.Helper()
	within(tb, "a process to speak", func() {
		got, err := l.text.ReadString('\n')
		assert.NoError(tb, err)
		assert.Equal(tb, line+"\n", got)
	})
}

// ends waits until no process is left.
func (l *lifeline) ends(tb testing.TB) {
	tb.Helper()
	within(tb, "every process to die", func() {
		_, err := io.Copy(io.Discard, l.text)
		assert.NoError(tb, err)
	})
}

// within fails the test when f does not return: the only real time that these
// tests depend on, and none passes when they succeed.
func within(tb testing.TB, what string, f func()) {
	tb.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		require.FailNow(tb, "waited in vain for "+what)
	}
}

// begin runs x in the background and returns a function that waits for it.
func begin(ctx context.Context, tb testing.TB, s *shell, x Exec) (wait func() Outcome) {
	tb.Helper()
	result := make(chan Outcome, 1)
	go func() { result <- s.run(ctx, x, Instance{}) }()
	return func() (out Outcome) {
		tb.Helper()
		within(tb, "the run to return", func() { out = <-result })
		return out
	}
}

// family is a script whose child holds the lifeline, answers on it what it is
// told through the pipe tell, and would go on for an hour.
func family(life *lifeline, tell string) string {
	return fmt.Sprintf(`echo begun
( exec 3>%s; echo up >&3; read word <%s; echo "$word" >&3; sleep 3600 ) &
wait`, life.path, tell)
}

func TestShellTimeoutKillsTheProcessTree(t *testing.T) {
	t.Parallel()
	s, dir := openShell(t)
	life := newLifeline(t)
	life.open(t, syscall.O_NONBLOCK)
	x := script(fmt.Sprintf("exec 3>%s; (sleep 60 & sleep 60) & sleep 60", life.path))
	x.Timeout, x.TerminationMode = 100*time.Millisecond, "ProcessTree"
	out := s.run(t.Context(), x, Instance{})
	assert.Equal(t, errors.ExecutionTimeout, out.Code)
	assert.Zero(t, out.ExitCode)
	life.ends(t)
	assert.Empty(t, runDirectories(t, dir))
}

func TestShellTimeoutKillsALoneScript(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"", "Process", "ProcessTree"} {
		t.Run("mode "+mode, func(t *testing.T) {
			t.Parallel()
			s, _ := openShell(t)
			x := script("trap '' TERM INT HUP; while :; do :; done")
			x.Timeout, x.TerminationMode = 100*time.Millisecond, mode
			assert.Equal(t, errors.ExecutionTimeout, s.run(t.Context(), x, Instance{}).Code)
		})
	}
}

func TestShellEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		cause error
		want  errors.Code
	}{
		{"stopped", errStopped, errors.ExecutionInterrupted},
		{"cancelled without a cause", nil, errors.ExecutionInterrupted},
		{"timed out by another clock", errTimedOut, errors.ExecutionTimeout},
	} {
		for _, mode := range []string{"Process", "ProcessTree"} {
			t.Run(tt.name+" in mode "+mode, func(t *testing.T) {
				t.Parallel()
				s, _ := openShell(t)
				life, tell := newLifeline(t), newLifeline(t)
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				x := script(family(life, tell.path))
				x.TerminationMode = mode
				wait := begin(ctx, t, s, x)
				life.open(t, 0)
				life.hears(t, "up")

				cancel(tt.cause)
				out := wait()
				assert.Equal(t, tt.want, out.Code)
				assert.Equal(t, "begun\n", string(out.Output), "what was printed before is kept")

				if mode == "Process" {
					within(t, "the child to listen", func() {
						assert.NoError(t, os.WriteFile(tell.path, []byte("alive\n"), 0))
					})
					life.hears(t, "alive")
					require.NoError(t, s.Close())
				}
				life.ends(t)
			})
		}
	}
}

func TestShellDoesNotWaitForBackgroundProcesses(t *testing.T) {
	t.Parallel()
	s, dir := openShell(t)
	life, tell := newLifeline(t), newLifeline(t)
	x := script(family(life, tell.path) + " & echo done; exit 4")
	wait := begin(t.Context(), t, s, x)
	life.open(t, 0)
	life.hears(t, "up")
	out := wait()
	assert.Empty(t, out.Code)
	assert.Equal(t, 4, out.ExitCode)
	assert.Equal(t, "begun\ndone\n", string(out.Output))
	assert.Empty(t, runDirectories(t, dir))

	within(t, "the background process to listen", func() {
		assert.NoError(t, os.WriteFile(tell.path, []byte("alive\n"), 0))
	})
	life.hears(t, "alive")
	assert.Len(t, s.groups, 1)
	require.NoError(t, s.Close())
	life.ends(t)
}

func TestShellCloseKillsWhatHidesItsEnvironment(t *testing.T) {
	t.Parallel()
	s, _ := openShell(t)
	life := newLifeline(t)
	wait := begin(t.Context(), t, s, script(fmt.Sprintf(
		`env -i PATH="$PATH" sh -c 'exec 3>%s; echo up >&3; sleep 3600' >/dev/null 2>&1 &`, life.path)))
	life.open(t, 0)
	life.hears(t, "up")
	assert.Empty(t, wait().Code)
	require.NoError(t, s.Close())
	life.ends(t)
}

func TestShellForgetsGroupsThatHaveEnded(t *testing.T) {
	t.Parallel()
	s, _ := openShell(t)
	for range 5 {
		require.Zero(t, s.run(t.Context(), script("true"), Instance{}).ExitCode)
	}
	assert.Empty(t, s.groups)
}

func TestShellNeverKillsAGroupThatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	other := exec.CommandContext(t.Context(), "sleep", "3600")
	other.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, other.Start())
	group := other.Process.Pid
	require.NoError(t, syscall.Kill(-group, 0))
	assert.False(t, outlives(group), "a group whose leader lives has taken over the number")
	require.NoError(t, killGroup(group))
	require.Error(t, other.Wait())
	assert.False(t, outlives(group), "nothing is left")
	assert.ErrorIs(t, killGroup(group), os.ErrProcessDone)
}

func TestShellCloseEndsRunningScripts(t *testing.T) {
	t.Parallel()
	s, dir := openShell(t)
	life, tell := newLifeline(t), newLifeline(t)
	wait := begin(t.Context(), t, s, script(family(life, tell.path)))
	life.open(t, 0)
	life.hears(t, "up")
	require.NoError(t, s.Close())
	s.mu.Lock()
	assert.Empty(t, s.running, "Close waits for the runs")
	s.mu.Unlock()
	life.ends(t)
	assert.Equal(t, errors.ExecutionInterrupted, wait().Code)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
	require.NoError(t, s.Close(), "closing twice is harmless")
}
