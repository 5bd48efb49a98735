package main

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// errHelp is the error of parse when the user asked for help, which parse has printed.
var errHelp = flag.ErrHelp

// options are the settings from the command line.
type options struct {
	region, endpoint string
	instances        []string
	script           string
}

func parse(args []string, stderr io.Writer) (*options, error) {
	flags := flag.NewFlagSet("tracing", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the caller prints an error once
	o := &options{script: "uname -a"}
	flags.StringVar(&o.region, "region", "", "call the real service in this `region`, such as cn-hangzhou")
	flags.StringVar(&o.endpoint, "endpoint", "", "call the service at this `address`, such as http://127.0.0.1:8080")
	instances := flags.String("instances", "", "run on these `ids`, separated by commas")
	words, err := parseAnywhere(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(stderr, "usage: tracing [flags] [script]\n\nRuns a script and prints the spans of the run.")
		flags.SetOutput(stderr)
		flags.PrintDefaults()
	}
	if err != nil {
		return nil, err
	}
	for id := range strings.SplitSeq(*instances, ",") {
		if id = strings.TrimSpace(id); id != "" {
			o.instances = append(o.instances, id)
		}
	}
	switch {
	case len(words) > 1:
		return nil, fmt.Errorf("there is more than one script; put %q and what follows into quotes", words[1])
	case (o.region != "") != (len(o.instances) > 0):
		return nil, errors.New("-region and -instances must be given together")
	case o.endpoint != "" && o.region == "":
		return nil, errors.New("-endpoint needs -region and -instances")
	case len(words) == 1:
		o.script = words[0]
	}
	return o, nil
}

// parseAnywhere parses flags before, between and after words, and returns the words. After
// "--" everything is a word.
func parseAnywhere(flags *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		rest := flags.Args()
		parsed := len(args) - len(rest)
		if len(rest) == 0 || parsed > 0 && args[parsed-1] == "--" {
			return append(words, rest...), nil
		}
		words, args = append(words, rest[0]), rest[1:]
	}
}
