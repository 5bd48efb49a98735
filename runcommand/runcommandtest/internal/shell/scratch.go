package shell

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// A scratchRoot is the directory of one shell. Every run gets a new directory below it.
// The first run creates the shell's directory, below parent or in the system's
// directory for temporary files. A scratchRoot is safe for concurrent use.
type scratchRoot struct {
	parent string

	mu   sync.Mutex
	path string // empty before the first run
}

// A scratch is the directory of one run. The script file is in path, not in home. So a
// script that lists its working directory finds no files.
type scratch struct {
	path string
	home string // working directory and HOME of the script
}

// create creates the directory of one run. Only the current user can open the
// directory.
func (r *scratchRoot) create() (scratch, error) {
	root, err := r.ensure()
	if err != nil {
		return scratch{}, err
	}
	path, err := os.MkdirTemp(root, "run-")
	if err != nil {
		return scratch{}, err
	}
	s := scratch{path: path, home: filepath.Join(path, "home")}
	return s, os.Mkdir(s.home, 0o700)
}

func (r *scratchRoot) ensure() (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.path != "" {
		if _, err := os.Lstat(r.path); os.IsNotExist(err) {
			// Systems remove old temporary files. Mkdir fails if another user has just put
			// something there.
			return r.path, os.Mkdir(r.path, 0o700)
		}
		return r.path, nil
	}
	parent := r.parent
	if parent == "" {
		parent = os.TempDir()
	}
	// Scripts run in other directories, so their paths must be absolute.
	parent, err := filepath.Abs(parent)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return "", err
	}
	r.path, err = os.MkdirTemp(parent, "runcommand-")
	return r.path, err
}

// remove deletes the root with everything below it. Background processes may have
// written files there after their runs ended.
func (r *scratchRoot) remove() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	path := r.path
	r.path = ""
	if path == "" {
		return nil
	}
	return removeTree(path)
}

// save writes the script to a file in the directory and returns its path. The file is
// executable, because a launcher may execute it.
func (s scratch) save(script []byte, ext string) (string, error) {
	path := filepath.Join(s.path, "script"+ext)
	// The lock prevents the error "text file busy". Without it another run could fork
	// while this file is open for writing. The child process would keep the file open
	// until it calls exec. Until then this file could not be executed.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return path, os.WriteFile(path, script, 0o700)
}

// remove deletes the directory of the run with all files that the script left in it.
func (s scratch) remove() error {
	return removeTree(s.path)
}

// removeTree works like os.RemoveAll. It also removes directories that a script has
// made inaccessible to its own user.
func removeTree(path string) error {
	if err := os.RemoveAll(path); err == nil {
		return nil
	}
	_ = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			_ = os.Chmod(name, 0o700)
		}
		return nil
	})
	return os.RemoveAll(path)
}
