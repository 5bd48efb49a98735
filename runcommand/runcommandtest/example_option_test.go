package runcommandtest_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// With Start a test need not call Close. When the test fails, Start logs the state of
// the server.
func ExampleStart() {
	testCleanUp := func(t *testing.T) {
		srv := runcommandtest.Start(t)
		srv.AddInstance(runcommandtest.Instance{ID: "i-1"})

		req, err := runcommand.Shell("rm -rf /tmp/cache").Instances("i-1").Build()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := srv.Client().RunAndWait(t.Context(), req); err != nil {
			t.Error(err)
		}
		if n := srv.Executions("i-1"); n != 1 {
			t.Errorf("the script ran %d times", n)
		}
	}
	_ = testCleanUp // go test calls a function like this one
}

// How do I test a wait of hours in milliseconds? In a bubble of testing/synctest all clocks,
// timers and timeouts are virtual, those of the client included.
func ExampleStart_virtualTime() {
	testNightlyBackup := func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			srv := runcommandtest.Start(t) // inside the bubble, and without URL and WithShell
			srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
			srv.Handle(runcommandtest.Always(runcommandtest.Outcome{Takes: 3 * time.Hour}))

			began := time.Now()
			backup := runcommand.Shell("backup").Timeout(4 * time.Hour)
			if _, err := srv.Client().RunOn(t.Context(), "i-1", backup); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took < 3*time.Hour {
				t.Errorf("the wait ended after %v", took)
			}
		})
	}
	_ = testNightlyBackup // go test calls a function like this one
}

// A test describes its instances, and can change them later.
func ExampleServer_AddInstance() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(
		runcommandtest.Instance{ID: "i-1", Name: "web", Tags: map[string]string{"role": "web"}},
		runcommandtest.Instance{ID: "i-2", OS: runcommandtest.Windows, Offline: true},
	)
	srv.AddInstance(runcommandtest.Instance{ID: "i-2", OS: runcommandtest.Windows})
	for _, inst := range srv.Instances() {
		fmt.Println(inst)
	}
	// Output:
	// i-1 Linux online, 0 executions, 0 running
	// i-2 Windows online, 0 executions, 0 running
}

// The number of executions proves that nothing ran twice in spite of the faults.
func ExampleServer_Executions() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultLostGateway, Action: "RunCommand"})

	req, _ := runcommand.Shell("pay").Instances("i-1").Build()
	_, err := srv.Client().Run(context.Background(), req)
	fmt.Println(err, len(srv.Calls("RunCommand")), srv.Executions("i-1"), srv.Executions("i-2"))
	// Output: <nil> 2 1 0
}

// A new invocation becomes visible only after a delay.
func ExampleWithVisibilityDelay() {
	srv := runcommandtest.NewServer(runcommandtest.WithVisibilityDelay(3 * time.Second))
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	client, ctx := srv.Client(), context.Background()

	req, _ := runcommand.Shell("true").Name("check").Instances("i-1").Build()
	_, _ = client.Run(ctx, req)
	for range 2 {
		found := 0
		for range client.Invocations(ctx, runcommand.Filter{}) {
			found++
		}
		fmt.Println(found)
		srv.Advance(3 * time.Second)
	}
	// Output:
	// 0
	// 1
}

// The server forgets the results of an invocation some time after it has ended, here
// after an hour.
func ExampleWithRetention() {
	srv := runcommandtest.NewServer(runcommandtest.WithRetention(time.Hour, 0))
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	srv.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Takes: 90 * time.Minute}
	})

	req, _ := runcommand.Shell("sleep 5400").Timeout(2 * time.Hour).Instances("i-1").Build()
	_, _ = srv.Client().Run(context.Background(), req)
	for range 3 {
		srv.Advance(time.Hour)
		fmt.Println(len(srv.Invocations()))
	}
	// Output:
	// 1
	// 1
	// 0
}
