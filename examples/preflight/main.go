// Command preflight says which instances can run a command, and what to do about the
// others. It runs nothing on them.
//
//	go run ./examples/preflight                        seven local instances
//	go run ./examples/preflight -type powershell       for a PowerShell command
//	go run ./examples/preflight -user app              for a command of the user app
//	go run ./examples/preflight -install -wait 1m      install missing agents, and wait
//
// Without a region it asks the local service. With a region, and instances or tags, it
// asks the real service. It then needs credentials in one of the places where the official
// SDK looks for them, such as ALIBABA_CLOUD_ACCESS_KEY_ID and
// ALIBABA_CLOUD_ACCESS_KEY_SECRET. The rights are ecs:DescribeInstances and
// ecs:DescribeCloudAssistantStatus, and ecs:InstallCloudAssistant for -install:
//
//	go run ./examples/preflight -region cn-hangzhou -instances i-bp1…,i-bp2…
//	go run ./examples/preflight -region cn-hangzhou -tag role=web -tag env=test
//
// With -endpoint it asks the service at another address, such as that of the program
// emulator.
//
// Flag -install installs the agent on running instances that show none. The agent is there
// after the next restart of the instance, which preflight leaves to you. With -wait it
// waits for instances that are starting or have no agent online, and shows the table
// again.
//
// Its exit status is 0 when every instance can run the command, 1 when one cannot or the
// service did not answer, and 2 for wrong arguments or a request that breaks a limit.
package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func main() { program.Main(run) }

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if err == nil {
		err = o.start(ctx, stdout)
	}
	return program.Fail(stderr, "preflight", err)
}

// An inspection is one run of this program against one service.
type inspection struct {
	options
	client *runcommand.Client
	stdout io.Writer
	// between does what happens outside of this program while it waits: the local service
	// starts and restarts instances. It is nil for the real service.
	between func(installed []string)
}

// run shows the table, and after an installation or a wait shows it again. It reports
// whether every instance can run the command.
func (p *inspection) run(ctx context.Context) (ready bool, err error) {
	req, err := p.request()
	if err != nil {
		return false, err
	}
	pre, err := p.show(ctx, req)
	if err != nil {
		return false, err
	}
	var installed []string
	if p.install {
		if installed, err = p.installAgents(ctx, pre); err != nil {
			return false, err
		}
	}
	if ids := unready(pre); p.wait > 0 && len(ids) > 0 {
		if err := p.waitFor(ctx, ids, installed); err != nil {
			return false, err
		}
		if pre, err = p.show(ctx, req); err != nil {
			return false, err
		}
	}
	return pre.Err() == nil, nil
}

// show asks the service and prints the table. With an error it prints what is known.
func (p *inspection) show(ctx context.Context, req *runcommand.Request) (*runcommand.Preflight, error) {
	pre, err := p.client.Preflight(ctx, req)
	if err == nil || len(pre.Instances) > 0 {
		printTable(p.stdout, pre)
	}
	return pre, err
}

// installAgents installs the agent on the running instances that show none, and returns
// their ids.
func (p *inspection) installAgents(ctx context.Context, pre *runcommand.Preflight) (ids []string, err error) {
	for _, r := range pre.Instances {
		if errors.Is(r.Err, errors.ClientNotRunning) {
			ids = append(ids, r.InstanceID)
		}
	}
	if len(ids) == 0 {
		fmt.Fprintln(p.stdout, "\nThere is no agent to install.")
		return nil, nil
	}
	if err := p.client.InstallAgent(ctx, ids...); err != nil {
		return nil, err
	}
	fmt.Fprintf(p.stdout, "\nThe agent is installed at the next restart of %s. Restart them now.\n", list(ids))
	return ids, nil
}

// unready returns the instances that may become ready without a change of the request:
// those that are starting, and those without an agent that is online.
func unready(pre *runcommand.Preflight) (ids []string) {
	for _, r := range pre.Instances {
		starting := r.Instance.Status == runcommand.InstancePending || r.Instance.Status == runcommand.InstanceStarting
		if errors.Is(r.Err, errors.InstanceNotRunning) && starting ||
			errors.Is(r.Err, errors.ClientNotRunning) || errors.Is(r.Err, errors.ClientNotOnline) {
			ids = append(ids, r.InstanceID)
		}
	}
	return ids
}

// waitFor waits until the instances are ready, at most for the time of -wait. That some of
// them are still not ready then is no error: the table shows it.
func (p *inspection) waitFor(ctx context.Context, ids, installed []string) error {
	fmt.Fprintf(p.stdout, "\nWaiting for %s, at most %v.\n", list(ids), p.wait)
	done := -1
	_, err := p.client.WaitReady(ctx, ids, runcommand.MaxWait(p.wait), runcommand.OnProgress(func(now runcommand.Progress) {
		if now.Done != done {
			done = now.Done
			fmt.Fprintf(p.stdout, "  %d of %d ready after %v\n", done, now.Total, now.Elapsed.Round(time.Second))
		}
		if p.between != nil {
			p.between(installed)
		}
	}))
	fmt.Fprintln(p.stdout)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil || errors.Is(err, errors.InvalidInstanceNotFound) {
		return nil
	}
	return err
}
