package runcommandtest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// unfit returns the per-instance error code that says why x cannot run as a
// script of inst on this machine, or an empty one when it can.
//
//   - Only RunShellScript runs, and not on a Windows instance.
//   - There is no container runtime.
//   - Users are not switched. No name, root and the name of the current user
//     all mean the current user; so does any other name that both the instance
//     and this machine know.
//   - WorkingDir is an absolute path that the instance knows and that is a
//     directory on this machine.
func unfit(x Exec, inst Instance) errors.Code {
	switch {
	case x.Type != "RunShellScript" || inst.OS == Windows:
		return errors.CommandNotApplicable
	case x.ContainerID != "" || x.ContainerName != "":
		return errors.UnsupportedContainerRuntime
	case !accountExists(x.Username, inst):
		return errors.AccountNotExists
	case x.WorkingDir != "" && !(inst.hasDirectory(x.WorkingDir) && directoryExists(x.WorkingDir)):
		return errors.DirectoryNotExists
	}
	return ""
}

func accountExists(name string, inst Instance) bool {
	if name == "" || name == "root" {
		return true
	}
	if current, err := user.Current(); err == nil && current.Username == name {
		return true
	}
	_, err := user.Lookup(name)
	return err == nil && inst.hasUser(name)
}

func directoryExists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir() && filepath.IsAbs(path)
}

// prepare saves the script of x in the scratch directory and returns the
// command line that runs it and the directory to run it in. What runs it is the
// launcher, else the program of its #! line, else sh.
func prepare(x Exec, s scratch) (argv []string, dir string, err error) {
	dir = s.home
	if x.WorkingDir != "" {
		dir = x.WorkingDir
	}
	if x.Launcher == "" {
		path, err := s.save(x.Script, ".sh")
		return append(interpreter(x.Script), path), dir, err
	}
	l, err := parseLauncher(x.Launcher)
	if err != nil {
		return nil, "", err
	}
	path, err := s.save(x.Script, l.ext)
	if err != nil {
		return nil, "", err
	}
	argv = l.command(path)
	if program := argv[0]; strings.ContainsRune(program, filepath.Separator) && !filepath.IsAbs(program) {
		argv[0] = filepath.Join(dir, program)
	}
	if argv[0], err = exec.LookPath(argv[0]); err != nil {
		return nil, "", launcherError("its program was not found")
	}
	return argv, dir, nil
}

// interpreter returns the command line, up to the path, for a script that is
// run without a launcher. A #! line is read as Linux does, so that everything
// after the program is one argument, and carried out by sh: a program that is
// missing gives the exit code and the message that a shell gives.
func interpreter(script []byte) []string {
	line, _, _ := bytes.Cut(script, []byte("\n"))
	line, found := bytes.CutPrefix(line, []byte("#!"))
	line = bytes.Trim(line, " \t")
	if !found || len(line) == 0 {
		return []string{"sh"}
	}
	argv := []string{"sh", "-c", `exec "$@"`, "sh"}
	if i := bytes.IndexAny(line, " \t"); i >= 0 {
		return append(argv, string(line[:i]), string(bytes.TrimLeft(line[i:], " \t")))
	}
	return append(argv, string(line))
}

// environment is all that a script sees of the environment: the PATH of this
// process, since programs are looked up by it, the scratch directory as HOME,
// so that ~ is not the home of whoever runs the tests, and a fixed LANG. Nothing
// else is inherited, as it may hold credentials.
func environment(home string) []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LANG=C.UTF-8"}
}

// runScript returns the function that really runs scripts as inst.
func (s *Server) runScript(inst Instance) func(context.Context, Exec) Outcome {
	return func(ctx context.Context, x Exec) Outcome {
		began := time.Now()
		out := s.shell.run(ctx, x, inst)
		out.Takes = time.Since(began)
		return out
	}
}

// infoLimit is where the agent cuts the description of an error, in bytes.
const infoLimit = 255

// failure is the outcome of a run that could not begin because of err. The
// agent reports what has no code of its own as ExecutionException with details.
func failure(err error) Outcome {
	code, ok := errors.AsType[errors.Code](err)
	if !ok {
		code = errors.ExecutionException
	}
	return Outcome{Code: code, Info: clip(err.Error(), infoLimit)}
}
