package program

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// PrintTable prints rows with aligned columns. The last column is not aligned. A cell may
// have several lines. Every row has as many cells as the first one.
func PrintTable(w io.Writer, rows [][]string) {
	widths := make([]int, len(rows[0]))
	cells := make([][][]string, len(rows)) // row, column, line
	for r, row := range rows {
		for c, text := range row {
			lines := strings.Split(strings.ReplaceAll(Printable(text), "\t", " "), "\n")
			cells[r] = append(cells[r], lines)
			for _, line := range lines {
				widths[c] = max(widths[c], Columns(line))
			}
		}
	}
	for _, row := range cells {
		for line := range height(row) {
			var b strings.Builder
			for c, lines := range row {
				text := ""
				if line < len(lines) {
					text = lines[line]
				}
				b.WriteString(text + strings.Repeat(" ", widths[c]-Columns(text)+2))
			}
			fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
		}
	}
}

// height returns the number of lines of the longest cell of a row.
func height(row [][]string) int {
	n := 0
	for _, lines := range row {
		n = max(n, len(lines))
	}
	return n
}

// Cut returns a text of at most limit columns. Characters that a terminal does not print
// become a question mark.
func Cut(text string, limit int) string {
	var b strings.Builder
	width := 0
	for _, r := range text {
		if !unicode.IsPrint(r) {
			r = '?'
		}
		if width += runeColumns(r); width > limit-1 && Columns(text) > limit {
			return b.String() + "…"
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Wrap divides a text into lines of at most limit columns: at a blank, or beside a Chinese
// character. It divides a word only when the word is longer than a line.
func Wrap(text string, limit int) string {
	var lines []string
	line, last, breakAt := "", ' ', 0 // breakAt is the latest place where the line may end; 0 is none
	for _, r := range text {
		if line != "" && mayBreak(last, r) {
			breakAt = len(line)
		}
		if line != "" && r != ' ' && Columns(line)+runeColumns(r) > limit {
			end := cmp.Or(breakAt, len(line))
			lines = append(lines, strings.TrimRight(line[:end], " "))
			line, breakAt = strings.TrimLeft(line[end:], " "), 0
		}
		line += string(r)
		last = r
	}
	return strings.Join(append(lines, strings.TrimRight(line, " ")), "\n")
}

// mayBreak reports whether a line may end between two characters. No line ends with an
// opening bracket, and none begins with another mark.
func mayBreak(before, after rune) bool {
	opens := func(r rune) bool { return unicode.In(r, unicode.Ps, unicode.Pi) }
	chinese := runeColumns(before) == 2 || runeColumns(after) == 2
	return before == ' ' || chinese && !opens(before) && (opens(after) || !unicode.IsPunct(after))
}

// Columns returns the number of terminal columns of a text.
func Columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

// runeColumns returns 2 for the characters of Chinese, Japanese and Korean and their
// punctuation, which take two columns of a terminal, and 1 for all others.
func runeColumns(r rune) int {
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x3000 && r <= 0x303f || r >= 0xff01 && r <= 0xff60 {
		return 2
	}
	return 1
}
