// Package programtest runs the commands that examples/README.md shows, and compares their
// outputs with the page.
package programtest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
)

// update makes the tests write the outputs into the page. All packages write the same file.
// So let them run one after the other: go test -p 1 ./examples/... -update.
var update = flag.Bool("update", false, "write the outputs of the programs into examples/README.md; use it with -p 1")

// Page is the index page, as the tests of a program in a folder of examples find it.
const Page = "../README.md"

// A block of the page is a command and what it prints:
//
//	```console
//	$ go run ./examples/quickstart 'uname -s'
//	...
//	```
var block = regexp.MustCompile("(?s)```console\n\\$ go run \\./examples/(\\w+)([^\n]*)\n(.*?)```\n")

// CheckPage runs each command that the page shows of a program, and fails the test when the
// program prints something else than the page shows. The page must show a command.
func CheckPage(tb testing.TB, name string, run func(ctx context.Context, args []string, stdout, stderr io.Writer) int) {
	tb.Helper()
	shown := 0
	for _, b := range Blocks(tb, Page) {
		if b.Program != name {
			continue
		}
		shown++
		args, err := words(b.Arguments)
		if err != nil {
			tb.Errorf("%s %s: %v", name, b.Arguments, err)
			continue
		}
		var out, errs bytes.Buffer
		if status := run(tb.Context(), args, &out, &errs); status != 0 {
			fmt.Fprintf(&errs, "exit status %d\n", status) // as go run does
		}
		Compare(tb, name, b.Arguments, out.String()+errs.String())
	}
	if shown == 0 {
		tb.Errorf("examples/README.md shows no command of %s", name)
	}
}

// Compare fails the test when the page shows another output of a command than the given
// one. With the flag -update it writes the output into the page.
func Compare(tb testing.TB, name, arguments, output string) {
	tb.Helper()
	for _, b := range Blocks(tb, Page) {
		if b.Program != name || b.Arguments != arguments {
			continue
		}
		switch {
		case b.Output == output:
		case *update:
			replace(tb, b, output)
		default:
			tb.Errorf("examples/README.md shows another output of %s %s; go test -p 1 ./examples/... -update writes it anew\nthe page:\n%s\nthe program:\n%s",
				name, arguments, b.Output, output)
		}
		return
	}
	tb.Errorf("examples/README.md does not show: go run ./examples/%s %s", name, arguments)
}

// A Block is a command of the page and its output.
type Block struct{ Program, Arguments, Output string }

func (b Block) text() string {
	return "./examples/" + strings.TrimRight(b.Program+" "+b.Arguments, " ") + "\n" + b.Output + "```\n"
}

// Blocks returns the blocks of a page.
func Blocks(tb testing.TB, page string) (blocks []Block) {
	tb.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		tb.Fatal(err)
	}
	for _, m := range block.FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, Block{Program: m[1], Arguments: strings.TrimPrefix(m[2], " "), Output: m[3]})
	}
	return blocks
}

// replace writes the output of a block into the page.
func replace(tb testing.TB, b Block, output string) {
	tb.Helper()
	page, err := os.ReadFile(Page)
	if err != nil {
		tb.Fatal(err)
	}
	after := b
	after.Output = output
	text := strings.Replace(string(page), b.text(), after.text(), 1)
	if err := os.WriteFile(Page, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
}
