//go:build unix

package shell

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A processWatch shows whether processes are alive. The processes hold a named pipe
// open for writing. The test reads the end of the pipe when the last process has ended.
type processWatch struct {
	path string
	text *bufio.Reader
}

func newProcessWatch(tb testing.TB) *processWatch {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "lifeline")
	require.NoError(tb, exec.Command("mkfifo", path).Run())
	return &processWatch{path: path}
}

// open opens the pipe for reading. It waits for the first writer, unless flag contains
// O_NONBLOCK.
func (l *processWatch) open(tb testing.TB, flag int) {
	tb.Helper()
	inTime(tb, "a process to open the pipe", func() {
		file, err := os.OpenFile(l.path, os.O_RDONLY|flag, 0)
		if assert.NoError(tb, err) {
			tb.Cleanup(func() { _ = file.Close() })
			l.text = bufio.NewReader(file)
		}
	})
}

// expectLine waits until a process writes line.
func (l *processWatch) expectLine(tb testing.TB, line string) {
	tb.Helper()
	inTime(tb, "a process to write a line", func() {
		got, err := l.text.ReadString('\n')
		assert.NoError(tb, err)
		assert.Equal(tb, line+"\n", got)
	})
}

// ends waits until the last process has ended.
func (l *processWatch) ends(tb testing.TB) {
	tb.Helper()
	inTime(tb, "every process to end", func() {
		_, err := io.Copy(io.Discard, l.text)
		assert.NoError(tb, err)
	})
}

// inTime fails the test when f does not return in time. A test that succeeds does not
// wait for that time.
func inTime(tb testing.TB, what string, f func()) {
	tb.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		require.FailNow(tb, "waited in vain for "+what)
	}
}

// begin runs the script x in the background. It returns a function that waits for the
// result.
func begin(ctx context.Context, tb testing.TB, s *Shell, x Script) (wait func() result) {
	tb.Helper()
	results := make(chan result, 1)
	go func() { results <- run(ctx, s, x) }()
	return func() (out result) {
		tb.Helper()
		inTime(tb, "the run to return", func() { out = <-results })
		return out
	}
}

// scriptWithChild returns a script that starts a child process. The child holds the
// named pipe of life open for writing. It reads a word from the pipe tell, writes the
// word to the pipe of life, and then sleeps for an hour.
func scriptWithChild(life *processWatch, tell string) string {
	return fmt.Sprintf(`echo begun
( exec 3>%s; echo up >&3; read word <%s; echo "$word" >&3; sleep 3600 ) &
wait`, life.path, tell)
}

func TestShellTimeoutKillsTheProcessTree(t *testing.T) {
	t.Parallel()
	s, dir := openShell(t)
	life := newProcessWatch(t)
	life.open(t, syscall.O_NONBLOCK)
	x := text(fmt.Sprintf("exec 3>%s; (sleep 60 & sleep 60) & sleep 60", life.path))
	x.KillTree = true
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	out := run(ctx, s, x)
	assert.Equal(t, errors.ExecutionTimeout, out.err)
	assert.Zero(t, out.exit)
	life.ends(t)
	assert.Empty(t, runDirectories(t, dir))
}

func TestShellTimeoutKillsTheScript(t *testing.T) {
	t.Parallel()
	for name, tree := range map[string]bool{"and no more": false, "and its process group": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := openShell(t)
			x := text("trap '' TERM INT HUP; while :; do :; done")
			x.KillTree = tree
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			assert.Equal(t, errors.ExecutionTimeout, run(ctx, s, x).err)
		})
	}
}

// leaveGroup is an argument of the test binary. With this argument the binary acts as a
// script that moves to the process group of its parent.
const leaveGroup = "leave-process-group"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == leaveGroup {
		group, err := syscall.Getpgid(os.Getppid())
		if err == nil {
			err = syscall.Setpgid(0, group)
		}
		fmt.Println("moved:", err)
		<-time.After(time.Minute)
	}
	os.Exit(m.Run())
}

func TestShellKillsAScriptThatHasLeftItsGroup(t *testing.T) {
	t.Parallel()
	for name, tree := range map[string]bool{"alone": false, "with its process group": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := openShell(t)
			x := text("exec '" + os.Args[0] + "' " + leaveGroup)
			x.KillTree = tree
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			moved := make(chan struct{})
			var output strings.Builder
			x.Output = writerFunc(func(p []byte) (int, error) {
				if output.Write(p); strings.Contains(output.String(), "moved: <nil>\n") {
					close(moved)
				}
				return len(p), nil
			})
			ended := make(chan error, 1)
			go func() {
				_, err := s.Run(ctx, x)
				ended <- err
			}()
			inTime(t, "the script to move", func() { <-moved })
			cancel(errors.New("stopped"))
			inTime(t, "the script to end", func() { assert.Equal(t, errors.ExecutionInterrupted, <-ended) })
		})
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestShellEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		cause error
		want  errors.Code
	}{
		{"stopped", errors.New("stopped"), errors.ExecutionInterrupted},
		{"cancelled without a cause", nil, errors.ExecutionInterrupted},
		{"timed out by another clock", fmt.Errorf("the clock was advanced: %w", context.DeadlineExceeded), errors.ExecutionTimeout},
	} {
		for mode, tree := range map[string]bool{"Process": false, "ProcessTree": true} {
			t.Run(tt.name+" in mode "+mode, func(t *testing.T) {
				t.Parallel()
				s, _ := openShell(t)
				life, tell := newProcessWatch(t), newProcessWatch(t)
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				x := text(scriptWithChild(life, tell.path))
				x.KillTree = tree
				wait := begin(ctx, t, s, x)
				life.open(t, 0)
				life.expectLine(t, "up")

				cancel(tt.cause)
				out := wait()
				assert.Equal(t, tt.want, out.err)
				assert.Equal(t, "begun\n", out.output, "what was printed before is kept")

				if !tree {
					inTime(t, "the child to listen", func() {
						assert.NoError(t, os.WriteFile(tell.path, []byte("alive\n"), 0))
					})
					life.expectLine(t, "alive")
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
	life, tell := newProcessWatch(t), newProcessWatch(t)
	x := text(scriptWithChild(life, tell.path) + " & echo done; exit 4")
	wait := begin(t.Context(), t, s, x)
	life.open(t, 0)
	life.expectLine(t, "up")
	out := wait()
	assert.NoError(t, out.err)
	assert.Equal(t, 4, out.exit)
	assert.Equal(t, "begun\ndone\n", out.output)
	assert.Empty(t, runDirectories(t, dir))

	inTime(t, "the background process to listen", func() {
		assert.NoError(t, os.WriteFile(tell.path, []byte("alive\n"), 0))
	})
	life.expectLine(t, "alive")
	assert.Len(t, s.groups, 1)
	require.NoError(t, s.Close())
	life.ends(t)
}

func TestShellCloseKillsProcessesThatHaveClearedTheirEnvironment(t *testing.T) {
	t.Parallel()
	s, _ := openShell(t)
	life := newProcessWatch(t)
	wait := begin(t.Context(), t, s, text(fmt.Sprintf(
		`env -i PATH="$PATH" sh -c 'exec 3>%s; echo up >&3; sleep 3600' >/dev/null 2>&1 &`, life.path)))
	life.open(t, 0)
	life.expectLine(t, "up")
	assert.NoError(t, wait().err)
	require.NoError(t, s.Close())
	life.ends(t)
}

func TestShellForgetsGroupsThatHaveEnded(t *testing.T) {
	t.Parallel()
	s, _ := openShell(t)
	for range 5 {
		require.Zero(t, run(t.Context(), s, text("true")).exit)
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
