package runcommandtest

// keptTail is how much of the end of a run's output survives when it is cut.
const keptTail = keptOutput - keptHead

// An excerpt is an [io.Writer] that remembers the beginning and the end of what
// is written to it, what cut keeps of it, in bounded memory. The zero value is
// ready to use. It is not safe for concurrent use: os/exec gives stdout and
// stderr one pipe and one writing goroutine when both are the same writer.
type excerpt struct {
	head  []byte // the first keptHead bytes
	tail  []byte // at least the last keptTail bytes after head
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
	// Moving the end to the front only when as much again has gathered behind
	// it makes the cost of a byte constant.
	if len(e.tail)+len(p) > 2*keptTail {
		e.tail = append(e.tail[:0], e.tail[max(0, len(e.tail)-keptTail):]...)
	}
	e.tail = append(e.tail, p...)
	return n, nil
}

// result returns what is kept, head and tail joined without any mark between
// them, and the number of bytes dropped from the middle.
func (e *excerpt) result() (output []byte, dropped int) {
	tail := e.tail[max(0, len(e.tail)-keptTail):]
	output = append(e.head[:len(e.head):len(e.head)], tail...)
	return output, e.total - len(output)
}
