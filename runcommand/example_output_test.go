package runcommand_test

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// What is the shortest program that runs a script on one instance?
func ExampleClient_Output() {
	srv := local() // a real program calls runcommand.NewClient("cn-hangzhou")
	defer srv.Close()
	client := srv.Client()

	out, err := client.Output(context.Background(), "i-1", runcommand.Shell("echo hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s", out)
	// Output: hello
}

// What did a script print before it failed?
func ExampleClient_Output_failed() {
	srv, client := service()
	defer srv.Close()

	out, err := client.Output(context.Background(), "i-2", runcommand.Shell("./check.sh"))
	if e, ok := errors.AsType[*errors.InstanceError](err); ok {
		fmt.Println("exit code", e.ExitCode)
	}
	fmt.Printf("%s", out)
	// Output:
	// exit code 1
	// no space left on device
}

// How do I run a command on one instance and see how it ended?
func ExampleClient_RunOn() {
	srv := local()
	defer srv.Close()
	client := srv.Client()

	command := runcommand.Shell("echo {{word}}").Parameter("word", "hello").Timeout(30 * time.Second)
	result, err := client.RunOn(context.Background(), "i-1", command, runcommand.MaxWait(time.Minute))
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(result.Status, result.ExitCode, result.Dropped, result.Text())
	// Output: Success 0 0 hello
}

// How do I read the output of many instances? Most of them print the same.
func ExampleReport_Groups() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	var ids []string
	for n := 1; n <= 100; n++ {
		ids = append(ids, fmt.Sprintf("i-%03d", n))
		srv.AddInstance(runcommandtest.Instance{ID: ids[n-1]})
	}
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		if x.InstanceID == "i-017" {
			return runcommandtest.Outcome{Output: []byte("nginx: inactive\n"), ExitCode: 3}
		}
		return runcommandtest.Outcome{Output: []byte("nginx: active\n")}
	})

	req, err := runcommand.Shell("systemctl is-active nginx").Instances(ids...).Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	report, _ := srv.Client().RunAndWait(context.Background(), req) // the groups show the failures, too
	for _, g := range report.Groups() {
		fmt.Printf("%s on %d, such as %s: %s", g.Status, len(g.InstanceIDs), g.InstanceIDs[0], g.Text())
	}
	// Output:
	// Success on 99, such as i-001: nginx: active
	// Failed on 1, such as i-017: nginx: inactive
}

// How do I put equal results together that I collected with Results?
func ExampleGroupResults() {
	results := []runcommand.Result{
		{InstanceID: "i-1", Status: runcommand.StatusSuccess, Exited: true, Output: []byte("6.6.30")},
		{InstanceID: "i-2", Status: runcommand.StatusTimeout, ErrorCode: errors.ExecutionTimeout},
		{InstanceID: "i-3", Status: runcommand.StatusSuccess, Exited: true, Output: []byte("6.6.30")},
	}
	for _, g := range runcommand.GroupResults(results) {
		fmt.Println(g.InstanceIDs, g.Status, g.ErrorCode, g.Text())
	}
	// Output:
	// [i-1 i-3] Success  6.6.30
	// [i-2] Timeout ExecutionTimeout
}
