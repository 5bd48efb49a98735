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
// So let them run one after the other: go test -p 1 ./examples/... -update. The programs in
// modules of their own follow: go test . -update in their folders.
var update = flag.Bool("update", false, "write the outputs of the programs into examples/README.md; use it with -p 1")

// Page is the index page, as the tests of a program in a folder of examples find it.
const Page = "../README.md"

// A block of the page is a command and what it prints:
//
//	```console
//	$ go run ./examples/quickstart 'uname -s'
//	...
//	```
//
// The command of a program in a module of its own is: cd examples/fleet && go run .
var block = regexp.MustCompile("(?s)```console\n\\$ (go run \\./examples/(\\w+)|cd examples/(\\w+) && go run \\.)([^\n]*)\n(.*?)```\n")

// Update reports whether the tests write the outputs into the page instead of comparing them.
func Update() bool { return *update }

// CheckPage runs each command that the page shows of a program, and fails the test when the
// program prints something else than the page shows. The page must show a command.
func CheckPage(tb testing.TB, name string, run func(ctx context.Context, args []string, stdout, stderr io.Writer) int) {
	tb.Helper()
	CheckStable(tb, name, func(output string) string { return output }, run)
}

// CheckStable is like [CheckPage], for a program whose output is not always the same. It
// compares what the function stable returns for the output on the page and for that of the
// program.
func CheckStable(tb testing.TB, name string, stable func(output string) string, run func(ctx context.Context, args []string, stdout, stderr io.Writer) int) {
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
		compare(tb, b, out.String()+errs.String(), stable)
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
		if b.Program == name && b.Arguments == arguments {
			compare(tb, b, output, func(output string) string { return output })
			return
		}
	}
	tb.Errorf("examples/README.md does not show: go run ./examples/%s %s", name, arguments)
}

func compare(tb testing.TB, b Block, output string, stable func(string) string) {
	tb.Helper()
	switch {
	case *update:
		replace(tb, b, output)
	case stable(b.Output) != stable(output):
		tb.Errorf("examples/README.md shows another output of %s %s; go test -p 1 ./examples/... -update writes it anew\nthe page:\n%s\nthe program:\n%s",
			b.Program, b.Arguments, b.Output, output)
	}
}

// A Block is a command of the page and its output. Nested says that the program is a module
// of its own.
type Block struct {
	Program, Arguments, Output string
	Nested                     bool

	command string // the whole line, without the prompt
}

func (b Block) text() string { return "$ " + b.command + "\n" + b.Output + "```\n" }

// Blocks returns the blocks of a page.
func Blocks(tb testing.TB, page string) (blocks []Block) {
	tb.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		tb.Fatal(err)
	}
	for _, m := range block.FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, Block{Program: m[2] + m[3], Arguments: strings.TrimPrefix(m[4], " "), Output: m[5], Nested: m[3] != "", command: m[1] + m[4]})
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
