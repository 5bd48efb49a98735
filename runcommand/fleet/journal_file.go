package fleet

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// ErrLocked is found with errors.Is in the error of [OpenJournal] when the file is open as a
// journal already. OpenJournal does not wait until the file is free. When a process dies,
// the system releases its lock.
var ErrLocked = errors.New("another process is using this journal, or this process has opened it twice")

// ErrDamaged is found with errors.Is in the error about a journal file whose content has
// changed since it was written. The error says which line is damaged and how. The file is
// not repaired: without the damaged line, a command could run twice. Keep the file. A person
// has to compare it with what the service lists, see [TagGroup].
var ErrDamaged = errors.New("the journal is damaged")

// A FileJournal is a [Journal] in a file of its own. It is safe for concurrent use.
// [OpenJournal] opens it. Append and Entries of a zero FileJournal and of a nil one return an
// [errors.ErrInvalidArgument].
//
//	journal, err := fleet.OpenJournal("upgrade.journal")
//	if err != nil {
//		log.Fatal(err)
//	}
//	defer journal.Close()
//	f, err := fleet.New(client, plan, fleet.WithJournal(journal)) // or fleet.Resume(client, journal)
//
// An Append costs one write and one sync of the file. The journal keeps no entry in memory. A
// fleet of 10,000 instances writes about 300 lines.
//
// The file holds the script and its parameters in readable form. So it is created with mode 0600.
type FileJournal struct {
	path     string      // absolute, so that a later change of the working directory does not matter
	file     *os.File    // nil in a zero FileJournal
	info     fs.FileInfo // identifies the file
	syncFile func() error

	// mu protects the fields below. It is held while an entry is written.
	mu     sync.Mutex
	last   int64 // number of the last good entry
	end    int64 // offset of its end
	noEnd  bool  // its line has no line end yet
	size   int64 // size of the file: larger than end when a torn line follows
	failed error // why no entry can be appended any more
}

// OpenJournal opens the journal in the file at path, and creates the file when there is
// none. Its folder must exist. Only one FileJournal can be open for a file at a time. The
// lock is on the file itself, so it does not matter which path leads to the file. The lock
// ends with Close or with the process. A second OpenJournal returns an error in which
// errors.Is finds [ErrLocked].
//
// Each line of the file is one entry: {"n":2,"sum":"1eccdae0","entry":"b"}. The sum is the
// CRC-32C (Castagnoli) of n in decimal, a colon, and the bytes of the entry, here 2:"b". It has
// 8 hexadecimal digits. Programs such as jq can read the file at any time.
//
// The death of a process or machine during an Append can leave a part of a line at the end
// of the file. This is no error: the entry was not appended, and the next Append removes
// that part. Any other damage is an error in which errors.Is finds [ErrDamaged].
//
// On AIX, Solaris, Plan 9 and WebAssembly the error is [errors.ErrUnsupported]: they have no
// lock that keeps a second opener out. On a network file system, the lock keeps out other
// machines only when that file system shares locks between machines.
func OpenJournal(path string) (*FileJournal, error) {
	if path == "" {
		return nil, fmt.Errorf("fleet: OpenJournal needs the path of a file: %w", errors.ErrInvalidArgument)
	}
	if os.IsPathSeparator(path[len(path)-1]) {
		return nil, fmt.Errorf("fleet: OpenJournal needs the path of a file, but %s is the path of a folder: %w", path, errors.ErrInvalidArgument)
	}
	if !lockSupported {
		return nil, fmt.Errorf("fleet: journal %s: this system has no lock that keeps a second process out: %w", path, errors.ErrUnsupported)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("fleet: cannot open the journal: %w", err)
	}
	file, err := openRegular(absolute)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("fleet: cannot create the journal, since its folder does not exist: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("fleet: cannot open the journal: %w", err)
	}
	j := &FileJournal{path: absolute, file: file, syncFile: file.Sync}
	if err = lockFile(file); err != nil {
		if !errors.Is(err, ErrLocked) {
			err = fmt.Errorf("it cannot be locked: %w", err)
		}
		return nil, errors.Join(j.errorf(err), file.Close())
	}
	if err = j.load(); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// openRegular opens or creates a regular file. It opens no other kind of file: a pipe can
// block, and opening a device can have an effect.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("it is " + kindOfFile(info.Mode()) + ", not a regular file")}
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
}

// kindOfFile returns the words for a file that is not regular.
func kindOfFile(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	default:
		return "a device"
	}
}

// load reads the locked file to its end, before any other goroutine knows the journal. It syncs
// the file, and the folder of a journal without entries.
func (j *FileJournal) load() (err error) {
	if j.info, err = j.file.Stat(); err != nil {
		return j.errorf(err)
	}
	j.size = j.info.Size()
	if err = j.check(); err != nil {
		return err
	}
	lines := newLineReader(io.NewSectionReader(j.file, 0, j.size))
	for err == nil {
		_, err = lines.next()
	}
	if !errors.Is(err, io.EOF) {
		return j.errorf(err)
	}
	j.last, j.end, j.noEnd = lines.last, lines.end, lines.noEnd
	// A process that was killed may have written entries that it had not synced yet. They must
	// not get lost after they were read.
	if err = j.syncFile(); err != nil {
		return j.errorf(err)
	}
	if j.last > 0 {
		return nil // the process that appended it has synced the folder
	}
	target, err := filepath.EvalSymlinks(j.path)
	if err == nil {
		err = syncDir(filepath.Dir(target))
	}
	if err != nil {
		return j.errorf(fmt.Errorf("cannot sync its folder: %w", err))
	}
	return nil
}

// Append implements [Journal]. It returns nil when the entry is on the disk. The entry must
// be one JSON value in UTF-8 without line breaks, of at most 64 MiB, which is enough for a
// plan of about 2.5 million instances. Any other entry is an [errors.ErrInvalidArgument].
// The error is [ErrSuperseded] when n is not the next number, the error of ctx when ctx has
// ended before, and [fs.ErrClosed] after Close. A write that has begun does not end with
// ctx.
//
// When the write fails, for example on a full disk, Append removes what was written of the
// entry, and a later Append can succeed. Each later Append fails too when that is not
// possible, when the file cannot be synced, or when somebody else has changed or replaced
// the file: then it is not known what is on the disk. The journal must be opened again.
func (j *FileJournal) Append(ctx context.Context, n int64, entry []byte) error {
	if ctx == nil {
		return errNoContext
	}
	if j == nil || j.file == nil {
		return errNotOpened
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return j.errorf(err)
	}
	if j.failed != nil {
		return j.failed
	}
	if n != j.last+1 {
		return j.errorf(fmt.Errorf("entry %d cannot follow entry %d: %w", n, j.last, ErrSuperseded))
	}
	if err := checkEntry(entry); err != nil {
		return j.errorf(err)
	}
	if err := j.check(); err != nil {
		j.failed = err
		return err
	}
	return j.write(n, entry)
}

// errNotOpened is the error of a FileJournal that is nil or zero.
var errNotOpened = fmt.Errorf("fleet: this FileJournal was not opened by OpenJournal: %w", errors.ErrInvalidArgument)

// check finds out whether somebody else has changed, replaced or removed the file. In that
// case a new entry could get lost, or an entry before it could be missing.
func (j *FileJournal) check() error {
	info, err := os.Stat(j.path)
	if err != nil {
		return j.errorf(fmt.Errorf("the file is gone: %w", err))
	}
	if !os.SameFile(info, j.info) {
		return j.errorf(errors.New("the file was replaced by another one while it was open"))
	}
	// The size comes from the handle: on Windows, the size that a path gives can be an old one.
	if info, err = j.file.Stat(); err != nil {
		return j.errorf(err)
	}
	if info.Size() != j.size {
		return j.errorf(fmt.Errorf("the file was changed while it was open: it has %d bytes instead of %d", info.Size(), j.size))
	}
	return nil
}

// write appends a line in one write and syncs the file. The caller holds mu.
func (j *FileJournal) write(n int64, entry []byte) error {
	if j.size > j.end {
		if err := j.cut(); err != nil {
			return err
		}
	}
	var line []byte
	if j.noEnd {
		line = append(line, '\n')
	}
	line = appendLine(line, n, entry)
	if written, err := j.file.WriteAt(line, j.end); err != nil {
		j.size = j.end + int64(written)
		return errors.Join(j.errorf(err), j.cut())
	}
	if err := j.syncFile(); err != nil {
		// The system may have dropped the data, and it reports that only once.
		j.failed = j.errorf(fmt.Errorf("it cannot be synced, so it is not known whether entry %d is on the disk: %w", n, err))
		return j.failed
	}
	j.last, j.noEnd = n, false
	j.end += int64(len(line))
	j.size = j.end
	return nil
}

// cut removes what follows the last good entry. When it cannot, the journal takes no further
// entry. The caller holds mu.
func (j *FileJournal) cut() error {
	if err := j.file.Truncate(j.end); err != nil {
		j.failed = j.errorf(fmt.Errorf("a part of a line at its end cannot be removed: %w", err))
		return j.failed
	}
	j.size = j.end
	return nil
}

// Close releases the lock and closes the file. What was appended is on the disk already. A
// second Close does nothing. Append and Entries return an error after Close.
func (j *FileJournal) Close() error {
	if j == nil || j.file == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if errors.Is(j.failed, fs.ErrClosed) {
		return nil
	}
	j.failed = j.errorf(fmt.Errorf("it was closed: %w", fs.ErrClosed))
	return errors.Join(unlockFile(j.file), j.file.Close())
}

// String returns the path of the file.
func (j *FileJournal) String() string {
	if j == nil {
		return "<nil>"
	}
	return j.path
}

// GoString returns the path of the file too. So %#v prints no handle.
func (j *FileJournal) GoString() string { return fmt.Sprintf("fleet.FileJournal(%q)", j.String()) }

// errorf adds the path to an error. An [fs.PathError] has a path already, which errorf
// removes first.
func (j *FileJournal) errorf(err error) error {
	if pe, ok := err.(*fs.PathError); ok { //nolint:errorlint // one within another error stays as it is
		err = fmt.Errorf("%s: %w", pe.Op, pe.Err)
	}
	return fmt.Errorf("fleet: journal %s: %w", j.path, err)
}
