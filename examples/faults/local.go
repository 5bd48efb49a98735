package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// attempts is how many calls of RunCommand a client makes at most.
const attempts = 3

// interval is the wait of the trials of the local service, so that the table is there at
// once. The defaults of the library are seconds.
const interval = 5 * time.Millisecond

const runCommand = "RunCommand"

// localFaults are the faults of RunCommand that the local service makes.
var localFaults = []struct {
	name  string
	fault runcommandtest.Fault
}{
	{"connection refused", runcommandtest.Fault{Kind: runcommandtest.FaultRefused}},
	{"throttled", runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, RetryAfter: interval}},
	{"quota used up", runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: errors.InvocationExceedQuota}},
	{"right missing", runcommandtest.Fault{Kind: runcommandtest.FaultPermission}},
	{"instance unknown", runcommandtest.Fault{Kind: runcommandtest.FaultBadInstance}},
	{"request lost", runcommandtest.Fault{Kind: runcommandtest.FaultResetBefore}},
	{"gateway page, request lost", runcommandtest.Fault{Kind: runcommandtest.FaultBadGateway}},
	{"service failed", runcommandtest.Fault{Kind: runcommandtest.FaultInternalError}},
	{"reply lost", runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept}},
	{"reply cut", runcommandtest.Fault{Kind: runcommandtest.FaultCutReply}},
	{"gateway page, reply lost", runcommandtest.Fault{Kind: runcommandtest.FaultLostGateway}},
	{"no reply, caller gives up", runcommandtest.Fault{Kind: runcommandtest.FaultSilent}},
}

// instanceFaults are what goes wrong on the instance after the command was accepted.
var instanceFaults = []struct {
	name    string
	outcome runcommandtest.Outcome
	offline bool
}{
	{name: "script fails", outcome: runcommandtest.Outcome{ExitCode: 3}},
	{name: "script too slow", outcome: runcommandtest.Outcome{Code: errors.ExecutionTimeout}},
	{name: "agent offline", offline: true},
}

// localTrials returns the trials of the local service: each has a service of its own.
func localTrials() (trials []trial) {
	for _, f := range localFaults {
		for _, times := range []int{1, -1} {
			fault := f.fault
			fault.Action, fault.Times = runCommand, times
			trials = append(trials, trial{f.name, when(times), func(ctx context.Context) (outcome, error) {
				ctx, giveUp := context.WithCancel(ctx)
				defer giveUp()
				return runLocal(ctx, func(s *runcommandtest.Server) {
					s.AddInstance(runcommandtest.Instance{ID: "i-local-1"})
					s.Inject(fault)
					if fault.Kind == runcommandtest.FaultSilent {
						s.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
							giveUp()
							return runcommandtest.Outcome{}
						})
					}
				})
			}})
		}
	}
	for _, f := range instanceFaults {
		trials = append(trials, trial{f.name, when(1), func(ctx context.Context) (outcome, error) {
			return runLocal(ctx, func(s *runcommandtest.Server) {
				s.AddInstance(runcommandtest.Instance{ID: "i-local-1", Offline: f.offline})
				s.Handle(runcommandtest.Always(f.outcome))
			})
		}})
	}
	return trials
}

// when says in a word how often a fault happens.
func when(times int) string {
	if times < 0 {
		return "always"
	}
	return "once"
}

// runLocal runs a command on a new local service.
func runLocal(ctx context.Context, prepare func(*runcommandtest.Server)) (outcome, error) {
	server := runcommandtest.NewServer()
	defer server.Close()
	prepare(server)
	var calls atomic.Int64
	client := server.Client(settings(&calls, poll.Policy{Initial: interval})...)
	req, err := runcommand.Shell("exit 0").Name("faults").Instances("i-local-1").Build()
	if err != nil {
		return outcome{}, err
	}
	_, err = client.RunAndWait(ctx, req)
	return outcome{int(calls.Load()), err, server.Executions("i-local-1")}, nil
}

// settings are the options of a client that waits by the policy and counts its calls of RunCommand.
func settings(calls *atomic.Int64, wait poll.Policy) []runcommand.Option {
	return []runcommand.Option{
		runcommand.WithRetry(wait, attempts),
		runcommand.WithPolling(wait),
		runcommand.WithObserver(runcommand.Observer{Attempt: func(_ context.Context, a runcommand.Attempt) {
			if a.Action == runCommand {
				calls.Add(1)
			}
		}}),
	}
}
