package runcommandtest_test

import (
	"context"
	"fmt"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// What does a program see of a command that is still running?
func ExampleOutput() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	printed, goOn := make(chan struct{}), make(chan struct{})
	srv.Handle(func(ctx context.Context, _ runcommandtest.Exec) runcommandtest.Outcome {
		fmt.Fprintln(runcommandtest.Output(ctx), "step 1")
		close(printed)
		<-goOn
		return runcommandtest.Outcome{Output: []byte("step 2\n")}
	})

	ctx := context.Background()
	req, _ := runcommand.Shell("./upgrade.sh").Instances("i-1").Build()
	inv, err := srv.Client().Run(ctx, req)
	if err != nil {
		fmt.Println(err)
		return
	}
	<-printed
	state := srv.Invocations()[0].Instances[0]
	fmt.Printf("%s: %q\n", state.Status, state.Output)
	close(goOn)
	report, _ := inv.Wait(ctx)
	fmt.Printf("%s: %q\n", report.Results[0].Status, report.Results[0].Output)
	// Output:
	// Running: "step 1\n"
	// Success: "step 1\nstep 2\n"
}
