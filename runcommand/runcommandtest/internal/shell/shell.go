//go:build unix

package shell

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Shell runs scripts on this machine as the current user. Every run has its own
// scratch directory and its own process group. Runs may be concurrent. When all runs
// have returned, Close ends the processes that they have left behind.
type Shell struct {
	root scratchRoot

	mu     sync.Mutex
	groups map[int]struct{} // process groups with processes that outlived their script
}

// New returns a shell that keeps its scratch directories below dir, or among the
// temporary files of the system when dir is empty. Nothing is written and no
// process is started before the first run.
func New(dir string) *Shell {
	return &Shell{root: scratchRoot{parent: dir}, groups: make(map[int]struct{})}
}

// Run runs a script until the script has ended, and returns its exit code. When a
// signal has killed the script, the exit code is 128 plus the number of the signal.
//
// When ctx ends first, the script is killed. The error is then
// [errors.ExecutionTimeout] if the cause was a deadline and
// [errors.ExecutionInterrupted] if not. Any other error says why the script could
// not start.
//
// Standard input is empty. The environment holds PATH, HOME and LANG only. HOME is
// an empty directory that is removed when the script has ended. A background
// process that the script leaves behind lives on until Close; Run waits no longer
// than outputGrace for its output.
func (s *Shell) Run(ctx context.Context, script Script) (exitCode int, err error) {
	dir, err := s.root.create()
	if err != nil {
		return 0, err
	}
	defer func() { _ = dir.remove() }()
	argv, wd, err := prepare(script, dir)
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = wd, environment(dir.home)
	return s.execute(ctx, cmd, script, dir)
}

func (s *Shell) execute(ctx context.Context, cmd *exec.Cmd, script Script, dir scratch) (exitCode int, err error) {
	output, err := newCapture(script.Output)
	if err != nil {
		return 0, err
	}
	cmd.Stdout, cmd.Stderr = output.writer, output.writer
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	killed := false
	cmd.Cancel = func() error {
		kill := cmd.Process.Kill
		if script.KillTree {
			kill = func() error { return killTree(cmd.Process, dir.path) }
		}
		err := kill()
		killed = err == nil
		return err
	}
	err = cmd.Start()
	_ = output.writer.Close() // from now on only the script has this end of the pipe open
	if err != nil {
		output.finish(0)
		if ctx.Err() != nil {
			return 0, interruption(ctx)
		}
		return 0, err
	}
	_ = cmd.Wait() // the error is ignored: the outcome is in ctx and ProcessState
	output.finish(outputGrace)
	s.remember(cmd.Process.Pid)
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	switch signaled := ok && status.Signaled(); {
	case killed && signaled: // a script that had just ended by itself keeps its exit code
		return 0, interruption(ctx)
	case signaled:
		return 128 + int(status.Signal()), nil
	}
	return cmd.ProcessState.ExitCode(), nil
}

// interruption returns the error code of a run whose context ended before the script.
func interruption(ctx context.Context) errors.Code {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return errors.ExecutionTimeout
	}
	return errors.ExecutionInterrupted
}

// remember records the process group of an ended script, so that Close can kill the
// processes in it. It also forgets the groups of earlier scripts that have no processes
// any more.
func (s *Shell) remember(group int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[group] = struct{}{}
	for g := range s.groups {
		if !outlives(g) {
			delete(s.groups, g)
		}
	}
}

// outlives reports whether a group still has processes although its leader, a script of
// this shell, has ended. The system does not reuse the number of a group that has
// processes. So when a process has that number, the group of the script has ended, and
// the number now belongs to another process.
func outlives(group int) bool {
	return syscall.Kill(group, 0) == syscall.ESRCH && syscall.Kill(-group, 0) == nil
}

// killGroup kills every process of a group. It returns [os.ErrProcessDone] when
// the group is empty, as [os.Process.Kill] does.
func killGroup(group int) error {
	err := syscall.Kill(-group, syscall.SIGKILL)
	if err == syscall.ESRCH {
		return os.ErrProcessDone
	}
	return err
}

// Close kills every background process that scripts have left behind, and removes
// what the shell wrote. Call it when every Run has returned; it may be called more
// than once. A process that has left the process group of its script is found on
// Linux only: see the type search.
func (s *Shell) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for g := range s.groups {
		if outlives(g) {
			_ = killGroup(g)
		}
		delete(s.groups, g)
	}
	killStrays(s.root.path)
	return s.root.remove()
}
