package fleet

import "os"

// FailSync makes each later sync of the file fail with err.
func (j *FileJournal) FailSync(err error) { j.syncFile = func() error { return err } }

// File returns the open file.
func (j *FileJournal) File() *os.File { return j.file }
