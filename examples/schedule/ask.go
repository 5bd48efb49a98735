package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// stopTime is how long the program tries to stop a command that it has sent.
const stopTime = 10 * time.Second

// harmless returns a command that does nothing, with a schedule.
func harmless(s frequency.Schedule) runcommand.Builder {
	return runcommand.Shell("exit 0").Name("schedule-example").Timeout(10 * time.Second).Frequency(s)
}

// breach returns which bound of the service a schedule breaks, or "".
func breach(s frequency.Schedule) string {
	_, err := harmless(s).Instances("i-local-1").Build()
	if wrong, ok := errors.AsType[*errors.ValidationError](err); ok {
		return wrong.Violations[0].Field + " " + wrong.Violations[0].Message
	}
	return ""
}

// ask sends a harmless command with each schedule, and stops it at once.
func (o *options) ask(ctx context.Context, client *runcommand.Client, schedules []frequency.Schedule, out io.Writer) error {
	fmt.Fprintln(out)
	refused := false
	for _, s := range schedules {
		err := o.askOnce(ctx, client, s)
		answer, isAnswer := errors.AsType[*errors.APIError](err)
		switch {
		case err == nil:
			o.say(out, o.words().accepted, s)
		case isAnswer && answer.Code.Field() == "Frequency" && !errors.MayHaveRun(err):
			o.say(out, o.words().refused, s, answer.Code)
			refused = true
		default:
			return err
		}
	}
	if refused {
		return program.ErrShown
	}
	return nil
}

func (o *options) askOnce(ctx context.Context, client *runcommand.Client, s frequency.Schedule) error {
	req, err := harmless(s).Instances(o.Instances...).Build()
	if err != nil {
		return err
	}
	inv, err := client.Run(ctx, req)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime) // after Ctrl-C, too: nothing else ends the schedule
	defer cancel()
	if err := inv.Stop(ctx); err != nil {
		return fmt.Errorf("the command %s with the schedule %s may still run: %w", inv.ID, s, err)
	}
	return nil
}

// say prints a sentence of the table of words.
func (o *options) say(out io.Writer, format string, args ...any) {
	fmt.Fprintln(out, program.Printable(fmt.Sprintf(format, args...)))
}
