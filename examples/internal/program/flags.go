package program

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Flags are the flags of a program.
type Flags struct {
	*flag.FlagSet
	usage, about string
	stdout       io.Writer
}

// NewFlags returns the flags of a program. Its usage is what follows the name, such as
// "[flags] [script]". The text about says in a few lines what the program does; -h prints
// it to stdout before the flags, so that a pager can show it.
func NewFlags(name, usage, about string, stdout io.Writer) *Flags {
	f := &Flags{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError), usage: usage, about: about, stdout: stdout}
	f.SetOutput(io.Discard) // package flag would print an error that the program prints, too
	f.Usage = func() {}
	return f
}

// Parse parses flags before, between and after words, and returns the words. After "--"
// everything is a word. For -h it prints the help and returns [flag.ErrHelp]. Any other
// error is an error in usage; see [Fail].
func (f *Flags) Parse(args []string) (words []string, err error) {
	for {
		err := f.FlagSet.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			f.help()
			return nil, err
		}
		if err != nil {
			return nil, Misuse("%w\nusage: %s %s; -h explains the flags", err, f.Name(), f.usage)
		}
		rest := f.Args()
		parsed := len(args) - len(rest)
		if len(rest) == 0 || parsed > 0 && args[parsed-1] == "--" {
			return append(words, rest...), nil
		}
		words, args = append(words, rest[0]), rest[1:]
	}
}

// ParseAll is like Parse, but refuses words.
func (f *Flags) ParseAll(args []string) error {
	words, err := f.Parse(args)
	if err == nil && len(words) > 0 {
		return Misuse("%q is not a flag; the program takes no other arguments", words[0])
	}
	return err
}

func (f *Flags) help() {
	fmt.Fprintf(f.stdout, "usage: %s %s\n\n%s\n\n", f.Name(), f.usage, strings.TrimSpace(f.about))
	f.SetOutput(f.stdout)
	f.PrintDefaults()
	f.SetOutput(io.Discard)
}
