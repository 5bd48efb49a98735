// Command starter starts a rollout, follows it, approves its waves and cancels it:
//
//	starter -id patch-1 -script patch.sh -instances ids.txt -waves 1,10%,100% -max-failures 2% -approval
//	starter -id patch-1 -approve 2
//	starter -id patch-1 -cancel
//	starter -id patch-1                                     shows how far it is
//
// To let a rollout go on that failures have halted, start it again with the same arguments
// and another -max-failures.
//
// Its exit status is 0 when all went well or Ctrl-C ended the wait, 1 when the rollout did
// not succeed on every instance or the server refused, and 2 for wrong arguments.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/examples/temporal/rollout"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func main() { program.Main(run) }

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if err == nil {
		err = o.call(ctx, stdout)
	}
	return program.Fail(stderr, "starter", err)
}

// options are the settings from the command line.
type options struct {
	temporal, namespace, queue, id string
	approve                        int
	reject                         string
	cancel                         bool
	input                          *rollout.Input // nil unless a rollout is to be started
}

const about = `
Starts the rollout of a script as the workflow -id and follows it, with -script and
-instances. With -approve, -reject or -cancel it tells a workflow what to do. With -id
alone it shows how far the workflow is.`

func parse(args []string, stdout io.Writer) (*options, error) {
	o := &options{}
	in := &rollout.Input{}
	flags := program.NewFlags("starter", "-id id [flags]", about, stdout)
	flags.StringVar(&o.temporal, "temporal", client.DefaultHostPort, "`address` of the Temporal server")
	flags.StringVar(&o.namespace, "namespace", client.DefaultNamespace, "`name` of the Temporal namespace")
	flags.StringVar(&o.queue, "queue", rollout.TaskQueue, "`name` of the task queue of the workers")
	flags.StringVar(&o.id, "id", "", "`id` of the workflow; its journal has the same key")
	flags.IntVar(&o.approve, "approve", 0, "let the waves up to this `number` begin")
	flags.StringVar(&o.reject, "reject", "", "let no further wave begin, for this `reason`")
	flags.BoolVar(&o.cancel, "cancel", false, "stop the commands that are under way, and end the rollout")

	script := flags.String("script", "", "start a rollout of the script in this `file`")
	ids := flags.String("instances", "", "`file` with the ids of the instances, separated by blanks or line ends")
	waves := flags.String("waves", "", "`sizes` of the waves, such as 1,10%,100%")
	timeout := flags.Duration("timeout", 10*time.Minute, "stop a script that runs longer than this `time`")
	pause := flags.Duration("pause", 0, "`time` between two waves")
	heartbeat := flags.Duration("heartbeat", 30*time.Second, "`time` of silence after which a worker counts as dead")
	flags.Var(&in.Concurrency, "concurrency", "`number` or share of instances that run the script at the same time")
	flags.Var(&in.MaxFailures, "max-failures", "`number` or share of instances that may fail, or none for no limit")
	flags.BoolVar(&in.Approval, "approval", false, "let every wave but the first wait for -approve")
	flags.BoolVar(&in.SkipUnready, "skip-unready", false, "leave out instances that cannot run a command")
	if err := flags.ParseAll(args); err != nil {
		return nil, err
	}
	switch {
	case o.id == "":
		return nil, program.Misuse("-id is missing: the id of the workflow")
	case (*script == "") != (*ids == ""):
		return nil, program.Misuse("-script and -instances must be given together")
	case *script == "":
		return o, nil
	case o.approve != 0 || o.reject != "" || o.cancel:
		return nil, program.Misuse("-approve, -reject and -cancel are for a rollout that was started before")
	}
	in.Pause, in.Heartbeat = rollout.Duration(*pause), rollout.Duration(*heartbeat)
	o.input = in
	if err := read(in, *script, *ids, *waves, *timeout); err != nil {
		return nil, program.Misuse("%w", err)
	}
	return o, nil
}

// read fills in what comes from files.
func read(in *rollout.Input, script, ids, waves string, timeout time.Duration) error {
	content, err := os.ReadFile(script)
	if err != nil {
		return err
	}
	list, err := os.ReadFile(ids)
	if err != nil {
		return err
	}
	in.Instances = strings.Fields(string(list))
	if waves != "" {
		for text := range strings.SplitSeq(waves, ",") {
			size, err := fleet.ParseSize(text)
			if err != nil {
				return fmt.Errorf("-waves: %w", err)
			}
			in.Waves = append(in.Waves, size)
		}
	}
	in.Command = runcommand.Shell(string(content)).Timeout(timeout).Draft()
	return nil
}

// call calls the Temporal server for what the flags say.
func (o *options) call(ctx context.Context, out io.Writer) error {
	server, err := client.DialContext(ctx, client.Options{HostPort: o.temporal, Namespace: o.namespace})
	if err != nil {
		return err
	}
	defer server.Close()
	switch {
	case o.input != nil:
		return start(ctx, server, o, out)
	case o.cancel:
		return server.CancelWorkflow(ctx, o.id, "")
	case o.reject != "":
		return server.SignalWorkflow(ctx, o.id, "", rollout.SignalApprove, rollout.Approval{Reject: true, Reason: o.reject})
	case o.approve != 0:
		return server.SignalWorkflow(ctx, o.id, "", rollout.SignalApprove, rollout.Approval{Wave: o.approve})
	}
	return show(ctx, server, o.id, out)
}

// start starts a rollout and waits for its end. Ctrl-C ends only the wait.
func start(ctx context.Context, server client.Client, o *options, out io.Writer) error {
	// Without an error on a workflow that runs, the SDK would follow that one, whatever its input is.
	handle, err := server.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: o.id, TaskQueue: o.queue, WorkflowExecutionErrorWhenAlreadyStarted: true,
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
	}, rollout.WorkflowName, o.input)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	var s *rollout.Summary
	go func() { ended <- handle.Get(ctx, &s) }()
	ticker := time.NewTicker(5 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := show(ctx, server, o.id, out); err != nil && ctx.Err() == nil {
				fmt.Fprintln(out, "its state is not known now:", program.Printable(err.Error()))
			}
		case err := <-ended:
			switch {
			case ctx.Err() != nil:
				fmt.Fprintf(out, "the rollout goes on; see it with -id %s\n", o.id)
				return nil
			case err != nil:
				return err
			}
			if err := printJSON(out, s); err != nil {
				return err
			}
			if s.Error != "" {
				return errors.New(s.Error)
			}
			return nil
		}
	}
}

// show prints in one line what the workflow does and how far its fleet is.
func show(ctx context.Context, server client.Client, id string, out io.Writer) error {
	value, err := server.QueryWorkflow(ctx, id, "", rollout.QueryProgress)
	if err != nil {
		return err
	}
	var p rollout.Progress
	if err := value.Get(&p); err != nil {
		return err
	}
	var line strings.Builder
	line.WriteString(string(p.Phase))
	if p.WaitsForWave > 0 {
		fmt.Fprintf(&line, ": wave %d (-approve %d)", p.WaitsForWave, p.WaitsForWave)
	}
	described, err := server.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return err
	}
	for _, a := range described.GetPendingActivities() {
		var beat fleet.Progress
		if a.GetHeartbeatDetails() != nil && converter.GetDefaultDataConverter().FromPayloads(a.GetHeartbeatDetails(), &beat) == nil {
			fmt.Fprintf(&line, ": wave %d, %d of %d done, %d failed", beat.Wave, beat.Done, beat.Total, beat.Failed)
		}
		if a.GetAttempt() > 1 {
			fmt.Fprintf(&line, " (attempt %d: %s)", a.GetAttempt(), a.GetLastFailure().GetMessage())
		}
	}
	_, err = fmt.Fprintln(out, program.Printable(line.String()))
	return err
}

func printJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
