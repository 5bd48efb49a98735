package runcommand_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"golang.org/x/time/rate"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// local starts a local service for the examples. Your own program needs no such service:
// it makes a client with [runcommand.NewClient].
func local() *runcommandtest.Server {
	srv := runcommandtest.NewServer()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})
	srv.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte("hello\n")}
	})
	return srv
}

// How do I start a command and wait for it later?
func ExampleClient_Run() {
	srv := local()
	defer srv.Close()
	client := srv.Client()

	req, err := runcommand.Shell("echo hello").Instances("i-1").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	inv, err := client.Run(context.Background(), req)
	if err != nil {
		fmt.Println(err)
		return
	}
	// The service has accepted the command. Keep inv.ID to continue later, in this process
	// or in another one, with client.Invocation(id).
	report, err := inv.Wait(context.Background())
	fmt.Println(report.Status, err)
	// Output: Success <nil>
}

// How do I run a script and read what it printed?
func ExampleClient_RunAndWait() {
	srv := local()
	defer srv.Close()

	req, err := runcommand.Shell("echo hello").Instances("i-1", "i-2").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := srv.Client().RunAndWait(context.Background(), req)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range report.Results {
		fmt.Printf("%s: exit code %d, %q\n", r.InstanceID, r.ExitCode, r.Text())
	}
	// Output:
	// i-1: exit code 0, "hello\n"
	// i-2: exit code 0, "hello\n"
}

// What do I do when it is not known whether my command was accepted?
func ExampleClient_Run_unknown() {
	srv := local()
	defer srv.Close()
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept}) // the service accepts the command, but its reply is lost
	once := srv.Client(runcommand.WithRetry(poll.Policy{Initial: time.Millisecond}, 1))

	command := runcommand.Shell("reindex").Instances("i-1")
	req, _ := command.Build()
	_, err := once.Run(context.Background(), req)
	fmt.Println("may have run:", errors.MayHaveRun(err))

	// A second Run of the same request could execute the command twice. A Run with the
	// client token from the error cannot do so: the service answers with the existing
	// invocation.
	if e, ok := errors.AsType[*errors.RunError](err); ok && e.Unknown {
		req, _ = command.ClientToken(e.ClientToken).Build()
		_, err = once.Run(context.Background(), req)
	}
	fmt.Println("asked again:", err)
	fmt.Println("executions:", srv.Executions("i-1"))
	// Output:
	// may have run: true
	// asked again: <nil>
	// executions: 1
}

// How do I use credentials from my own vault?
func ExampleWithCredential() {
	srv := local()
	defer srv.Close()
	vault := runcommand.CredentialFunc(func(context.Context) (runcommand.Credential, error) {
		// The client calls this function before every attempt. Keep a fetched
		// credential until it expires.
		return runcommand.Credential{
			AccessKeyID:     runcommandtest.AccessKeyID,
			AccessKeySecret: runcommandtest.AccessKeySecret,
		}, nil
	})
	client := srv.Client(runcommand.WithCredential(vault))

	agents, err := client.AgentStatus(context.Background(), "i-1")
	fmt.Println(agents["i-1"].Online, err)
	// Output: true <nil>
}

// How do I see each attempt in my log?
func ExampleWithLogger() {
	srv := local()
	defer srv.Close()
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, RetryAfter: time.Millisecond})
	handler := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			switch a.Key { // leave out the values that differ each time the example runs
			case slog.TimeKey, "request_id", "duration", "wait", "error":
				return slog.Attr{}
			}
			return a
		},
	})
	client := srv.Client(
		runcommand.WithLogger(slog.New(handler)),
		runcommand.WithRetry(poll.Policy{Initial: time.Millisecond}, 3),
		runcommand.WithLimiter("RunCommand", rate.NewLimiter(rate.Inf, 1)),
	)

	req, _ := runcommand.Shell("echo hello").Instances("i-1").Build()
	if _, err := client.Run(context.Background(), req); err != nil {
		fmt.Println(err)
	}
	// Output:
	// level=WARN msg="runcommand: attempt failed" action=RunCommand attempt=1 code=Throttling.User
	// level=DEBUG msg="runcommand: attempt accepted" action=RunCommand attempt=2
}

// How do I count calls for my metrics?
func ExampleWithObserver() {
	srv := local()
	defer srv.Close()
	attempts := make(map[string]int)
	client := srv.Client(runcommand.WithObserver(runcommand.Observer{
		Attempt: func(_ context.Context, a runcommand.Attempt) { attempts[a.Action]++ },
	}))

	req, _ := runcommand.Shell("echo hello").Instances("i-1").Build()
	if _, err := client.Run(context.Background(), req); err != nil {
		fmt.Println(err)
	}
	fmt.Println(attempts)
	// Output: map[RunCommand:1]
}

// How do several clients of one account share one rate limit?
func ExampleWithLimiter() {
	srv := local()
	defer srv.Close()
	shared := rate.NewLimiter(rate.Every(time.Hour), 1) // one command an hour
	client := srv.Client(runcommand.WithLimiter("RunCommand", shared))
	another := srv.Client(runcommand.WithLimiter("RunCommand", shared))

	req, _ := runcommand.Shell("echo hello").Instances("i-1").Build()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := client.Run(ctx, req)
	fmt.Println(err)
	_, err = another.Run(ctx, req)
	fmt.Println("out of time:", errors.Is(err, context.DeadlineExceeded))
	fmt.Println("may have run:", errors.MayHaveRun(err))
	// Output:
	// <nil>
	// out of time: true
	// may have run: false
}

// How do I save a request in a file and read it again?
func ExampleRequest_file() {
	req, err := runcommand.Shell("df -h {{dir}}").Parameter("dir", "/var").
		Timeout(30 * time.Second).Instances("i-1").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	// The JSON holds the whole request with its script and parameters, so keep such a file
	// secret. Printing the request shows neither the script nor the parameters.
	file, _ := json.MarshalIndent(req, "", "  ")
	fmt.Println(string(file))
	fmt.Println(req)

	var read runcommand.Request
	if err := json.Unmarshal(file, &read); err != nil {
		fmt.Println(err)
	}
	fmt.Println(string(read.Content), read.Validate())
	// Output:
	// {
	//   "Type": "RunShellScript",
	//   "CommandContent": "ZGYgLWgge3tkaXJ9fQ==",
	//   "EnableParameter": true,
	//   "Parameters": {
	//     "dir": "/var"
	//   },
	//   "InstanceId": [
	//     "i-1"
	//   ],
	//   "Timeout": 30
	// }
	// Request{Type:RunShellScript Content:13 bytes Parameters:1 value Timeout:30s Instances:1 id}
	// df -h {{dir}} <nil>
}

// How do I find what is allowed but unwise in a request?
func ExampleRequest_Warnings() {
	req, err := runcommand.Shell("backup").Cron("0 30 2 * * ?").Instances("i-1").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, w := range req.Warnings(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		fmt.Printf("%s: %s\n", w.Field, w.Message)
	}
	// Output:
	// Frequency: without a zone the schedule follows the clock of each instance; name one, such as Asia/Shanghai, to run everywhere at the same moment
}
