//go:build unix

package runcommandtest_test

import (
	"context"
	"fmt"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// WithShell really runs the scripts on this machine.
func ExampleWithShell() {
	srv := runcommandtest.NewServer(runcommandtest.WithShell())
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})

	req, _ := runcommand.Shell("expr {{a}} + {{b}}").Parameter("a", "2").Parameter("b", "3").Instances("i-1").Build()
	report, err := srv.Client().RunAndWait(context.Background(), req)
	fmt.Print(report.Results[0].Text())
	fmt.Println(err)
	// Output:
	// 5
	// <nil>
}
