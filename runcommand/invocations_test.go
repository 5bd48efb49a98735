package runcommand_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestInvocationsAreFiltered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		srv.AddInstance(runcommandtest.Instance{ID: "i-w", OS: runcommandtest.Windows})
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-2": {Takes: time.Hour}, "i-3": {ExitCode: 1}})
		plain := begin(t, client, minimal().Name("plain"))
		slow := begin(t, client, runcommand.Shell("sleep 3600").Instances("i-2").Timeout(2*time.Hour).Name("slow").Tag("team", "blue"))
		mixed := begin(t, client, runcommand.Shell("true").Instances("i-1", "i-3").Name("mixed").Tag("team", "red").Tag("env", "test"))
		daily := begin(t, client, minimal().Cron("0 0 3 * * ?").Name("daily"))
		windows := begin(t, client, runcommand.PowerShell("hostname").Instances("i-w").Name("windows"))
		grouped := begin(t, client, minimal().ResourceGroup("rg-1").Name("grouped"))

		for name, c := range map[string]struct {
			filter runcommand.Filter
			want   []*runcommand.Invocation // sorted: the newest first
		}{
			"everything":                     {runcommand.Filter{}, []*runcommand.Invocation{grouped, windows, daily, mixed, slow, plain}},
			"one id":                         {runcommand.Filter{InvocationID: slow.ID}, []*runcommand.Invocation{slow}},
			"an unknown id":                  {runcommand.Filter{InvocationID: "t-none"}, nil},
			"an instance":                    {runcommand.Filter{InstanceID: "i-3"}, []*runcommand.Invocation{mixed}},
			"a command":                      {runcommand.Filter{CommandID: daily.CommandID}, []*runcommand.Invocation{daily}},
			"a name":                         {runcommand.Filter{CommandName: "plain"}, []*runcommand.Invocation{plain}},
			"a name on an instance":          {runcommand.Filter{InstanceID: "i-1", CommandName: "daily"}, []*runcommand.Invocation{daily}},
			"a type":                         {runcommand.Filter{Type: runcommand.RunPowerShellScript}, []*runcommand.Invocation{windows}},
			"a status":                       {runcommand.Filter{Status: runcommand.StatusRunning, CommandName: "slow"}, []*runcommand.Invocation{slow}},
			"a partial failure":              {runcommand.Filter{Status: runcommand.StatusPartialFailed}, []*runcommand.Invocation{mixed}},
			"a partial failure, an instance": {runcommand.Filter{Status: runcommand.StatusPartialFailed, InstanceID: "i-1"}, []*runcommand.Invocation{mixed}},
			"a repeat mode":                  {runcommand.Filter{RepeatMode: runcommand.RepeatPeriod}, []*runcommand.Invocation{daily}},
			"a repeat mode, an instance":     {runcommand.Filter{RepeatMode: runcommand.RepeatPeriod, InstanceID: "i-1"}, []*runcommand.Invocation{daily}},
			"a resource group":               {runcommand.Filter{ResourceGroupID: "rg-1"}, []*runcommand.Invocation{grouped}},
			"a tag":                          {runcommand.Filter{Tags: []runcommand.Tag{{Key: "team"}}}, []*runcommand.Invocation{mixed, slow}},
			"two tags":                       {runcommand.Filter{Tags: []runcommand.Tag{{Key: "team", Value: "red"}, {Key: "env", Value: "test"}}}, []*runcommand.Invocation{mixed}},
		} {
			var want, got []string
			for _, inv := range c.want {
				want = append(want, inv.ID)
			}
			for s, err := range client.Invocations(t.Context(), c.filter) {
				require.NoError(t, err, name)
				got = append(got, s.InvocationID)
			}
			assert.Equal(t, want, got, name)
		}
	})
}

func TestASummaryTellsHowTheCommandWasRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-3": {ExitCode: 7, Output: []byte("not in a summary")}})
		inv := begin(t, client, runcommand.Shell("true").Instances("i-1", "i-3").Name("nightly").
			Tag("team", "red").Timeout(90*time.Second).Cron("0 0 3 1 1 ? 2000 UTC"))
		<-time.After(4 * time.Hour)
		s, err := inv.Describe(t.Context())
		require.NoError(t, err)
		assert.Equal(t, inv.ID, s.InvocationID)
		assert.Equal(t, inv.CommandID, s.CommandID)
		assert.Equal(t, "nightly", s.Name)
		assert.Equal(t, runcommand.StatusPartialFailed, s.Status)
		assert.Equal(t, runcommand.RepeatPeriod, s.RepeatMode)
		assert.Equal(t, "0 0 3 1 1 ? 2000 UTC", s.Frequency)
		assert.Equal(t, 90*time.Second, s.Timeout)
		assert.True(t, s.Created.Equal(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)))
		assert.Equal(t, []runcommand.Tag{{Key: "team", Value: "red"}}, s.Tags)
		require.Len(t, s.Instances, 2)
		assert.Equal(t, 7, s.Instances[1].ExitCode)
		assert.Empty(t, s.Instances[1].Output)

		for listed, err := range client.Invocations(t.Context(), runcommand.Filter{}) {
			require.NoError(t, err)
			assert.Equal(t, s, listed)
		}
	})
}

func TestInvocationsComePageByPageAndOnce(t *testing.T) {
	t.Parallel()
	const invocations = 170
	for name, faults := range map[string][]runcommandtest.Fault{
		"in peace": nil,
		"in trouble": faultsOn(states, 3, runcommandtest.FaultReorderedRows, runcommandtest.FaultRepeatedRows,
			runcommandtest.FaultRepeatedPage, runcommandtest.FaultTokenExpired, runcommandtest.FaultThrottled),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				for range invocations {
					begin(t, client, minimal())
				}
				srv.Inject(faults...)
				seen := make(map[string]bool)
				for s, err := range client.Invocations(t.Context(), runcommand.Filter{}) {
					require.NoError(t, err)
					require.False(t, seen[s.InvocationID])
					seen[s.InvocationID] = true
				}
				assert.Len(t, seen, invocations)
				assert.Empty(t, srv.Pending())

				before := len(srv.Calls(states))
				for range client.Invocations(t.Context(), runcommand.Filter{}) {
					break
				}
				assert.Len(t, srv.Calls(states), before+1, "no page is asked for that is not read")
			})
		})
	}
}

func TestTheErrorOfAListComesOnceAndLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		for range 60 {
			begin(t, client, minimal())
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		var none *runcommand.Client
		for name, c := range map[string]struct {
			client *runcommand.Client
			ctx    context.Context
			faults []runcommandtest.Fault
			is     error
			before int // the number of summaries that come before the error
		}{
			"no right":                 {client, t.Context(), faultsOn(states, 1, runcommandtest.FaultPermission), errors.ErrPermission, 0},
			"a token that never works": {client, t.Context(), faultsOn(states, 6, runcommandtest.FaultTokenExpired), errors.InvalidParameterNextToken, 50},
			"cancelled":                {client, cancelled, nil, context.Canceled, 0},
			"no client":                {none, t.Context(), nil, errors.ErrInvalidArgument, 0},
			"a zero client":            {new(runcommand.Client), t.Context(), nil, errors.ErrInvalidArgument, 0},
		} {
			srv.Inject(c.faults...)
			var failures []error
			n := 0
			for s, err := range c.client.Invocations(c.ctx, runcommand.Filter{}) {
				if err != nil {
					assert.Nil(t, s)
					failures = append(failures, err)
					continue
				}
				assert.Empty(t, failures)
				n++
			}
			require.Len(t, failures, 1, name)
			require.ErrorIs(t, failures[0], c.is, name)
			assert.Equal(t, c.before, n, name)
		}
	})
}
