package runcommandtest

import (
	"context"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest/internal/shell"
)

// runScript returns a function that really runs scripts for inst. With [WithShell] it
// is the default of [Server.Handle].
func (s *Server) runScript(inst Instance) func(context.Context, Exec) Outcome {
	return func(ctx context.Context, x Exec) Outcome {
		x.WorkingDir = workingDir(x, inst)
		if code := unfit(x, inst); code != "" {
			return Outcome{Code: code, Info: userInfo(code)}
		}
		began := time.Now()
		exitCode, err := s.shell.Run(ctx, shell.Script{
			Text: x.Script, Launcher: x.Launcher, WorkingDir: x.WorkingDir, KillTree: x.TerminationMode == "ProcessTree", Output: Output(ctx),
		})
		out := failure(err)
		out.ExitCode, out.Takes = exitCode, time.Since(began)
		return out
	}
}

// workingDir returns the directory in which x runs on this machine. It is empty for the
// scratch directory. The scratch directory also takes the place of an explicit default
// directory, such as /root, when this machine lacks it or the current user cannot enter it.
func workingDir(x Exec, inst Instance) string {
	if _, err := os.Stat(x.WorkingDir + "/."); err != nil && inst.sameDirectory(x.WorkingDir, inst.home(x.Username)) {
		return ""
	}
	return x.WorkingDir
}

// unfit returns the error code that says why x cannot run as a script of inst on this
// machine. The code is empty when x can run.
//
//   - Only RunShellScript runs, and not on a Windows instance.
//   - There is no container runtime.
//   - Users are not switched. An empty name means the current user of this machine. Any
//     other name must be a name of that user, also "root".
//   - WorkingDir is an absolute path that the instance knows and that is a
//     directory on this machine.
func unfit(x Exec, inst Instance) errors.Code {
	switch {
	case x.Type != "RunShellScript" || inst.OS == Windows:
		return errors.CommandNotApplicable
	case x.ContainerID != "" || x.ContainerName != "":
		return errors.UnsupportedContainerRuntime
	case x.Username != "" && !isCurrentUser(x.Username):
		return errors.AccountNotExists
	case x.WorkingDir != "" && !(inst.hasDirectory(x.WorkingDir, x.Username) && directoryExists(x.WorkingDir)):
		return errors.DirectoryNotExists
	}
	return ""
}

// isCurrentUser reports whether name is a name of the current user. An account may have
// several names.
func isCurrentUser(name string) bool {
	if current, err := user.Current(); err == nil && current.Username == name {
		return true
	}
	account, err := user.Lookup(name)
	return err == nil && account.Uid == strconv.Itoa(os.Geteuid())
}

// userInfo says why a script does not run as the user that a command names. It is empty
// unless the code is AccountNotExists. It does not repeat the name: the status page shows
// it, and a caller may take a name for a secret.
func userInfo(code errors.Code) string {
	if code != errors.AccountNotExists {
		return ""
	}
	return "With WithShell scripts run only as the current user of this machine."
}

// directoryExists reports whether this machine has a directory with an absolute path.
func directoryExists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir() && filepath.IsAbs(path)
}

// infoLimit is the length in bytes to which the agent cuts the description of an error.
const infoLimit = 255

// failure returns the outcome of a run that ended with err. The agent reports an error
// without a code as ExecutionException. When err is only a code, Info stays empty.
func failure(err error) Outcome {
	if err == nil {
		return Outcome{}
	}
	code, ok := errors.AsType[errors.Code](err)
	if !ok {
		code = errors.ExecutionException
	}
	out := Outcome{Code: code}
	if text := err.Error(); text != code.Error() {
		out.Info = clip(text, infoLimit)
	}
	return out
}
