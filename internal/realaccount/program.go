package realaccount

import (
	"context"
	stderrors "errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// The environment variable that must hold the phrase before the program makes a call.
const (
	ConsentVariable = "RUNCOMMAND_REAL_ACCOUNT"
	ConsentPhrase   = "I accept the costs"
)

// A Program is the program in the folder cmd.
type Program struct {
	Args           []string
	Getenv         func(string) string
	Stdout, Stderr io.Writer
	Credential     func(context.Context) (transport.Credential, error)
	Transport      http.RoundTripper // nil: the network
}

// Run runs the program and returns its exit code: 0 when the questions were asked, whatever the answers
// are; 1 when an error ended them; 2 when the program was called in a wrong way.
func (p *Program) Run(ctx context.Context) int {
	o, err := p.options()
	switch {
	case stderrors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		p.say("%v", err)
		return 2
	case o.list:
		return p.end(p.listQuestions())
	case o.replay != "":
		return p.replay(ctx, o)
	case p.Getenv(ConsentVariable) != ConsentPhrase:
		p.say("this program runs commands in an account and may cost money: read internal/REALACCOUNT.md, then set %s to %q", ConsentVariable, ConsentPhrase)
		return 2
	}
	return p.ask(ctx, o, o.cfg)
}

// options are the flags of the program.
type options struct {
	cfg               Config
	json, replay      string
	list              bool
	instances, chosen string
}

func (p *Program) options() (options, error) {
	var o options
	f := flag.NewFlagSet("realaccount", flag.ContinueOnError)
	f.SetOutput(p.Stderr)
	f.StringVar(&o.cfg.Region, "region", "", "the region, such as cn-hangzhou")
	f.StringVar(&o.instances, "instances", "", "ids of running Linux instances, separated by commas; commands run on the first one or two")
	f.StringVar(&o.cfg.Stopped, "stopped", "", "id of a stopped instance")
	f.StringVar(&o.cfg.Grouped, "grouped", "", "id of an instance of a resource group that is not the default one")
	f.StringVar(&o.cfg.Group, "group", "", "id of another resource group")
	f.StringVar(&o.cfg.Endpoint, "endpoint", "", "address of the service; default https://ecs.<region>.aliyuncs.com")
	f.StringVar(&o.chosen, "only", "", "ids of the questions to ask, separated by commas; default all")
	f.DurationVar(&o.cfg.Long, "long", 0, "also make the long probes, each for at most this time, such as 2h")
	f.BoolVar(&o.cfg.Query, "query", false, "send the parameters in the URL")
	f.StringVar(&o.cfg.Record, "record", "", "an empty folder for the recorded exchanges")
	f.StringVar(&o.json, "json", "", "the file for the report in JSON")
	f.StringVar(&o.replay, "replay", "", "make the report from a recorded folder, without any call")
	f.BoolVar(&o.list, "list", false, "list the questions and what they cost, without any call")
	if err := f.Parse(p.Args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("the argument %q is not a flag", f.Arg(0))
	}
	o.cfg.Instances, o.cfg.Only = split(o.instances), split(o.chosen)
	o.cfg.Credential, o.cfg.Transport = p.Credential, p.Transport
	return o, nil
}

// split returns the items of a list with commas; nil for an empty text.
func split(list string) (items []string) {
	for item := range strings.SplitSeq(list, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// ask asks the questions and writes the reports.
func (p *Program) ask(ctx context.Context, o options, cfg Config) int {
	chosen, err := choose(cfg.Only)
	if err != nil {
		p.say("%v", err)
		return 2
	}
	var file *os.File
	if o.json != "" { // before the first call: a report that cannot be written would be lost
		if file, err = os.OpenFile(o.json, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
			p.say("%v", err)
			return 2
		}
		defer func() { _ = file.Close() }() // the error is ignored: a failed write is reported below
	}
	if o.replay == "" {
		p.say("%s", plan(chosen, cfg.Long))
	}
	report, err := Run(ctx, cfg)
	if report == nil {
		p.say("%v", err)
		return 2
	}
	if file != nil {
		err = stderrors.Join(err, report.WriteJSON(file))
	}
	return p.end(stderrors.Join(err, report.WriteMarkdown(p.Stdout)))
}

// replay makes the report from a recorded folder.
func (p *Program) replay(ctx context.Context, o options) int {
	r, err := NewReplayer(o.replay)
	if err != nil {
		p.say("%v", err)
		return 2
	}
	cfg, err := r.Config()
	if err != nil {
		p.say("%v", err)
		return 2
	}
	return p.ask(ctx, o, cfg)
}

// plan says what the questions cost.
func plan(questions []Question, long time.Duration) string {
	asked, calls, runs, takes, waits := 0, 0, 0, time.Duration(0), 0
	for _, q := range questions {
		switch {
		case q.ask == nil || q.Long && long == 0:
			continue
		case q.Long:
			waits++
		default:
			takes += max(q.Takes, 2*time.Second)
		}
		asked++
		calls += q.Calls
		runs += q.Runs
	}
	text := fmt.Sprintf("asking %s: about %s, at most %s of a harmless command, about %s",
		count(asked, "question"), count(calls, "call"), count(runs, "run"), takes.Round(time.Minute))
	if waits > 0 {
		text += fmt.Sprintf(", then %s of up to %s each", count(waits, "long probe"), long)
	}
	return text
}

// count returns a number with its noun, such as "1 run" or "2 runs".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// listQuestions writes the questions and their costs as a table.
func (p *Program) listQuestions() error {
	var b strings.Builder
	b.WriteString("| question | sources | calls | runs | takes | needs |\n|---|---|---|---|---|---|\n")
	for _, q := range Questions() {
		takes := "seconds"
		switch {
		case q.Long:
			takes = "as long as -long allows"
		case q.Takes > 0:
			takes = q.Takes.String()
		}
		if q.ask == nil {
			writeRow(&b, "`"+q.ID+"` "+q.Asks, q.Sources, "", "", "", "not asked: "+q.Closed)
			continue
		}
		writeRow(&b, "`"+q.ID+"` "+q.Asks, q.Sources, strconv.Itoa(q.Calls), strconv.Itoa(q.Runs), takes, q.Needs)
	}
	b.WriteString("\n" + plan(Questions(), 0) + "\n")
	_, err := io.WriteString(p.Stdout, b.String())
	return err
}

// end reports an error and returns the exit code.
func (p *Program) end(err error) int {
	if err != nil {
		p.say("%v", err)
		return 1
	}
	return 0
}

func (p *Program) say(format string, args ...any) {
	_, _ = fmt.Fprintf(p.Stderr, "realaccount: "+format+"\n", args...) // the error is ignored: there is no other place to report it
}
