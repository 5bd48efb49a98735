package runcommandtest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// In a test, runcommandtest.Start(t) takes the place of NewServer and Close.
func Example() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte("ran: " + string(x.Script))}
	})

	req, _ := runcommand.Shell("uptime").Instances("i-1").Build()
	report, err := srv.Client().RunAndWait(context.Background(), req)
	fmt.Println(report.Results[0].Text(), err)
	// Output: ran: uptime <nil>
}

// A function decides what an instance does with an execution.
func ExampleServer_Handle() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		if x.InstanceID == "i-2" {
			return runcommandtest.Outcome{Code: errors.DirectoryNotExists}
		}
		return runcommandtest.Outcome{ExitCode: 3}
	})

	req, _ := runcommand.Shell("exit 3").Instances("i-1", "i-2").Build()
	report, _ := srv.Client().RunAndWait(context.Background(), req)
	for _, result := range report.Results {
		fmt.Println(result.InstanceID, result.Status, result.ErrorCode)
	}
	// Output:
	// i-1 Failed ExitCodeNonzero
	// i-2 Invalid DirectoryNotExists
}

// The reply to an accepted call is lost. The client repeats the call with the same
// token, and the script runs only once.
func ExampleServer_Inject() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept, Action: "RunCommand"})

	req, _ := runcommand.Shell("reboot-the-database").Instances("i-1").Build()
	_, err := srv.Client().Run(context.Background(), req)
	fmt.Println(err, len(srv.Calls("RunCommand")), "calls,", srv.Executions("i-1"), "execution")
	fmt.Println(len(srv.Pending()), "faults left")
	// Output:
	// <nil> 2 calls, 1 execution
	// 0 faults left
}

// Schedules are tested by moving the server's clock.
func ExampleServer_Advance() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})

	req, _ := runcommand.Shell("backup").Instances("i-1").Every(6 * time.Hour).Build()
	_, err := srv.Client().Run(context.Background(), req)
	srv.Advance(25 * time.Hour)
	fmt.Println(err, srv.Executions("i-1"))
	// Output: <nil> 4
}

// Advance moves the server's clock by days without waiting. The client that began the
// schedule can still be used.
func ExampleServer_Advance_history() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{ExitCode: x.Run % 2}
	})

	ctx := context.Background()
	req, _ := runcommand.Shell("backup").Instances("i-1").Every(24 * time.Hour).Build()
	inv, err := srv.Client().Run(ctx, req)
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.Advance(3 * 24 * time.Hour)
	for result, err := range inv.History(ctx) {
		fmt.Println(result.Status, result.Repeats, result.Started.Sub(srv.Now()).Round(time.Hour), err)
	}
	// Output:
	// Failed 3 0s <nil>
	// Success 2 -24h0m0s <nil>
	// Failed 1 -48h0m0s <nil>
}

// A control function sees every call before the service does.
func ExampleServer_Control() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	srv.Control("RunCommand", func(c runcommandtest.Call) runcommandtest.Verdict {
		if c.Parameters["Username"] == "root" {
			return runcommandtest.Refuse(errors.OperationForbidden)
		}
		return runcommandtest.Pass()
	})

	req, _ := runcommand.Shell("id").Username("root").Instances("i-1").Build()
	_, err := srv.Client().Run(context.Background(), req)
	fmt.Println(errors.Is(err, errors.ErrPermission))
	// Output: true
}

// An invocation can be printed.
func ExampleServer_Invocations() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2", Offline: true})

	req, _ := runcommand.Shell("true").Name("check").Instances("i-1", "i-2").Build()
	_, _ = srv.Client().Run(context.Background(), req)
	for _, inv := range srv.Invocations() {
		fmt.Println(inv)
	}
	// Output:
	// t-hz0000000000000001 PartialFailed RunShellScript "check"
	//     i-1 Success exit 0 in 0s
	//     i-2 Aborted ClientNotOnline
}

// Any SDK or command-line tool can use the listener.
func ExampleServer_URL() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	client, err := runcommand.NewClient(runcommandtest.Region,
		runcommand.WithEndpoint(srv.URL()),
		runcommand.WithStaticCredential(runcommandtest.AccessKeyID, "a wrong secret", ""))
	if err != nil {
		fmt.Println(err)
		return
	}
	req, _ := runcommand.Shell("true").Instances("i-1").Build()
	_, err = client.Run(context.Background(), req)
	fmt.Println(errors.Is(err, errors.SignatureDoesNotMatch))
	// Output: true
}

// A test can look at every call that has arrived.
func ExampleServer_Calls() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})

	req, _ := runcommand.Shell("true").Name("check").Timeout(30 * time.Second).Instances("i-1").Build()
	_, _ = srv.Client().Run(context.Background(), req)
	for _, call := range srv.Calls("RunCommand") {
		fmt.Println(call.Status, call.Parameters["Name"], call.Parameters["Timeout"], call.Parameters["InstanceId.1"])
	}
	// Output: 200 check 30 i-1
}

// A task that waits for the next start of an instance runs when Reboot restarts the
// instance.
func ExampleServer_Reboot() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})

	req, _ := runcommand.Shell("mount -a").Instances("i-1").OnEveryReboot().Build()
	_, err := srv.Client().Run(context.Background(), req)
	fmt.Println(err, srv.Executions("i-1"))
	srv.Reboot("i-1")
	srv.Reboot("i-1")
	fmt.Println(srv.Executions("i-1"))
	// Output:
	// <nil> 0
	// 2
}

// A test ends by checking that no fault is left.
func ExampleServer_Pending() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.Inject(
		runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: "RunCommand", Times: 3, RetryAfter: time.Minute},
		runcommandtest.Fault{Kind: runcommandtest.FaultStatusBackwards, InstanceID: "i-7"},
	)
	for _, fault := range srv.Pending() {
		fmt.Println(fault)
	}
	// Output:
	// throttled of RunCommand, 3 times
	// status backwards on i-7
}

// When the rate limit is reached, the whole command is refused.
func ExampleWithRateLimit() {
	srv := runcommandtest.NewServer(runcommandtest.WithRateLimit("RunCommand", 2, time.Minute))
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	client := srv.Client(runcommand.WithRetry(poll.Policy{}, 1))

	req, _ := runcommand.Shell("true").Instances("i-1").Build()
	for range 3 {
		_, err := client.Run(context.Background(), req)
		fmt.Println(errors.Is(err, errors.ErrThrottled))
	}
	// Output:
	// false
	// false
	// true
}

// WithClock makes times predictable. The clock must be near the clock of the callers,
// because every request carries a date. Advance does not change how the server checks
// that date.
func ExampleWithClock() {
	for _, ahead := range []time.Duration{10 * time.Minute, time.Hour} {
		srv := runcommandtest.NewServer(runcommandtest.WithClock(func() time.Time {
			return time.Now().Add(ahead)
		}))
		defer srv.Close()
		srv.AddInstance(runcommandtest.Instance{ID: "i-1"})

		req, _ := runcommand.Shell("true").Instances("i-1").Build()
		_, err := srv.Client().Run(context.Background(), req)
		srv.Advance(24 * time.Hour)
		_, later := srv.Client().Run(context.Background(), req)
		fmt.Println(errors.Is(err, errors.InvalidTimeStampExpired), errors.Is(later, errors.InvalidTimeStampExpired))
	}
	// Output:
	// false false
	// true true
}
