package runcommand_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// echoRunOn makes every instance answer with its own id and the script that it ran.
func echoRunOn(srv *runcommandtest.Server) {
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte(x.InstanceID + " ran " + string(x.Script)), Takes: 3 * time.Second}
	})
}

func TestOneInstanceRunsTheCommandOfAnyBuilder(t *testing.T) {
	t.Parallel()
	for name, cmd := range map[string]runcommand.Builder{
		"a new command":                      runcommand.Shell("date"),
		"a command with other instances":     runcommand.Shell("date").Instances("i-1", "i-3"),
		"a command that already has it":      runcommand.Shell("date").Instances("i-2"),
		"a command for instances with a tag": runcommand.Shell("date").ResourceTag("role", "web"),
		"a command in the client's region":   runcommand.Shell("date").Region(runcommandtest.Region),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				echoRunOn(srv)
				result, err := client.RunOn(t.Context(), "i-2", cmd)
				require.NoError(t, err)
				assert.Equal(t, "i-2", result.InstanceID)
				assert.Equal(t, runcommand.StatusSuccess, result.Status)
				assert.Equal(t, "i-2 ran date", result.Text())
				out, err := client.Output(t.Context(), "i-2", cmd)
				require.NoError(t, err)
				assert.Equal(t, "i-2 ran date", string(out))
				assert.Equal(t, []int{0, 2, 0}, []int{srv.Executions("i-1"), srv.Executions("i-2"), srv.Executions("i-3")})
			})
		})
	}
}

func TestAFailureOnOneInstanceHasItsOutputAndWhatWasDropped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-2": {Output: []byte("no such file"), Dropped: 7, ExitCode: 3}})
		result, err := client.RunOn(t.Context(), "i-2", runcommand.Shell("false"))
		failure, ok := errors.AsType[*errors.InstanceError](err)
		require.True(t, ok, "%v", err)
		require.ErrorIs(t, err, errors.ErrScript)
		assert.Equal(t, 3, failure.ExitCode)
		assert.Equal(t, "no such file", string(failure.Output))
		assert.Equal(t, 7, failure.Dropped)
		assert.Equal(t, 7, result.Dropped)
		assert.Equal(t, 3, result.ExitCode)
		out, err := client.Output(t.Context(), "i-2", runcommand.Shell("false"))
		require.ErrorIs(t, err, errors.ErrScript)
		assert.Equal(t, "no such file", string(out), "the output comes with the error")
	})
}

func TestRunOnSendsNothingThatCannotEnd(t *testing.T) {
	t.Parallel()
	hour := runcommand.Shell("date").Every(time.Hour)
	for name, tt := range map[string]struct {
		id   string
		cmd  runcommand.Builder
		opts []runcommand.WaitOption
		want error
	}{
		"a schedule without an end":                  {"i-1", hour, nil, runcommand.ErrEndless},
		"a schedule without an end, and a bound":     {"i-1", hour, []runcommand.WaitOption{runcommand.MaxWait(time.Hour)}, runcommand.ErrEndless},
		"a command at every reboot":                  {"i-1", runcommand.Shell("date").OnEveryReboot(), nil, runcommand.ErrEndless},
		"a command at the next reboot, and no bound": {"i-1", runcommand.Shell("date").OnNextReboot(), nil, runcommand.ErrUnbounded},
		"an empty id":                                 {"", runcommand.Shell("date"), nil, errors.ErrMissingArgument},
		"an empty script":                             {"i-1", runcommand.Shell(""), nil, errors.ErrMissingArgument},
		"the zero builder":                            {"i-1", runcommand.Builder{}, nil, errors.ErrMissingArgument},
		"another region":                              {"i-1", runcommand.Shell("date").Region("cn-beijing"), nil, errors.InvalidRegionIdNotFound},
		"a wait option that is wrong":                 {"i-1", runcommand.Shell("date"), []runcommand.WaitOption{runcommand.MaxWait(0)}, errors.ErrInvalidArgument},
		"a wait option that is nil":                   {"i-1", runcommand.Shell("date"), []runcommand.WaitOption{nil}, errors.ErrInvalidArgument},
		"a name that is longer than the client's own": {"i-1", runcommand.Shell("date").Name("four"), nil, errors.CmdNameExceedLimit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := runcommandtest.Start(t)
			srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
			client := srv.Client(runcommand.WithLimits(validate.Limits{Name: 3}))
			result, err := client.RunOn(t.Context(), tt.id, tt.cmd, tt.opts...)
			require.ErrorIs(t, err, tt.want)
			assert.Equal(t, runcommand.Result{}, result)
			assert.False(t, errors.MayHaveRun(err))
			assert.Empty(t, srv.Calls(""))
			_, err = client.Output(t.Context(), tt.id, tt.cmd, tt.opts...)
			require.ErrorIs(t, err, tt.want)
		})
	}
}

func TestRunOnWaitsForAScheduleWithAnEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		echoRunOn(srv)
		result, err := client.RunOn(t.Context(), "i-1", runcommand.Shell("date").At(time.Now().Add(time.Minute)))
		require.NoError(t, err)
		assert.Equal(t, "i-1 ran date", result.Text())
	})
}

func TestRunOnSaysWhatToDoWithAScheduleWithoutAnEnd(t *testing.T) {
	t.Parallel()
	_, client := setup(t)
	_, err := client.RunOn(t.Context(), "i-1", runcommand.Shell("date").Every(time.Hour))
	require.EqualError(t, err, "runcommand: nothing was sent: the schedule has no end; begin it with Client.Run")
}

func TestRunOnAtTheNextRebootNeedsABound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		echoRunOn(srv)
		time.AfterFunc(time.Minute, func() { srv.Reboot("i-1") })
		result, err := client.RunOn(t.Context(), "i-1", runcommand.Shell("date").OnNextReboot(), runcommand.MaxWait(time.Hour))
		require.NoError(t, err)
		assert.Equal(t, "i-1 ran date", result.Text())
	})
}

func TestRunOnUsesTheLimitsOfTheClient(t *testing.T) {
	t.Parallel()
	srv := runcommandtest.Start(t, runcommandtest.WithLimits(runcommandtest.Limits{Name: 200}))
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	long := runcommand.Shell("date").Name(strings.Repeat("n", 129))
	_, err := srv.Client().RunOn(t.Context(), "i-1", long)
	require.ErrorIs(t, err, errors.CmdNameExceedLimit)
	_, err = srv.Client(runcommand.WithLimits(validate.Limits{Name: 200})).RunOn(t.Context(), "i-1", long)
	require.NoError(t, err)
}

func TestAWaitThatEndsEarlyReturnsWhatIsKnown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Takes: 50 * time.Second}})
		result, err := client.RunOn(t.Context(), "i-1", runcommand.Shell("sleep 50"), runcommand.MaxWait(10*time.Second))
		requireWaitError(t, err)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, runcommand.StatusRunning, result.Status)
		assert.NotEmpty(t, result.InvocationID)
	})
}

func TestRunOnSaysFirstWhatIsWrongWithTheRequest(t *testing.T) {
	t.Parallel()
	srv, client := setup(t)
	_, err := client.RunOn(t.Context(), "i-1", runcommand.Shell("").Every(time.Hour))
	require.ErrorIs(t, err, errors.ErrMissingArgument)
	require.NotErrorIs(t, err, runcommand.ErrEndless)
	_, err = client.RunOn(t.Context(), "i-1", runcommand.Shell("date").Every(time.Hour), runcommand.MaxWait(-1))
	require.ErrorContains(t, err, "MaxWait")
	require.NotErrorIs(t, err, runcommand.ErrEndless)
	assert.Empty(t, srv.Calls(""))
}

func TestADeadlineBoundsACommandAtTheNextReboot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		echoRunOn(srv)
		time.AfterFunc(time.Minute, func() { srv.Reboot("i-1") })
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		result, err := client.RunOn(ctx, "i-1", runcommand.Shell("date").OnNextReboot())
		require.NoError(t, err)
		assert.Equal(t, "i-1 ran date", result.Text())
	})
}
