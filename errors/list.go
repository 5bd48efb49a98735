package errors

import (
	"fmt"
	"strings"
)

// count returns a number with its noun, such as "1 attempt" or "2 attempts".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// writeList appends n items to b, with a colon before the first and semicolons between the others.
// It stops before an item with which the text of b would have more than limit bytes, and says how
// many items are left out. The first item is never left out.
func writeList(b *strings.Builder, limit, n int, item func(i int) string) {
	separator := ": "
	for i := range n {
		text := item(i)
		if i > 0 && b.Len()+len(separator)+len(text) > limit {
			fmt.Fprintf(b, "; and %d more", n-i)
			return
		}
		b.WriteString(separator + text)
		separator = "; "
	}
}
