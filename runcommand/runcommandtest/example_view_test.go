package runcommandtest_test

import (
	"context"
	"fmt"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// Show the latest commands of one instance, without copying everything that the server
// keeps.
func ExampleServer_View() {
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})
	ctx, client := context.Background(), srv.Client()
	for _, script := range []string{"uname -a", "df -h", "uptime"} {
		req, err := runcommand.Shell(script).Instances("i-1", "i-2").Build()
		if err != nil {
			fmt.Println(err)
			return
		}
		if _, err := client.Run(ctx, req); err != nil {
			fmt.Println(err)
			return
		}
	}
	view := srv.View(runcommandtest.ViewQuery{InstanceID: "i-2", Invocations: 2, Rows: 1, Calls: 1, Parameters: 100, Bytes: 1 << 10})
	for _, inv := range view.Invocations {
		fmt.Printf("%s: %s on %d of %d instances\n", inv.Script, inv.Status, inv.Selected, inv.Rows)
	}
	fmt.Println(view.Counts.Selected, "in all")
	for _, p := range view.Calls[0].Parameters {
		if p.Masked {
			fmt.Printf("%s has %d bytes\n", p.Name, p.Bytes)
		}
	}
	// Output:
	// uptime: Success on 1 of 2 instances
	// df -h: Success on 1 of 2 instances
	// 3 in all
	// ClientToken has 26 bytes
	// CommandContent has 8 bytes
}
