package runcommand_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// What does my program do after each kind of failure?
func ExampleClient_RunAndWait_decide() {
	srv := local()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-full"})
	srv.Handle(runcommandtest.ByInstance(map[string]runcommandtest.Handler{
		"i-full": runcommandtest.Always(runcommandtest.Outcome{Output: []byte("no space left on device\n"), ExitCode: 28}),
	}, nil))
	client := srv.Client(runcommand.WithRetry(poll.Policy{}, 1))

	run := func(instanceID string) error {
		req, err := runcommand.Shell("backup").Instances(instanceID).Build()
		if err != nil {
			return err
		}
		_, err = client.RunAndWait(context.Background(), req)
		return err
	}
	decide := func(err error) string {
		_, waiting := errors.AsType[*errors.WaitError](err)
		failed, ended := errors.AsType[*errors.InvocationError](err)
		switch {
		case err == nil:
			return "done"
		case errors.MayHaveRun(err):
			return "look before running it again: it is not known whether the command was accepted"
		case waiting:
			return "it may still run: wait for it again with Client.Invocation"
		case ended && errors.Is(err, errors.ErrScript):
			return fmt.Sprintf("read the output: exit code %d on %s", failed.Failed[0].ExitCode, failed.Failed[0].InstanceID)
		case errors.Is(err, errors.ErrNotFound):
			return "correct the instance"
		case errors.Is(err, errors.ErrAuth), errors.Is(err, errors.ErrPermission):
			return "ask for the right"
		case errors.Retryable(err):
			return "run it again later"
		}
		return "a person has to look: " + err.Error()
	}

	fmt.Println(decide(run("i-1")))
	fmt.Println(decide(run("i-full")))
	fmt.Println(decide(run("i-gone")))
	for _, kind := range []runcommandtest.FaultKind{
		runcommandtest.FaultPermission, runcommandtest.FaultThrottled, runcommandtest.FaultResetAfterAccept,
	} {
		srv.Inject(runcommandtest.Fault{Kind: kind, Action: "RunCommand"})
		fmt.Println(decide(run("i-1")))
	}
	// Output:
	// done
	// read the output: exit code 28 on i-full
	// correct the instance
	// ask for the right
	// run it again later
	// look before running it again: it is not known whether the command was accepted
}

// How do I tell the client that the quotas of my account were raised?
func ExampleWithLimits() {
	srv := runcommandtest.NewServer(runcommandtest.WithLimits(runcommandtest.Limits{Instances: 200}))
	defer srv.Close()
	ids := make([]string, 150)
	for i := range ids {
		ids[i] = fmt.Sprintf("i-%d", i+1)
		srv.AddInstance(runcommandtest.Instance{ID: ids[i]})
	}
	limits := validate.Limits{Instances: 200} // the other limits stay as documented
	client := srv.Client(runcommand.WithLimits(limits))

	command := runcommand.Shell("uptime").Instances(ids...)
	_, err := command.Build()
	fmt.Println(err)
	req, err := command.Limits(limits).Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := client.RunAndWait(context.Background(), req)
	fmt.Println(len(report.Results), "results,", err)
	// Output:
	// invalid request: InstanceId: has 150 entries, the limit is 100 (InstanceIds.ExceedLimit)
	// 150 results, <nil>
}

// How do I send requests through my own HTTP client, for example through a proxy or with a
// limit on connections?
func ExampleWithHTTPClient() {
	srv := local()
	defer srv.Close()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = http.ProxyFromEnvironment
	transport.MaxConnsPerHost = 4
	client, err := runcommand.NewClient("cn-hangzhou",
		runcommand.WithHTTPClient(&http.Client{Transport: transport, Timeout: 30 * time.Second}), // for one attempt, not for a wait
		runcommand.WithEndpoint(srv.URL()), // without it: the service of the region
		runcommand.WithStaticCredential(runcommandtest.AccessKeyID, runcommandtest.AccessKeySecret, ""))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.CloseIdleConnections()

	out, err := client.Output(context.Background(), "i-1", runcommand.Shell("echo hello"))
	fmt.Printf("%s%v\n", out, err)
	// Output:
	// hello
	// <nil>
}
