package runcommand_test

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// fleet returns a local service with four instances, and a client of this service that
// polls often. Only i-web-1 can run a shell command.
func fleet() (*runcommandtest.Server, *runcommand.Client) {
	srv := runcommandtest.NewServer()
	web := map[string]string{"role": "web"}
	srv.AddInstance(
		runcommandtest.Instance{ID: "i-web-1", Name: "web-1", Tags: web},
		runcommandtest.Instance{ID: "i-web-2", Name: "web-2", Tags: web, Status: runcommandtest.InstanceStopped},
		runcommandtest.Instance{ID: "i-web-3", Name: "web-3", Tags: web, NoAgent: true},
		runcommandtest.Instance{ID: "i-win-1", Name: "win-1", OS: runcommandtest.Windows},
	)
	return srv, srv.Client(runcommand.WithPolling(poll.Policy{Initial: time.Millisecond}))
}

// How do I find instances by a tag and a part of their name?
func ExampleClient_Instances() {
	srv, client := fleet()
	defer srv.Close()

	filter := runcommand.InstanceFilter{
		Name: "web-*",
		Tags: []runcommand.Tag{{Key: "role", Value: "web"}},
	}
	for inst, err := range client.Instances(context.Background(), filter) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(inst.ID, inst.Name, inst.OS, inst.Status)
	}
	// Output:
	// i-web-1 web-1 Linux Running
	// i-web-2 web-2 Linux Stopped
	// i-web-3 web-3 Linux Running
}

// On which of my instances can this command run, and what keeps it from the others?
func ExampleClient_Preflight() {
	ctx := context.Background()
	srv, client := fleet()
	defer srv.Close()

	req, err := runcommand.Shell("uptime").
		Instances("i-web-1", "i-web-2", "i-web-3", "i-win-1", "i-gone").
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	pre, err := client.Preflight(ctx, req) // asks the service, and runs nothing
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range pre.Instances {
		if e, ok := errors.AsType[*errors.InstanceError](r.Err); ok {
			fmt.Printf("%s: %s (%s)\n", r.InstanceID, e.Code, e.Info)
		}
	}

	// Run the command where it can run.
	req, err = req.Edit().OnlyInstances(pre.Ready()...).Build()
	if err != nil { // no instance is ready
		fmt.Println(err)
		return
	}
	_, err = client.RunAndWait(ctx, req)
	fmt.Println(req.InstanceIDs, err)
	// Output:
	// i-web-2: InstanceNotRunning (the instance is Stopped)
	// i-web-3: ClientNotRunning (there is no agent on the instance, or it is not running)
	// i-win-1: InvalidInstance.NotMatch (RunShellScript does not suit Windows)
	// i-gone: InvalidInstance.NotFound (the instance does not exist in this region)
	// [i-web-1] <nil>
}

// How do I check the instances that a resource tag selects?
func ExamplePreflight_Err() {
	srv, client := fleet()
	defer srv.Close()

	req, err := runcommand.Shell("uptime").ResourceTag("role", "web").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	pre, err := client.Preflight(context.Background(), req)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("ready:", pre.Ready())
	fmt.Println(pre.Err())
	// Output:
	// ready: [i-web-1]
	// instance i-web-2: InstanceNotRunning: the instance is Stopped; start the instance
	// instance i-web-3: ClientNotRunning: there is no agent on the instance, or it is not running; start the agent, or install it with Client.InstallAgent
}

// How do I wait for instances that I have just created or started?
func ExampleClient_WaitReady() {
	srv, client := fleet()
	defer srv.Close()
	started := runcommandtest.Instance{ID: "i-web-2", Name: "web-2"}

	pre, err := client.WaitReady(context.Background(), []string{"i-web-1", "i-web-2"},
		runcommand.MaxWait(10*time.Minute),
		runcommand.OnProgress(func(p runcommand.Progress) {
			fmt.Println(p.Done, "of", p.Total, "ready", p.ByStatus)
			srv.AddInstance(started) // the example starts the instance here
		}))
	fmt.Println(pre.Ready(), err)
	// Output:
	// 1 of 2 ready map[Running:1 Stopped:1]
	// 2 of 2 ready map[Running:2]
	// [i-web-1 i-web-2] <nil>
}

// How do I install the agent where it is missing?
func ExampleClient_InstallAgent() {
	ctx := context.Background()
	srv, client := fleet()
	defer srv.Close()

	if err := client.InstallAgent(ctx, "i-web-3"); err != nil {
		fmt.Println(err)
		return
	}
	srv.Reboot("i-web-3") // InstallAgent restarts nothing: restart the instance yourself
	pre, err := client.WaitReady(ctx, []string{"i-web-3"})
	fmt.Println(pre.Ready(), err)
	// Output: [i-web-3] <nil>
}

// How does a program inside a VPC reach the service without access to the internet?
func ExampleWithVPCEndpoint() {
	key := runcommand.WithStaticCredential("an access key id", "its secret", "")
	for _, region := range []string{"cn-hangzhou", "cn-beijing"} {
		client, err := runcommand.NewClient(region, runcommand.WithVPCEndpoint(), key)
		fmt.Println(client, err)
	}
	// Output:
	// Client{Region:cn-hangzhou Endpoint:https://ecs-vpc.cn-hangzhou.aliyuncs.com} <nil>
	// Client{Region:cn-beijing Endpoint:https://ecs-vpc.cn-beijing.aliyuncs.com} <nil>
}
