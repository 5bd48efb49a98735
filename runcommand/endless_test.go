package runcommand_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestAWaitForAnEndlessScheduleIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command runcommand.Builder
		is      error
		kind    error
	}{
		"a rate":                 {minimal().Every(time.Minute), runcommand.ErrEndless, errors.ErrUnsupported},
		"a cron without years":   {minimal().Cron("0 0 3 * * ?"), runcommand.ErrEndless, errors.ErrNotSupported},
		"every reboot":           {minimal().OnEveryReboot(), runcommand.ErrEndless, errors.ErrNotSupported},
		"a reboot without bound": {minimal().OnNextReboot(), runcommand.ErrUnbounded, errors.ErrInvalidArgument},
	} {
		for how, handle := range handles {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, client := setup(t)
					inv := handle(client, begin(t, client, c.command))
					began := time.Now()
					report, err := inv.Wait(t.Context())
					requireWaitError(t, err)
					require.ErrorIs(t, err, c.is)
					require.ErrorIs(t, err, c.kind)
					assert.False(t, report.Complete)
					if c.is == runcommand.ErrEndless {
						assert.ErrorContains(t, err, "Invocation.History")
						assert.ErrorContains(t, err, "Invocation.Stop")
						_, err = inv.Wait(t.Context(), runcommand.MaxWait(time.Hour))
						require.ErrorIs(t, err, runcommand.ErrEndless, "a bound does not make it end")
					} else {
						assert.ErrorContains(t, err, "MaxWait")
					}
					for _, err := range inv.Results(t.Context()) {
						require.ErrorIs(t, err, c.is)
					}
					assert.Zero(t, time.Since(began))
					assert.LessOrEqual(t, len(srv.Calls("DescribeInvocations")), 6, "it is asked whether it was stopped, and no more")
				})
			})
		}
	}
}

func TestAnEndlessScheduleThatWasStoppedIsReported(t *testing.T) {
	t.Parallel()
	for name, command := range map[string]runcommand.Builder{
		"a rate":           minimal().Every(time.Minute),
		"every reboot":     minimal().OnEveryReboot(),
		"the next reboot":  minimal().OnNextReboot(),
		"two instances":    minimal().Instances("i-2").Every(time.Minute),
		"a cron, half run": minimal().Cron("0 * * * * ?"),
	} {
		for how, handle := range handles {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					_, client := setup(t)
					inv := handle(client, begin(t, client, command))
					if strings.Contains(name, "half run") {
						<-time.After(90 * time.Second)
					}
					report, err := inv.Wait(t.Context())
					require.True(t, errors.Is(err, runcommand.ErrEndless) || errors.Is(err, runcommand.ErrUnbounded), "%v", err)
					assert.Equal(t, runcommand.StatusScheduled, report.Results[0].Status, "what is known is in the report")
					require.NoError(t, inv.Stop(t.Context()))
					<-time.After(10 * time.Second)
					report, err = inv.Wait(t.Context())
					require.ErrorIs(t, err, errors.ErrStopped)
					assert.True(t, report.Complete)
					assert.Equal(t, runcommand.StatusStopped, report.Status)
					n := 0
					for r, err := range inv.Results(t.Context()) {
						require.NoError(t, err)
						require.ErrorIs(t, r.Err(), errors.ErrStopped)
						n++
					}
					assert.Len(t, report.Results, n)
				})
			})
		}
	}
}

func TestAWaitLastsUntilAStopIsDone(t *testing.T) {
	t.Parallel()
	for how, handle := range handles {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				srv.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
					return runcommandtest.Outcome{Takes: 20 * time.Second}
				})
				inv := handle(client, begin(t, client, minimal().Every(time.Minute)))
				<-time.After(65 * time.Second)
				require.NoError(t, inv.Stop(t.Context()))
				report, err := inv.Wait(t.Context())
				require.ErrorIs(t, err, errors.ErrStopped)
				assert.True(t, report.Complete)
			})
		})
	}
}

func TestAnInvalidWaitOptionSendsNothing(t *testing.T) {
	t.Parallel()
	srv, client := setup(t)
	req, err := minimal().Build()
	require.NoError(t, err)
	for _, opt := range []runcommand.WaitOption{nil, runcommand.MaxWait(-1), runcommand.StopOnCancel(0), runcommand.OnProgress(nil)} {
		report, err := client.RunAndWait(t.Context(), req, opt)
		require.ErrorIs(t, err, errors.ErrInvalidArgument)
		assert.Nil(t, report)
	}
	assert.Empty(t, srv.Calls("RunCommand"))
	_, err = new(runcommand.Client).RunAndWait(t.Context(), req)
	require.ErrorIs(t, err, errors.ErrInvalidArgument)
}

func TestADryRunHasNoExitCode(t *testing.T) {
	t.Parallel()
	_, client := setup(t)
	req, err := minimal().DryRun().Build()
	require.NoError(t, err)
	report, err := client.RunAndWait(t.Context(), req)
	require.NoError(t, err)
	assert.False(t, report.Results[0].Exited)
}

func TestAWaitLastsUntilAScheduleEndsHoweverLate(t *testing.T) {
	t.Parallel()
	reboot := func(srv *runcommandtest.Server) {
		time.AfterFunc(3*time.Hour, func() { srv.Reboot("i-1") })
	}
	none := func(*runcommandtest.Server) {}
	for name, c := range map[string]struct {
		command func() runcommand.Builder
		opts    []runcommand.WaitOption
		prepare func(*runcommandtest.Server)
		ends    time.Duration
		runs    int
	}{
		"a moment":              {func() runcommand.Builder { return minimal().At(time.Now().Add(5 * time.Hour)) }, nil, none, 5*time.Hour + time.Minute, 1},
		"a cron with years":     {func() runcommand.Builder { return minimal().Cron("0 30 0-5 1 1 ? 2000 UTC") }, nil, none, 5*time.Hour + 31*time.Minute, 6},
		"the instance's clock":  {func() runcommand.Builder { return minimal().Cron("0 30 9 1 1 ? 2000") }, nil, none, time.Hour + 31*time.Minute, 1},
		"the next reboot":       {func() runcommand.Builder { return minimal().OnNextReboot() }, []runcommand.WaitOption{runcommand.MaxWait(4 * time.Hour)}, reboot, 3*time.Hour + time.Minute, 1},
		"a dry run":             {func() runcommand.Builder { return minimal().DryRun() }, nil, none, 0, 0},
		"a command that is not": {minimal, nil, none, time.Minute, 1},
	} {
		for how, handle := range handles {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, client := setup(t)
					takes := time.Minute
					setDuration(srv, &takes)
					inv := handle(client, begin(t, client, c.command().Timeout(10*time.Minute)))
					c.prepare(srv)
					began := time.Now()
					report, err := inv.Wait(t.Context(), append(c.opts, everyMinute)...)
					require.NoError(t, err)
					assert.True(t, report.Complete)
					assert.Equal(t, c.runs, srv.Executions("i-1"))
					late := time.Since(began) - c.ends
					assert.GreaterOrEqual(t, late, time.Duration(0))
					assert.LessOrEqual(t, late, time.Minute)
				})
			})
		}
	}
}

func TestADeadlineBoundsAWaitForAReboot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, client := setup(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		began := time.Now()
		report, err := begin(t, client, minimal().OnNextReboot()).Wait(ctx)
		requireWaitError(t, err)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, runcommand.ErrUnbounded)
		assert.Equal(t, time.Hour, time.Since(began))
		assert.Equal(t, runcommand.StatusScheduled, report.Status)
	})
}

// A later version of the service may reply with a schedule in a syntax that this library
// does not know. The library treats such a schedule as a schedule without an end.
func TestAScheduleThatDoesNotParseCountsAsEndless(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"Period", "Fortnightly", ""} {
		t.Run("repeat mode "+mode, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				serveInvocation(srv, fmt.Sprintf(`"RepeatMode":%q,"Frequency":"moon(full)","InvocationStatus":"Scheduled","Timeout":60`, mode),
					`"InvocationStatus":"Scheduled"`)
				report, err := client.Invocation("t-1").Wait(t.Context())
				e := requireWaitError(t, err)
				require.ErrorIs(t, err, runcommand.ErrEndless)
				assert.Equal(t, 1, e.Total)
				assert.Equal(t, runcommand.StatusScheduled, report.Status)
			})
		})
	}
}

func TestAResourceGroupIsNamedInEveryQuestion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t, runcommandtest.WithResourceGroups(runcommandtest.ResourceGroup{ID: "rg-1"}))
		srv.AddInstance(runcommandtest.Instance{ID: "i-g", ResourceGroupID: "rg-1"})
		inv := begin(t, client, runcommand.Shell("true").Instances("i-g").ResourceGroup("rg-1"))
		_, err := inv.Wait(t.Context())
		require.NoError(t, err)
		taken := client.Invocation(inv.ID, runcommand.InResourceGroup("rg-1"), nil)
		_, err = taken.Wait(t.Context())
		require.NoError(t, err)
		for _, err := range taken.History(t.Context()) {
			require.NoError(t, err)
		}
		for _, action := range []string{states, outputs} {
			calls := srv.Calls(action)
			require.GreaterOrEqual(t, len(calls), 2)
			for _, call := range calls {
				assert.Equal(t, "rg-1", call.Parameters["ResourceGroupId"])
			}
		}
		_, err = client.Invocation(inv.ID, runcommand.InResourceGroup("rg-2")).Describe(t.Context())
		require.ErrorIs(t, err, runcommand.ErrNotVisible)
	})
}
