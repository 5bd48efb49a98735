package runcommandtest

import "bytes"

// The service keeps 24 KB of the output of a run. When the output is longer, recent
// agents keep the first 6,000 bytes and as many of the last bytes as fit.
const (
	keptOutput = 24 * 1024
	keptHead   = 6000
	keptTail   = keptOutput - keptHead
)

// cut returns a copy of the part of output that the service keeps, and the number of
// bytes that the service drops.
func cut(output []byte) (kept []byte, dropped int) {
	var e excerpt
	_, _ = e.Write(output)
	return e.result()
}

// share returns the previous output if it is equal to output. In most tests all
// instances print the same. Then 10,000 instances need the memory of only one output.
func (s *Server) share(output []byte) []byte {
	if !bytes.Equal(output, s.lastOutput) {
		s.lastOutput = output
	}
	return s.lastOutput
}

// An excerpt is an [io.Writer] that keeps the beginning and the end of what is
// written to it, in bounded memory. The zero value is ready to use. It is not safe
// for concurrent use.
type excerpt struct {
	head  []byte // the first keptHead bytes
	tail  []byte // the last bytes written after head, at most 2*keptTail of them
	total int
}

// Write never fails.
func (e *excerpt) Write(p []byte) (int, error) {
	n := len(p)
	e.total += n
	fits := min(len(p), keptHead-len(e.head))
	e.head = append(e.head, p[:fits]...)
	p = p[fits:]
	p = p[max(0, len(p)-keptTail):]
	// The last keptTail bytes are moved to the front of the buffer only when the buffer
	// holds twice as many. So the average cost of a written byte is constant.
	if len(e.tail)+len(p) > 2*keptTail {
		e.tail = append(e.tail[:0], e.tail[max(0, len(e.tail)-keptTail):]...)
	}
	e.tail = append(e.tail, p...)
	return n, nil
}

// result returns the bytes that are kept and the number of bytes dropped from the
// middle. Head and tail are joined without a mark between them.
func (e *excerpt) result() (output []byte, dropped int) {
	tail := e.tail[max(0, len(e.tail)-keptTail):]
	output = append(e.head[:len(e.head):len(e.head)], tail...)
	return output, e.total - len(output)
}
