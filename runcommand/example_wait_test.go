package runcommand_test

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// service returns a local service where the instance i-2 has no disk space left, and a
// client of this service that polls often. For a real region, call
// runcommand.NewClient("cn-hangzhou").
func service() (*runcommandtest.Server, *runcommand.Client) {
	srv := runcommandtest.NewServer()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		if x.InstanceID == "i-2" {
			return runcommandtest.Outcome{Output: []byte("no space left on device\n"), ExitCode: 1, Takes: 10 * time.Millisecond}
		}
		return runcommandtest.Outcome{Output: []byte("all well\n")}
	})
	return srv, srv.Client(runcommand.WithPolling(poll.Policy{Initial: time.Millisecond}))
}

// start runs a command on i-1 and i-2 and returns its invocation.
func start(ctx context.Context, client *runcommand.Client, b runcommand.Builder) *runcommand.Invocation {
	req, err := b.Instances("i-1", "i-2").Build()
	if err != nil {
		panic(err)
	}
	inv, err := client.Run(ctx, req)
	if err != nil {
		panic(err)
	}
	return inv
}

// How do I wait for a command and see which instances failed, and why?
func ExampleInvocation_Wait() {
	ctx := context.Background()
	srv, client := service()
	defer srv.Close()

	inv := start(ctx, client, runcommand.Shell("./check.sh"))
	report, err := inv.Wait(ctx)
	if failed, ok := errors.AsType[*errors.InvocationError](err); ok {
		fmt.Println(len(failed.Failed), "of", failed.Total, "failed:", failed.Failed[0].InstanceID, "with exit code", failed.Failed[0].ExitCode)
	}
	for _, r := range report.Results {
		fmt.Printf("%s %s: %s", r.InstanceID, r.Status, r.Text())
	}
	// Output:
	// 1 of 2 failed: i-2 with exit code 1
	// i-1 Success: all well
	// i-2 Failed: no space left on device
}

// How do I limit the time of a wait? The report holds all that is known at the limit.
func ExampleMaxWait() {
	ctx := context.Background()
	srv, client := service()
	defer srv.Close()
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes, InstanceID: "i-2"})

	inv := start(ctx, client, runcommand.Shell("./check.sh"))
	report, err := inv.Wait(ctx, runcommand.MaxWait(300*time.Millisecond))
	if ended, ok := errors.AsType[*errors.WaitError](err); ok {
		fmt.Println(ended.Done, "of", ended.Total, "done; too late:", errors.Is(err, context.DeadlineExceeded))
	}
	for _, r := range report.Results {
		fmt.Println(r.InstanceID, r.Status)
	}
	// Output:
	// 1 of 2 done; too late: true
	// i-1 Success
	// i-2 Running
}

// How do I get each result as soon as its instance has finished?
func ExampleInvocation_Results() {
	ctx := context.Background()
	srv, client := service()
	defer srv.Close()

	inv := start(ctx, client, runcommand.Shell("./check.sh"))
	for r, err := range inv.Results(ctx) {
		if err != nil { // the wait itself failed; a script that failed gives no error here
			fmt.Println(err)
			break
		}
		if r.Err() != nil {
			fmt.Println(r.InstanceID, "failed:", r.ErrorCode)
			continue
		}
		fmt.Println(r.InstanceID, "is done")
	}
	// Output:
	// i-1 is done
	// i-2 failed: ExitCodeNonzero
}

// How do I see the past runs of a scheduled command? A Wait for a schedule without end
// fails at once.
func ExampleInvocation_History() {
	ctx := context.Background()
	srv, client := service()
	defer srv.Close()

	inv := start(ctx, client, runcommand.Shell("./check.sh").Every(time.Minute))
	_, err := inv.Wait(ctx)
	fmt.Println(errors.Is(err, runcommand.ErrEndless))

	srv.Advance(150 * time.Second) // move the clock of the local service forward by 150 seconds
	runs := make(map[string]int)
	for r, err := range inv.History(ctx) {
		if err != nil {
			fmt.Println(err)
			break
		}
		runs[fmt.Sprint(r.InstanceID, " ", r.Status)]++
	}
	fmt.Println(runs)
	// Output:
	// true
	// map[i-1 Success:2 i-2 Failed:2]
}

// How do I end a schedule, or a command that takes too long?
func ExampleInvocation_Stop() {
	ctx := context.Background()
	srv, client := service()
	defer srv.Close()

	inv := start(ctx, client, runcommand.Shell("./check.sh").Every(time.Minute))
	srv.Advance(90 * time.Second)
	if err := inv.Stop(ctx); err != nil {
		fmt.Println(err)
		return
	}
	srv.Advance(10 * time.Minute)
	summary, err := inv.Describe(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(summary.Status, "after", summary.Instances[0].Repeats, "run")
	// Output: Stopped after 1 run
}

// How do I stop the remote command when somebody presses Ctrl-C?
func ExampleStopOnCancel() {
	srv, client := service()
	defer srv.Close()
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes, Times: 2})

	ctx, cancel := context.WithCancel(context.Background()) // a real program would call signal.NotifyContext instead
	inv := start(ctx, client, runcommand.Shell("./check.sh"))
	report, err := inv.Wait(ctx, runcommand.StopOnCancel(5*time.Second), runcommand.OnProgress(func(runcommand.Progress) {
		cancel() // the example cancels here, in place of Ctrl-C
	}))
	fmt.Println(errors.Is(err, context.Canceled))
	fmt.Println(report.Status, report.Complete)
	// Output:
	// true
	// Stopped true
}

// How do I continue a wait in another process? Only the id of the invocation is needed.
func ExampleClient_Invocation() {
	ctx := context.Background()
	srv, client := service()
	defer srv.Close()
	id := start(ctx, client, runcommand.Shell("./check.sh")).ID // a real program may save the id in a file

	report, err := client.Invocation(id).Wait(ctx)
	fmt.Println(report.Status, len(report.Results), errors.Is(err, errors.ErrScript))
	// Output: PartialFailed 2 true
}

// How do I find the commands that failed?
func ExampleClient_Invocations() {
	ctx := context.Background()
	srv, client := service()
	defer srv.Close()
	for _, name := range []string{"monday", "tuesday"} {
		_, _ = start(ctx, client, runcommand.Shell("./check.sh").Name(name)).Wait(ctx)
	}

	for s, err := range client.Invocations(ctx, runcommand.Filter{Status: runcommand.StatusPartialFailed}) {
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println(s.Name, s.Status)
	}
	// Output:
	// tuesday PartialFailed
	// monday PartialFailed
}

// How do I know beforehand which instances can be reached?
func ExampleClient_AgentStatus() {
	ctx := context.Background()
	srv, client := service()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-2", Offline: true})

	agents, err := client.AgentStatus(ctx, "i-1", "i-2")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(agents["i-1"].Online, agents["i-2"].Online)
	// Output: true false
}
