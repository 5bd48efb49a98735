package shell

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// searchRounds is the largest number of times that a search reads the list of all
// processes. A process that is started during one round is found by the next round.
const searchRounds = 8

// killTree kills a running script and its descendants, also those in another process
// group or session. It returns [os.ErrProcessDone] when the script has ended before. The
// parameter dir is the directory of the run.
//
// Everything is stopped before anything is killed. So every parent is still there when
// its children are looked for.
func killTree(script *os.Process, dir string) error {
	if err := script.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	s := newSearch(dir)
	s.found[script.Pid] = nil // the script has a handle of its own
	s.stop()
	err := script.Kill()
	s.kill()
	s.killRest()
	return err
}

// killStrays kills the processes that scripts of the shell with this root have left
// behind, in any process group or session.
func killStrays(root string) {
	if root == "" {
		return
	}
	newSearch(root).killRest()
}

// A search finds the processes of scripts in a directory, and their descendants:
//
//   - Every script of a shell has a HOME in its own directory, and its child processes
//     inherit it.
//   - The parent, the leader of the process group or the leader of the session is a
//     process that was found, or was in the session of such a process.
//   - The working directory is below the directory. A script without a WorkingDir starts
//     there.
//
// A process escapes a search when it has changed its environment, its directory and its
// session, and its parent has ended.
type search struct {
	home     []byte // entry of an environment, up to the directory
	resolved string // the directory without symbolic links
	found    map[int]*os.Process
	sessions map[int]bool // sessions of processes that were found; not the session of this process
	own      int          // the session of this process
}

func newSearch(dir string) *search {
	s := &search{home: []byte("\x00HOME=" + dir + "/"), found: map[int]*os.Process{}, sessions: map[int]bool{}}
	if resolved, err := filepath.EvalSymlinks(dir); err == nil {
		s.resolved = resolved + "/"
	}
	if self, ok := readKinship("/proc/self"); ok {
		s.own = self.session
	}
	return s
}

// stop stops the processes, so that they start no further ones. It reports whether it
// found any.
func (s *search) stop() (found bool) {
	for range searchRounds {
		if !s.round() {
			break
		}
		found = true
	}
	return found
}

// round goes through the list of all processes and reports whether it found new ones.
func (s *search) round() (found bool) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if _, known := s.found[pid]; err != nil || known || pid == os.Getpid() {
			continue
		}
		// FindProcess is called before the checks. So no signal can reach a later process
		// that has got the same number.
		process, err := os.FindProcess(pid)
		if err != nil {
			continue
		}
		if s.matches(dir) && process.Signal(syscall.SIGSTOP) == nil {
			s.found[pid] = process
			found = true
			continue
		}
		_ = process.Release()
	}
	return found
}

// matches reports whether a process belongs to the search. Only the working directory of
// a process proves little: it may be the shell of a person who looks around. So such a
// process does not make its session belong to the search.
func (s *search) matches(dir string) bool {
	k, ok := readKinship(dir)
	if !ok {
		return false
	}
	if s.has(k.parent) || s.has(k.group) || s.has(k.session) || s.sessions[k.session] || hasHome(dir, s.home) {
		s.sessions[k.session] = k.session != s.own
		return true
	}
	return s.resolved != "" && leadsBelow(dir+"/cwd", s.resolved)
}

func (s *search) has(pid int) bool {
	_, found := s.found[pid]
	return found
}

// kill kills the processes that were found. They stay among those that were found, so
// that their children are recognized.
func (s *search) kill() {
	for pid, process := range s.found {
		if process != nil {
			_ = process.Kill() // the error is ignored: the process may have ended
			_ = process.Release()
			s.found[pid] = nil
		}
	}
}

// killRest stops and kills processes until it finds no more. A process can start another
// one although it was stopped: when the last parent outside of its process group ends,
// the system lets the whole group go on, with a SIGHUP that nohup ignores.
func (s *search) killRest() {
	for range searchRounds {
		if !s.stop() {
			return
		}
		s.kill()
	}
}

// A kinship says where a process belongs, in numbers of processes.
type kinship struct{ parent, group, session int }

// readKinship reads the kinship of a process that has not ended. See proc_pid_stat(5).
func readKinship(dir string) (k kinship, ok bool) {
	text, err := os.ReadFile(dir + "/stat")
	// The name of the program comes second, in parentheses, and may hold any characters.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if err != nil || len(fields) < 4 || fields[0] == "Z" {
		return kinship{}, false
	}
	for i, number := range []*int{&k.parent, &k.group, &k.session} {
		if *number, err = strconv.Atoi(fields[i+1]); err != nil {
			return kinship{}, false
		}
	}
	return k, true
}

func hasHome(dir string, home []byte) bool {
	environ, err := os.ReadFile(dir + "/environ")
	return err == nil && bytes.Contains(append([]byte{0}, environ...), home)
}

// leadsBelow reports whether a symbolic link points to a place below path. The target
// of the link may have been deleted.
func leadsBelow(link, path string) bool {
	target, err := os.Readlink(link)
	return err == nil && strings.HasPrefix(target, path)
}
