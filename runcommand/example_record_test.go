package runcommand_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// How do I keep a record of what I send, so that I know after a crash what may have run?
func ExampleClient_RunAnnounced() {
	srv := local()
	defer srv.Close()
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept}) // the reply to the first attempt is lost
	client := srv.Client(runcommand.WithRetry(poll.Policy{Initial: time.Millisecond}, 0))

	// Store the request with a token of your own first. After a crash, look for a record
	// that has an attempt and no invocation. Its command may have run: send it again soon,
	// with its token.
	req, err := runcommand.Shell("reindex").Instances("i-1").ClientToken("order-4711").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	inv, err := client.RunAnnounced(context.Background(), req, func(_ context.Context, attempt int) error {
		fmt.Println("record: attempt", attempt, "of", req.ClientToken) // an UPDATE of the row, in a real program
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("record: accepted", inv.ID != "")
	// Output:
	// record: attempt 1 of order-4711
	// record: attempt 2 of order-4711
	// record: accepted true
}

// What happens when the record cannot be written?
func ExampleClient_RunAnnounced_prevented() {
	srv := local()
	defer srv.Close()
	req, err := runcommand.Shell("reindex").Instances("i-1").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = srv.Client().RunAnnounced(context.Background(), req, func(context.Context, int) error {
		return errors.New("the disk is full")
	})
	fmt.Println(err)
	fmt.Println("may have run:", errors.MayHaveRun(err))
	fmt.Println("executions:", srv.Executions("i-1"))
	// Output:
	// command not accepted after 1 attempt: runcommand: RunCommand was not sent: announce of attempt 1: the disk is full
	// may have run: false
	// executions: 0
}

// How do I read the outputs of an invocation without waiting for its end?
func ExampleInvocation_Fetch() {
	srv := local()
	defer srv.Close()
	ctx := context.Background()
	req, err := runcommand.Shell("echo hello").Instances("i-1", "i-2").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	inv, err := srv.Client().Run(ctx, req)
	if err != nil {
		fmt.Println(err)
		return
	}
	for r, err := range inv.Fetch(ctx, "i-2") {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %s, %q\n", r.InstanceID, r.Status, r.Text())
	}
	// Output: i-2: Success, "hello\n"
}

// How do I go on with an invocation in another process that has the request, too?
func ExampleOfRequest() {
	srv := local()
	defer srv.Close()
	ctx := context.Background()
	client := srv.Client()
	req, err := runcommand.Shell("echo hello").Instances("i-2", "i-1").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	inv, err := client.Run(ctx, req)
	if err != nil {
		fmt.Println(err)
		return
	}
	id := inv.ID // kept with the JSON of the request, in a file or a table

	// The report has the order of the request, because the handle knows the request.
	report, err := client.Invocation(id, runcommand.OfRequest(req)).Wait(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range report.Results {
		fmt.Println(r.InstanceID, r.Status)
	}
	// Output:
	// i-2 Success
	// i-1 Success
}

// How do I store a command whose instances are chosen later?
func ExampleBuilder_Draft() {
	draft := runcommand.Shell("df -h").Name("disk-usage").Draft() // Build would report that there is no instance
	fmt.Println(draft)

	req, err := draft.Edit().Instances("i-1").Build()
	fmt.Println(len(req.InstanceIDs), err)
	// Output:
	// Request{Type:RunShellScript Name:"disk-usage" Content:5 bytes}
	// 1 <nil>
}

// How do I cut a long list of instances into requests that the client accepts?
func ExampleClient_Limits() {
	srv := local()
	defer srv.Close()
	client := srv.Client()
	instances := make([]string, 250)
	for chunk := range slices.Chunk(instances, client.Limits().Instances) {
		fmt.Println(client.Region(), len(chunk))
	}
	// Output:
	// cn-hangzhou 100
	// cn-hangzhou 100
	// cn-hangzhou 50
}
