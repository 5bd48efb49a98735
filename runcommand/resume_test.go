package runcommand_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// The variables of the environment that tell a child process what to do.
const (
	childRole     = "RUNCOMMAND_TEST_CHILD" // the role of the child process: begin or finish
	childEndpoint = "RUNCOMMAND_TEST_ENDPOINT"
	childID       = "RUNCOMMAND_TEST_ID"
)

// TestMain lets the test binary start itself as a child process. The environment variables
// tell the child process what to do.
func TestMain(m *testing.M) {
	role := os.Getenv(childRole)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := child(context.Background(), role); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child runs in the child process. In the role begin it starts a command and prints the id
// of the invocation. In the role finish it waits for an invocation and prints the results.
func child(ctx context.Context, role string) error {
	client, err := runcommand.NewClient(runcommandtest.Region,
		runcommand.WithEndpoint(os.Getenv(childEndpoint)),
		runcommand.WithStaticCredential(runcommandtest.AccessKeyID, runcommandtest.AccessKeySecret, ""))
	if err != nil {
		return err
	}
	if role == "finish" {
		report, err := client.Invocation(os.Getenv(childID)).Wait(ctx, runcommand.PollEvery(everyFewMilliseconds))
		if err != nil {
			return err
		}
		for _, r := range report.Results {
			fmt.Println(r.InstanceID, r.Status, r.Text())
		}
		return nil
	}
	req, err := onThreeInstances().Build()
	if err != nil {
		return err
	}
	inv, err := client.Run(ctx, req)
	if err != nil {
		return err
	}
	fmt.Println(inv.ID)
	return nil
}

var everyFewMilliseconds = poll.Policy{Initial: 5 * time.Millisecond, Growth: -1}

// runChild runs a role in a second process and returns the output of the process.
func runChild(t *testing.T, srv *runcommandtest.Server, role, id string) string {
	t.Helper()
	binary, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), childRole+"="+role, childEndpoint+"="+srv.URL(), childID+"="+id)
	var printed, complained bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &complained
	require.NoError(t, cmd.Run(), "%s", &complained)
	return strings.TrimSpace(printed.String())
}

// until makes the runs on i-2 last until the channel done is closed.
func until(srv *runcommandtest.Server, done <-chan struct{}) {
	srv.Handle(func(ctx context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		if x.InstanceID == "i-2" {
			select {
			case <-done:
			case <-ctx.Done():
			}
		}
		return runcommandtest.Outcome{Output: []byte("hello from " + x.InstanceID)}
	})
}

func TestAnotherProcessBeginsAndThisOneFinishes(t *testing.T) {
	t.Parallel()
	srv, client := setup(t)
	done := make(chan struct{})
	until(srv, done)
	id := runChild(t, srv, "begin", "")
	close(done) // the process that began the command has ended by now
	report, err := client.Invocation(id).Wait(t.Context(), runcommand.PollEvery(everyFewMilliseconds))
	require.NoError(t, err)
	require.Len(t, report.Results, 3)
	for _, r := range report.Results {
		assert.Equal(t, "hello from "+r.InstanceID, r.Text())
		assert.Equal(t, 1, srv.Executions(r.InstanceID))
	}
}

func TestThisProcessBeginsAndAnotherFinishes(t *testing.T) {
	t.Parallel()
	srv, client := setup(t)
	done := make(chan struct{})
	until(srv, done)
	inv := begin(t, client, onThreeInstances())
	polled := make(chan struct{}, 1)
	srv.Control(states, func(runcommandtest.Call) runcommandtest.Verdict {
		select {
		case polled <- struct{}{}:
		default:
		}
		return runcommandtest.Pass()
	})
	go func() {
		<-polled // the other process has begun to wait
		close(done)
	}()
	assert.Equal(t, "i-3 Success hello from i-3\ni-1 Success hello from i-1\ni-2 Success hello from i-2",
		runChild(t, srv, "finish", inv.ID))
}

func TestAHandleByIDKnowsOnlyItsID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, client := setup(t)
		begun := begin(t, client, onThreeInstances())
		assert.NotEmpty(t, begun.CommandID)
		assert.NotEmpty(t, begun.RequestID)
		assert.NotEmpty(t, begun.ClientToken)
		taken := client.Invocation(begun.ID)
		assert.Equal(t, begun.ID, taken.ID)
		assert.Empty(t, taken.CommandID+taken.RequestID+taken.ClientToken)

		report, err := taken.Wait(t.Context())
		require.NoError(t, err)
		again, err := begun.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, again, report, "either handle tells the same")
	})
}
