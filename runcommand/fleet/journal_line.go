package fleet

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// These bounds limit the memory that reading takes when a file is no journal. A plan with a
// million instances has 25 MB.
const (
	largestEntry = 64 << 20
	longestLine  = largestEntry + 64 // 64 bytes are more than n, sum and the names of the fields take
)

// The parts of a line between number, sum and entry.
const (
	beforeSum   = `,"sum":"`
	beforeEntry = `","entry":`
	sumDigits   = 8 // hexadecimal digits of a CRC of 32 bits
)

// castagnoli is the table for CRC-32C. Many processors have an instruction for this sum.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumOf returns the sum of an entry and its number, as it is written.
func sumOf(n int64, entry []byte) string {
	sum := crc32.Update(crc32.Checksum(strconv.AppendInt(nil, n, 10), castagnoli), castagnoli, []byte(":"))
	return fmt.Sprintf("%0*x", sumDigits, crc32.Update(sum, castagnoli, entry))
}

// startOf returns the beginning of line n.
func startOf(n int64) string { return `{"n":` + strconv.FormatInt(n, 10) + beforeSum }

// appendLine appends the line of an entry, with its line end.
func appendLine(b []byte, n int64, entry []byte) []byte {
	b = append(b, startOf(n)...)
	b = append(b, sumOf(n, entry)...)
	b = append(b, beforeEntry...)
	b = append(b, entry...)
	return append(b, "}\n"...)
}

// checkEntry returns why an entry cannot be a part of a line, or nil.
func checkEntry(entry []byte) error {
	switch {
	case len(entry) > largestEntry:
		return fmt.Errorf("an entry of %d bytes is too large: at most %d bytes fit: %w", len(entry), largestEntry, errors.ErrInvalidArgument)
	case bytes.ContainsAny(entry, "\r\n"):
		return fmt.Errorf("an entry must not hold line breaks: %w", errors.ErrInvalidArgument)
	case !utf8.Valid(entry) || !json.Valid(entry):
		return fmt.Errorf("an entry must be one JSON value in UTF-8: %w", errors.ErrInvalidArgument)
	}
	return nil
}

// parseLine returns the entry in a line without its line end. It accepts a line only as
// appendLine writes it. So a change of any byte of a line is noticed.
func parseLine(line []byte, n int64) ([]byte, bool) {
	rest, ok := bytes.CutPrefix(line, []byte(startOf(n)))
	if !ok || len(rest) < sumDigits {
		return nil, false
	}
	sum, rest := rest[:sumDigits], rest[sumDigits:]
	entry, ok := bytes.CutPrefix(rest, []byte(beforeEntry))
	if !ok {
		return nil, false
	}
	entry, ok = bytes.CutSuffix(entry, []byte("}"))
	ok = ok && string(sum) == sumOf(n, entry) && checkEntry(entry) == nil
	return entry, ok
}

// explain says what is wrong with a line that parseLine does not accept. It repeats nothing of
// the line: entries hold scripts.
func explain(line []byte, n int64) string {
	if len(line) > longestLine {
		return "it is longer than any line of a journal"
	}
	var fields struct {
		N     *int64          `json:"n"`
		Sum   *string         `json:"sum"`
		Entry json.RawMessage `json:"entry"`
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	err := dec.Decode(&fields)
	switch {
	case bytes.IndexByte(line, 0) >= 0:
		return "it holds NUL bytes"
	case !json.Valid(line):
		return "it is not JSON"
	case err != nil || fields.N == nil || fields.Sum == nil || fields.Entry == nil:
		return `it is not an object with exactly the fields "n", "sum" and "entry"`
	case *fields.N != n:
		return fmt.Sprintf("its number is %d instead of %d", *fields.N, n)
	case *fields.Sum != sumOf(n, fields.Entry):
		return "its sum does not match its number and its entry"
	default:
		return "it is not written as a journal writes it, with the same fields in the same order and no blanks between them"
	}
}

// isTorn reports whether the end of a file can be the beginning of a line: that is what an
// interrupted Append leaves. Some file systems have NUL bytes in place of bytes that did not
// reach the disk.
func isTorn(tail []byte, n int64) bool {
	start := startOf(n)
	for i := range min(len(start), len(tail)) {
		if tail[i] != start[i] && tail[i] != 0 {
			return false
		}
	}
	// A whole line and one more byte is not torn: the line end was written and was damaged
	// later.
	_, whole := parseLine(tail[:len(tail)-1], n)
	return !whole
}

// A lineReader reads the lines of a journal.
type lineReader struct {
	buf   *bufio.Reader
	last  int64 // number of the last good entry
	end   int64 // offset of its end
	noEnd bool  // its line has no line end
}

// newLineReader returns a reader of the lines of r, from the first one.
func newLineReader(r io.Reader) *lineReader { return &lineReader{buf: bufio.NewReaderSize(r, 64<<10)} }

// next returns the next entry, and io.EOF after the last one. It does not return a torn
// line.
func (r *lineReader) next() ([]byte, error) {
	line, err := r.readLine()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(line) == 0 {
		return nil, io.EOF
	}
	n := r.last + 1
	ended := line[len(line)-1] == '\n'
	if ended {
		line = line[:len(line)-1]
	} else if len(line) <= longestLine {
		tail := line
		line = bytes.TrimRight(line, "\x00")
		if _, ok := parseLine(line, n); !ok && isTorn(tail, n) {
			return nil, io.EOF
		}
	}
	entry, ok := parseLine(line, n)
	if !ok {
		return nil, fmt.Errorf("%w: line %d: %s", ErrDamaged, n, explain(line, n))
	}
	r.last, r.noEnd = n, !ended
	r.end += int64(len(line))
	if ended {
		r.end++
	}
	return entry, nil
}

// readLine returns a new slice with the next line and its line end. Of a line that is too long
// it returns only the beginning.
func (r *lineReader) readLine() (line []byte, err error) {
	for len(line) <= longestLine {
		part, err := r.buf.ReadSlice('\n')
		line = append(line, part...)
		if err != bufio.ErrBufferFull { //nolint:errorlint // bufio returns it bare
			return line, err
		}
	}
	return line, nil
}
