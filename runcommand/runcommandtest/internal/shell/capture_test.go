//go:build unix

package shell

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A slowWriter is a writer whose first Write waits until the test permits it to go on.
type slowWriter struct {
	written           bytes.Buffer // not embedded, because io.Copy would then call ReadFrom and not Write
	begun, permission chan struct{}
}

func (w *slowWriter) Write(p []byte) (int, error) {
	if w.written.Len() == 0 {
		close(w.begun)
		<-w.permission
	}
	return w.written.Write(p)
}

func TestCaptureReadsOutputThatWasWrittenBeforeItsDeadline(t *testing.T) {
	t.Parallel()
	output := &slowWriter{begun: make(chan struct{}), permission: make(chan struct{})}
	c, err := newCapture(output)
	require.NoError(t, err)
	_, err = io.WriteString(c.writer, "one ")
	require.NoError(t, err)
	<-output.begun
	_, err = io.WriteString(c.writer, "two")
	require.NoError(t, err)
	require.NoError(t, c.reader.SetReadDeadline(time.Unix(1, 0)))
	close(output.permission)
	<-c.copied
	assert.Equal(t, "one ", output.written.String(), "the deadline has ended the copying")
	c.finish(0)
	assert.Equal(t, "one two", output.written.String())
	require.NoError(t, c.writer.Close())
}

func TestCaptureReadsAPipeThatIsFull(t *testing.T) {
	t.Parallel()
	var output bytes.Buffer
	c, err := newCapture(&output)
	require.NoError(t, err)
	require.NoError(t, c.reader.SetReadDeadline(time.Unix(1, 0)))
	<-c.copied
	full := make([]byte, 64<<10)
	require.NoError(t, c.writer.SetWriteDeadline(time.Now().Add(time.Second)))
	n, _ := c.writer.Write(full) // the error is ignored: a small pipe takes only a part of the bytes
	c.finish(0)
	assert.Equal(t, n, output.Len())
	assert.NotZero(t, n)
	require.NoError(t, c.writer.Close())
}
