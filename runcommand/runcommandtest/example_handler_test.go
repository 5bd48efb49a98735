package runcommandtest_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// A test proves what was executed where, with parameters filled in.
func ExampleServer_Executed() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})

	req, _ := runcommand.Shell("restart {{service}}").Parameter("service", "nginx").
		Username("deploy").WorkingDir("/srv").Launcher("bash").Instances("i-1").Build()
	_, _ = srv.Client().Run(context.Background(), req)
	for _, x := range srv.Executed("i-1") {
		fmt.Printf("%s by %s in %s with %s\n", x.Script, x.Username, x.WorkingDir, x.Launcher)
	}
	fmt.Println(len(srv.Executed("i-2")))
	// Output:
	// restart nginx by deploy in /srv with bash
	// 0
}

// The first execution fails and the second one succeeds, on every instance.
func ExampleInSequence() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})
	srv.Handle(runcommandtest.InSequence(
		runcommandtest.Outcome{ExitCode: 1, Output: []byte("locked")},
		runcommandtest.Outcome{Output: []byte("done")},
	))

	req, _ := runcommand.Shell("apt-get update").Instances("i-1", "i-2").Build()
	for range 3 {
		report, _ := srv.Client().RunAndWait(context.Background(), req)
		for _, result := range report.Results {
			fmt.Println(result.InstanceID, result.ExitCode, result.Text())
		}
	}
	// Output:
	// i-1 1 locked
	// i-2 1 locked
	// i-1 0 done
	// i-2 0 done
	// i-1 0 done
	// i-2 0 done
}

// Each instance has its own outcomes, or its own function. All others succeed.
func ExampleByInstance() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"},
		runcommandtest.Instance{ID: "i-3"}, runcommandtest.Instance{ID: "i-4"})
	srv.Handle(runcommandtest.ByInstance(map[string]runcommandtest.Handler{
		"i-1": runcommandtest.Always(runcommandtest.Outcome{Code: errors.DirectoryNotExists}),
		"i-2": runcommandtest.InSequence(runcommandtest.Outcome{ExitCode: 3}, runcommandtest.Outcome{}),
		"i-3": func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{ExitCode: len(x.Script)}
		},
	}, nil))

	req, _ := runcommand.Shell("true").Instances("i-1", "i-2", "i-3", "i-4").Build()
	report, _ := srv.Client().RunAndWait(context.Background(), req)
	for _, result := range report.Results {
		fmt.Println(result.InstanceID, result.Status, result.ExitCode, result.ErrorCode)
	}
	// Output:
	// i-1 Invalid 0 DirectoryNotExists
	// i-2 Failed 3 ExitCodeNonzero
	// i-3 Failed 4 ExitCodeNonzero
	// i-4 Success 0
}

// Every execution on i-1 ends with the same outcome.
func ExampleAlways() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	srv.Handle(runcommandtest.Always(runcommandtest.Outcome{ExitCode: 2, Output: []byte("disk full")}))

	req, _ := runcommand.Shell("backup").Instances("i-1").Build()
	report, _ := srv.Client().RunAndWait(context.Background(), req)
	fmt.Println(report.Results[0].ExitCode, report.Results[0].Text())
	// Output: 2 disk full
}

// Executions take between 1 and 60 seconds by the server's clock, half of them at most 3.
// The seed makes the times the same in every run of the test.
func ExampleLatency() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"}, runcommandtest.Instance{ID: "i-3"})
	srv.Handle(runcommandtest.Latency{
		Seed: 1, Min: time.Second, Median: 3 * time.Second, Max: time.Minute,
	}.Handler(runcommandtest.Always(runcommandtest.Outcome{Output: []byte("done")})))

	req, _ := runcommand.Shell("deploy").Instances("i-1", "i-2", "i-3").Build()
	_, _ = srv.Client().Run(context.Background(), req)
	srv.Advance(time.Hour)
	for _, instance := range srv.Invocations()[0].Instances {
		fmt.Println(instance.InstanceID, instance.Finished.Sub(instance.Started).Round(time.Millisecond))
	}
	// Output:
	// i-1 2.828s
	// i-2 10.506s
	// i-3 6.551s
}

// Draw gives any other distribution, here a log-normal one with a median of 2 seconds.
func ExampleLatency_draw() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})
	srv.Handle(runcommandtest.Latency{Seed: 1, Draw: func(r *rand.Rand) time.Duration {
		return time.Duration(2 * float64(time.Second) * math.Exp(0.5*r.NormFloat64()))
	}}.Handler(nil))

	req, _ := runcommand.Shell("deploy").Instances("i-1", "i-2").Build()
	_, _ = srv.Client().Run(context.Background(), req)
	srv.Advance(time.Hour)
	for _, instance := range srv.Invocations()[0].Instances {
		fmt.Println(instance.InstanceID, instance.Status, instance.Finished.After(instance.Started))
	}
	// Output:
	// i-1 Success true
	// i-2 Success true
}

// A test with random faults may end before all of them have happened.
func ExampleWithPendingFaults() {
	testUnderRandomFaults := func(t *testing.T) {
		srv := runcommandtest.Start(t, runcommandtest.WithPendingFaults())
		srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
		for range rand.IntN(10) {
			srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, RetryAfter: time.Millisecond})
		}
		req, err := runcommand.Shell("true").Instances("i-1").Build()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := srv.Client().Run(t.Context(), req); err != nil && !errors.Is(err, errors.ErrThrottled) {
			t.Error(err)
		}
	}
	_ = testUnderRandomFaults // go test calls a function like this one
}

// The client has no rate limit. WithLimiter gives it the limit that every other client
// has, for a test of how long a program takes with the real service.
func ExampleServer_Client() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	fast := srv.Client()
	asInProduction := srv.Client(runcommand.WithLimiter("RunCommand", poll.NewAdaptive(1000, time.Minute)))

	req, _ := runcommand.Shell("true").Instances("i-1").Build()
	for _, client := range []*runcommand.Client{fast, asInProduction} {
		_, err := client.Run(context.Background(), req)
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// <nil>
}
