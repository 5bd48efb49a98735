// Package servertest runs rollouts on a real Temporal server, with workers that are
// processes of their own and that are killed.
package servertest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/temporaltest"

	"github.com/ecs-runcommand/runcommand-go/examples/temporal/rollout"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

const (
	instances = 600
	workflow  = "patch-1"
)

// TestAnotherWorkerGoesOnAfterAKill kills the worker in the middle of a rollout by SIGKILL,
// starts another one, and counts the executions at the service. WORKER has the path of the
// worker program.
func TestAnotherWorkerGoesOnAfterAKill(t *testing.T) {
	program := os.Getenv("WORKER")
	require.NotEmpty(t, program, "run this test by: make temporal-server")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()

	service := runcommandtest.Start(t)
	service.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte("patched"), Takes: 3 * time.Second}
	})
	var ids []string
	for i := range instances {
		id := fmt.Sprintf("i-bp%018d", i+1)
		ids = append(ids, id)
		service.AddInstance(runcommandtest.Instance{ID: id})
	}
	server := temporaltest.NewServer(temporaltest.WithT(t))
	started := time.Now()
	database := filepath.Join(t.TempDir(), "fleet.db")
	worker := func() *exec.Cmd {
		cmd := exec.CommandContext(ctx, program, "-temporal", server.GetFrontendHostPort(), "-namespace", server.GetDefaultNamespace(),
			"-endpoint", service.URL(), "-region", runcommandtest.Region, "-db", database)
		cmd.Env = append(os.Environ(), "ALIBABA_CLOUD_ACCESS_KEY_ID="+runcommandtest.AccessKeyID,
			"ALIBABA_CLOUD_ACCESS_KEY_SECRET="+runcommandtest.AccessKeySecret)
		log, err := cmd.StderrPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		go func() {
			for lines := bufio.NewScanner(log); lines.Scan(); {
				t.Logf("%6.1fs worker %d: %s", time.Since(started).Seconds(), cmd.Process.Pid, lines.Text())
			}
		}()
		return cmd
	}
	first := worker()
	handle, err := server.GetDefaultClient().ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: workflow, TaskQueue: rollout.TaskQueue},
		rollout.WorkflowName, rollout.Input{
			Command: runcommand.Shell("patch").Timeout(time.Minute).Draft(), Instances: ids,
			Waves: []fleet.Size{fleet.Count(100)}, MaxFailures: fleet.Count(0), Concurrency: fleet.Count(50),
			Heartbeat: rollout.Duration(5 * time.Second),
		})
	require.NoError(t, err)

	executed := func() (ran, doubles int) {
		for _, id := range ids {
			n := service.Executions(id)
			ran += min(n, 1)
			doubles += max(n-1, 0)
		}
		return ran, doubles
	}
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for before, _ := executed(); before < instances/3; before, _ = executed() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			require.NoError(t, ctx.Err(), "the rollout does not begin")
		}
	}
	require.NoError(t, first.Process.Kill())
	require.Error(t, first.Wait())
	before, _ := executed()
	killed := time.Now()
	second := worker()

	var s *rollout.Summary
	require.NoError(t, handle.Get(ctx, &s))
	ran, doubles := executed()
	t.Logf("killed after %d of %d instances; the second worker ended the rollout %.0f s later; %d executed, %d doubles, %d unknown; %d RunCommand calls",
		before, instances, time.Since(killed).Seconds(), ran, doubles, s.Unknown, len(service.Calls("RunCommand")))
	require.Less(t, before, instances)
	require.Equal(t, instances, s.Succeeded)
	require.Equal(t, instances, ran)
	require.Zero(t, doubles)
	require.NoError(t, second.Process.Signal(os.Interrupt))
	require.NoError(t, second.Wait(), "Ctrl-C ends a worker in good order")
}
