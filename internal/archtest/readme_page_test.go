package archtest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// readmes are the two languages of the README. What the tests say of blocks, tables and links
// holds for both.
var readmes = []string{"README.md", "README.zh-CN.md"}

// A mdPage is what the tests need to know of a page in Markdown.
type mdPage struct {
	blocks  []mdBlock
	anchors []string // of the headings, in their order
	levels  []int    // of the headings
	links   []string // targets outside of blocks
	tables  [][]string
	prose   string // the text outside of blocks
}

// A mdBlock is a block between lines with three backquotes.
type mdBlock struct {
	lang, text string
	line       int
	output     bool // only blank lines lie between a block of Go and this block of text
}

var (
	mdHeading = regexp.MustCompile(`^(#+) (.+)$`)
	mdCode    = regexp.MustCompile("`[^`]*`")
	mdLink    = regexp.MustCompile(`\[[^\]]*\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)`)
)

// readPage reads a page, given by its path in the module.
func readPage(tb testing.TB, path string) mdPage {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(path)))
	require.NoError(tb, err)
	return parsePage(tb, string(text))
}

// parsePage parses the part of Markdown that this repository uses.
func parsePage(tb testing.TB, text string) (p mdPage) {
	tb.Helper()
	var open *mdBlock
	var prose []string
	afterGo, inTable := false, false
	for n, line := range strings.Split(text, "\n") {
		if lang, ok := strings.CutPrefix(strings.TrimSpace(line), "```"); ok {
			if open == nil {
				open = &mdBlock{lang: lang, line: n + 1, output: lang == "text" && afterGo}
				continue
			}
			require.Empty(tb, lang, "line %d: a block begins in a block", n+1)
			p.blocks = append(p.blocks, *open)
			afterGo, inTable, open = open.lang == "go", false, nil
			continue
		}
		if open != nil {
			open.text += line + "\n"
			continue
		}
		prose = append(prose, line)
		afterGo = afterGo && line == ""
		if h := mdHeading.FindStringSubmatch(line); h != nil {
			p.levels = append(p.levels, len(h[1]))
			p.anchors = append(p.anchors, p.anchor(h[2]))
		}
		if row := strings.HasPrefix(line, "|"); row && inTable {
			p.tables[len(p.tables)-1] = append(p.tables[len(p.tables)-1], line)
		} else if row {
			p.tables = append(p.tables, []string{line})
		}
		inTable = strings.HasPrefix(line, "|")
	}
	require.Nil(tb, open, "a block does not end")
	p.prose = strings.Join(prose, "\n")
	for _, link := range mdLink.FindAllStringSubmatch(mdCode.ReplaceAllString(p.prose, "code"), -1) {
		p.links = append(p.links, link[1])
	}
	return p
}

// anchor returns the anchor that GitHub gives to the next heading of the page.
func (p *mdPage) anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case unicode.IsLetter(r), unicode.IsNumber(r), r == '-', r == '_':
			b.WriteRune(r)
		}
	}
	name := b.String()
	for n := 1; slices.Contains(p.anchors, name); n++ {
		name = fmt.Sprintf("%s-%d", b.String(), n)
	}
	return name
}

func TestAPageIsReadAsItIsShown(t *testing.T) {
	t.Parallel()
	p := parsePage(t, "# A `b`: c\n[x](y#z) `[no](link)`\n## 可以放心的事：1\n## A b c\n\n| a |\n|---|\n| [w](a_(b)) |\n\n| d |\n"+
		"```go\n[no](link)\n# no\n```\n\n```text\nout\n```\n\nword\n```text\nnone\n```\n")
	require.Equal(t, []string{"a-b-c", "可以放心的事1", "a-b-c-1"}, p.anchors)
	require.Equal(t, []int{1, 2, 2}, p.levels)
	require.Equal(t, []string{"y#z", "a_(b)"}, p.links)
	require.Equal(t, [][]string{{"| a |", "|---|", "| [w](a_(b)) |"}, {"| d |"}}, p.tables)
	require.Equal(t, []mdBlock{
		{lang: "go", text: "[no](link)\n# no\n", line: 11},
		{lang: "text", text: "out\n", line: 16, output: true},
		{lang: "text", text: "none\n", line: 21},
	}, p.blocks)
}
