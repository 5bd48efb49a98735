// Command schedule previews schedules before a command is sent with them: what each means,
// when it fires next, and where it does something else than it seems to.
//
//	go run ./examples/schedule                                  some telling schedules
//	go run ./examples/schedule '0 0 9 ? * MON-FRI Asia/Shanghai'
//	go run ./examples/schedule 'rate(5m)' '0 30 2 * * ? Europe/Berlin'
//	go run ./examples/schedule -lang zh 'rate(5m)'              the same in Chinese
//	go run ./examples/schedule -now 2027-03-13T00:00:00Z '0 30 2 * * ? America/New_York'
//
// For a wrong expression it shows the place with a caret, and what to write instead when
// that is certain.
//
// The preview calls no service. The parser of the service is not public, and may refuse
// what this library accepts. With a region or an endpoint, and an instance, the program
// asks the service: it sends a command that does nothing with each schedule, and stops it
// at once. It needs the rights ecs:RunCommand and ecs:StopInvocation:
//
//	go run ./examples/schedule -region cn-hangzhou -instances i-bp1… 'rate(5m)'
//
// Its exit status is 0 when every schedule can be sent, 1 when one is beyond the bounds of
// the service or was refused, and 2 for a wrong expression or wrong arguments.
package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func main() { program.Main(run) }

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if err == nil {
		err = o.start(ctx, stdout)
	}
	return program.Fail(stderr, "schedule", err)
}

// options are the settings from the command line.
type options struct {
	program.Service

	expressions []string
	lang        string
	now         time.Time
}

// tellingSchedules are shown when no expression is given.
var tellingSchedules = []string{
	"rate(5m)",
	"at(2026-06-06 13:15:30)",
	"0 0 9 ? * 5-7 Asia/Shanghai",
	"0 30 2 ? * 7 America/New_York",
	"0 0 3 L * ?",
}

const about = `
Previews schedules: what each means, when it fires next, and where it does something else
than it seems to. Quote each schedule. With -region or -endpoint and -instances it also
asks the service, with a command that does nothing and is stopped at once.`

func parse(args []string, stdout io.Writer) (*options, error) {
	flags := program.NewFlags("schedule", "[flags] [schedule ...]", about, stdout)
	o := &options{now: time.Now()}
	o.AddFlags(flags)
	flags.StringVar(&o.lang, "lang", "en", "print in this `language`: en or zh")
	flags.Func("now", "preview from this `moment`, such as 2027-01-01T00:00:00+08:00; its offset\nis the clock of instances for schedules without a zone", func(text string) (err error) {
		o.now, err = time.Parse(time.RFC3339, text)
		return err
	})
	words, err := flags.Parse(args)
	if err != nil {
		return nil, err
	}
	if o.lang != "en" && o.lang != "zh" {
		return nil, program.Misuse("-lang is %q; it may be en or zh", o.lang)
	}
	if o.expressions = words; len(words) == 0 {
		o.expressions = tellingSchedules
	}
	return o, o.Check()
}

// start prints the table of all schedules, and asks the service about them if there is one.
func (o *options) start(ctx context.Context, stdout io.Writer) error {
	schedules, err := o.schedules()
	if err != nil {
		return err
	}
	o.printTable(stdout, schedules)
	for _, s := range schedules {
		if breach(s) != "" {
			return program.ErrShown
		}
	}
	if !o.Remote() {
		return nil
	}
	client, err := o.Client()
	if err != nil {
		return err
	}
	return o.ask(ctx, client, schedules, stdout)
}

// schedules parses the expressions. Its error shows all that are wrong.
func (o *options) schedules() (list []frequency.Schedule, err error) {
	var mistakes []string
	for _, expression := range o.expressions {
		s, err := frequency.Parse(expression)
		if wrong, ok := errors.AsType[*frequency.ParseError](err); ok {
			mistakes = append(mistakes, o.mistake(wrong))
		}
		list = append(list, s)
	}
	if len(mistakes) > 0 {
		return nil, program.Misuse("%s", strings.Join(mistakes, "\n"))
	}
	return list, nil
}

// mistake returns what is wrong with an expression: the reason in the language of the
// program, the expression with a caret, and what to write instead.
func (o *options) mistake(wrong *frequency.ParseError) string {
	w := o.words()
	_, place, _ := strings.Cut(wrong.Error(), "\n") // the expression and the caret
	message := wrong.MessageIn(o.lang)
	text := message + "\n" + place
	if !strings.Contains(message, wrong.Suggestion) {
		text += "\n\t" + w.instead + wrong.Suggestion
	}
	return text
}
