package runcommand_test

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// What state is a command in, without waiting for it?
func ExampleInvocation_Describe() {
	ctx := context.Background()
	srv, client := service()
	defer srv.Close()

	inv := start(ctx, client, runcommand.Shell("true").Name("nightly").Every(time.Hour))
	s, err := inv.Describe(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Name, s.Status, s.Frequency, len(s.Instances))
	// Output: nightly Scheduled rate(1h) 2
}

// How do I follow the progress of a command?
func ExampleOnProgress() {
	ctx := context.Background()
	srv, client := service()
	defer srv.Close()

	inv := start(ctx, client, runcommand.Shell("./check.sh"))
	var last runcommand.Progress
	_, err := inv.Wait(ctx, runcommand.OnProgress(func(p runcommand.Progress) { last = p }))
	fmt.Println(last.Done, "of", last.Total, last.ByStatus, errors.Is(err, errors.ErrScript))
	// Output: 2 of 2 map[Failed:1 Success:1] true
}

// How do I poll at a constant interval, however long the command takes?
func ExamplePollEvery() {
	ctx := context.Background()
	srv, client := service()
	defer srv.Close()

	inv := start(ctx, client, runcommand.Shell("./check.sh"))
	steady := poll.Policy{Initial: 5 * time.Millisecond, Growth: -1, Jitter: -1} // with a real service, use an interval of some seconds
	report, _ := inv.Wait(ctx, runcommand.PollEvery(steady))
	fmt.Println(report.Complete, report.Status)
	// Output: true PartialFailed
}

// How do I set how often a failed call is repeated?
func ExampleWithRetry() {
	srv := local()
	defer srv.Close()
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultInternalError, Times: 2})
	client := srv.Client(runcommand.WithRetry(poll.Policy{Initial: time.Millisecond}, 3))

	req, err := runcommand.Shell("true").Instances("i-1").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Run(context.Background(), req)
	fmt.Println(len(srv.Calls("RunCommand")), err)
	// Output: 3 <nil>
}

// How do I read the output of a Windows instance whose language is Chinese?
func ExampleResult_Text() {
	printed, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("拒绝访问。"))
	if err != nil {
		fmt.Println(err)
		return
	}
	r := runcommand.Result{Output: printed}
	fmt.Println(len(r.Output), r.Text())
	// Output: 10 拒绝访问。
}
