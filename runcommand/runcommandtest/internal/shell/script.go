// Package shell runs scripts on this machine for the local service: their scratch
// directories, launchers, processes and output. It knows nothing of instances and
// invocations.
package shell

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Script is a script and how it is run.
type Script struct {
	Text       []byte
	Launcher   string    // as in the request; empty: the program in the #! line, or sh if there is none
	WorkingDir string    // directory in which the script runs; empty: the HOME of the run
	KillTree   bool      // when the context ends, kill the descendants of the script too: see killTree
	Output     io.Writer // gets standard output and standard error in the order of arrival
}

// prepare saves the script in the scratch directory and returns the command line
// that runs it and the directory to run it in.
func prepare(script Script, s scratch) (argv []string, dir string, err error) {
	dir = s.home
	if script.WorkingDir != "" {
		dir = script.WorkingDir
	}
	if script.Launcher == "" {
		path, err := s.save(script.Text, ".sh")
		return append(interpreter(script.Text), path), dir, err
	}
	l, err := parseLauncher(script.Launcher)
	if err != nil {
		return nil, "", err
	}
	path, err := s.save(script.Text, l.ext)
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

// interpreter returns the command line of a script without a launcher, up to the path
// of the script. It reads a #! line as Linux does: everything after the program is one
// argument. It lets sh start the program, so that a missing program gives the exit code
// and the message of a shell.
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

// environment returns the whole environment of a script. PATH is needed to find
// programs. HOME is the scratch directory, so that ~ is not the home of the user who
// runs the tests. LANG is fixed. Nothing else is inherited, because other variables may
// hold credentials.
func environment(home string) []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LANG=C.UTF-8"}
}
