//go:build unix

package runcommandtest

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// outputGrace is how long a run waits, after its script has ended or was
// killed, for background processes that hold its output open. What they write
// later is lost.
const outputGrace = 500 * time.Millisecond

// A shell really runs the scripts of RunShellScript commands, as the current
// user, on this machine. It is safe for concurrent use; every run has a scratch
// directory and a process group of its own. Close it to end all that it started.
type shell struct {
	root scratchRoot

	mu      sync.Mutex
	closed  bool
	running map[*context.CancelFunc]struct{}
	groups  map[int]struct{} // process groups that outlived their script
	runs    sync.WaitGroup
}

// newShell returns a shell that keeps its scratch directories below dir, or
// among the system's temporary files when dir is empty. Nothing is written and
// no process is started before the first run.
func newShell(dir string) *shell {
	return &shell{
		root:    scratchRoot{parent: dir},
		running: make(map[*context.CancelFunc]struct{}),
		groups:  make(map[int]struct{}),
	}
}

// run runs the script of x as instance inst would and returns how it ended:
//
//   - ExitCode is the script's own, 128 plus the signal's number when a signal
//     killed it. Code stays empty for any exit code; 193 and 194, which ask a
//     real agent to power off or reboot, are reported like any other.
//   - Output is stdout and stderr in the order of arrival. Beyond 24,576 bytes
//     only the first 6,000 and the last 18,576 are kept, as cut does, and
//     Dropped counts the rest.
//   - Code is [errors.ExecutionTimeout] when x.Timeout, or a deadline of ctx,
//     passed first, and [errors.ExecutionInterrupted] when ctx was cancelled or
//     the shell closed. The script is then killed, with its whole process group
//     under TerminationMode ProcessTree and alone otherwise. Output holds what
//     it had written.
//   - Any other Code says why the script never started, with details in Info:
//     see unfit.
//
// Takes is zero: the time has passed. Standard input is empty, the environment
// holds PATH, HOME and LANG only, and without WorkingDir the script starts in
// its empty HOME, which is removed when it has ended. A background process that
// the script leaves behind lives on until Close, but run does not wait for it
// longer than half a second.
func (s *shell) run(ctx context.Context, x Exec, inst Instance) Outcome {
	if code := unfit(x, inst); code != "" {
		return Outcome{Code: code}
	}
	ctx, done, open := s.begin(ctx)
	if !open {
		return Outcome{Code: errors.ExecutionInterrupted}
	}
	defer done()
	dir, err := s.root.create()
	if err != nil {
		return failure(err)
	}
	defer func() { _ = dir.remove() }()
	argv, wd, err := prepare(x, dir)
	if err != nil {
		return failure(err)
	}
	if x.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, x.Timeout)
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = wd
	cmd.Env = environment(dir.home)
	return s.execute(ctx, cmd, x.TerminationMode == "ProcessTree")
}

// begin enters a run, so that Close can end it and wait for it. It reports
// false when the shell is closed.
func (s *shell) begin(ctx context.Context) (_ context.Context, done func(), open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, nil, false
	}
	ctx, cancel := context.WithCancel(ctx)
	s.running[&cancel] = struct{}{}
	s.runs.Add(1)
	return ctx, func() {
		cancel()
		s.mu.Lock()
		delete(s.running, &cancel)
		s.mu.Unlock()
		s.runs.Done()
	}, true
}

func (s *shell) execute(ctx context.Context, cmd *exec.Cmd, tree bool) (out Outcome) {
	var output excerpt
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.WaitDelay = outputGrace
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	killed := false
	cmd.Cancel = func() error {
		kill := cmd.Process.Kill
		if tree {
			kill = func() error { return killGroup(cmd.Process.Pid) }
		}
		err := kill()
		killed = err == nil
		return err
	}
	if err := cmd.Start(); err != nil {
		if ctx.Err() != nil {
			return Outcome{Code: interruption(ctx)}
		}
		return failure(err)
	}
	// Wait's error repeats what is read from ctx and ProcessState, or says
	// that a background process still holds the output open.
	_ = cmd.Wait()
	s.remember(cmd.Process.Pid)

	if killed {
		out.Code = interruption(ctx)
	} else {
		out.ExitCode = exitCode(cmd.ProcessState)
	}
	out.Output, out.Dropped = output.result()
	return out
}

// interruption is the code of a run whose context ended before its script.
func interruption(ctx context.Context) errors.Code {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.Is(context.Cause(ctx), errTimedOut) {
		return errors.ExecutionTimeout
	}
	return errors.ExecutionInterrupted
}

func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// remember keeps the process group of an ended script for Close while any
// process is left in it, and forgets those that have emptied since.
func (s *shell) remember(group int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[group] = struct{}{}
	for g := range s.groups {
		if !outlives(g) {
			delete(s.groups, g)
		}
	}
}

// outlives reports whether processes are left in a group whose leader, a script
// of ours, has ended. Its number cannot have been given away as long as they
// are: if a process of that number exists, the group is another's by now.
func outlives(group int) bool {
	return syscall.Kill(group, 0) == syscall.ESRCH && syscall.Kill(-group, 0) == nil
}

// killGroup kills every process of a group, or reports that none is left as
// [os.Process.Kill] does.
func killGroup(group int) error {
	err := syscall.Kill(-group, syscall.SIGKILL)
	if err == syscall.ESRCH {
		return os.ErrProcessDone
	}
	return err
}

// Close kills every script that runs and every background process left behind,
// waits until the runs have returned, and removes what the shell wrote. A process
// that has left the process group of its script (setsid) and survived it is found
// on Linux alone, and there by its HOME or its working directory. Close may be
// called more than once; a run that begins later is refused.
func (s *shell) Close() error {
	s.mu.Lock()
	s.closed = true
	for cancel := range s.running {
		(*cancel)()
	}
	s.mu.Unlock()
	s.runs.Wait()

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
