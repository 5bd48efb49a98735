//go:build unix

package shell

import (
	"io"
	"os"
	"syscall"
	"time"
)

// outputGrace is how long a run waits, after its script has ended, for background
// processes that hold its output open. Output that they write later is lost.
const outputGrace = 500 * time.Millisecond

// maxRest is the largest number of bytes that a pipe can hold on Linux, unless root has
// raised that limit.
const maxRest = 1 << 20

// A capture copies the output of one script from a pipe to a writer.
type capture struct {
	reader, writer *os.File // the two ends of the pipe
	output         io.Writer
	copied         chan struct{} // closed when the copying has ended
}

func newCapture(output io.Writer) (*capture, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	c := &capture{reader: r, writer: w, output: output, copied: make(chan struct{})}
	go func() {
		defer close(c.copied)
		// The error is ignored: the copy ends when the last writer closes the pipe, or at
		// the deadline that finish sets.
		_, _ = io.Copy(output, r)
	}()
	return c, nil
}

// finish is called when the script has ended. It returns when all processes have closed
// the output, or after the time grace.
//
// The deadline alone could lose output on a busy machine, because the goroutine that
// copies may not run before the deadline. So finish then reads what is left in the
// pipe, and does not wait for more. It reads at most maxRest bytes, because a
// background process may go on writing.
func (c *capture) finish(grace time.Duration) {
	_ = c.reader.SetReadDeadline(time.Now().Add(grace))
	<-c.copied
	_ = c.reader.SetReadDeadline(time.Time{})
	if pipe, err := c.reader.SyscallConn(); err == nil {
		_ = pipe.Read(func(fd uintptr) bool {
			piece := make([]byte, 4<<10)
			for total := 0; total < maxRest; {
				n, err := syscall.Read(int(fd), piece)
				if err == syscall.EINTR {
					continue
				}
				if n <= 0 {
					break
				}
				_, _ = c.output.Write(piece[:n])
				total += n
			}
			return true // true: do not wait until the pipe has more bytes
		})
	}
	_ = c.reader.Close()
}
