package fleet

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Entries implements [Journal]. It yields the entries that were appended before the loop began,
// and reads them from the file as the loop goes on. It may be used while Append runs. Each
// slice is the receiver's own.
//
// After Close it yields [fs.ErrClosed]. When ctx ends, it yields the error of ctx. A line that
// was damaged since the journal was opened gives [ErrDamaged].
func (j *FileJournal) Entries(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		if ctx == nil {
			yield(nil, errNoContext)
			return
		}
		if j == nil || j.file == nil {
			yield(nil, errNotOpened)
			return
		}
		j.mu.Lock()
		last, end, failed := j.last, j.end, j.failed
		j.mu.Unlock()
		if errors.Is(failed, fs.ErrClosed) {
			yield(nil, failed)
			return
		}
		if err := ctx.Err(); err != nil {
			yield(nil, j.errorf(err))
			return
		}
		lines := newLineReader(contextReader{ctx, io.NewSectionReader(j.file, 0, end)})
		for lines.last < last {
			entry, err := lines.next()
			if err == nil {
				err = ctx.Err()
			}
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("%w: it ends after entry %d, but entry %d was there", ErrDamaged, lines.last, last)
			}
			if err != nil {
				yield(nil, j.errorf(err))
				return
			}
			if !yield(entry, nil) {
				return
			}
		}
	}
}

// A contextReader reads until ctx ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

// Read reads from the file, or returns the error of ctx.
func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
