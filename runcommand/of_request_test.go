package runcommand_test

import (
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

// limitsOf returns limits with this number of instances in one request.
func limitsOf(instances int) validate.Limits { return validate.Limits{Instances: instances} }

// TestAHandleOfARequestKnowsTheInstances shows the difference that the instances make: the
// wait knows all of them at once, in the spelling and in the order of the request.
func TestAHandleOfARequestKnowsTheInstances(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes, InstanceID: "i-2"})
		req := onThreeInstances().Draft()
		inv, err := client.Run(t.Context(), req)
		require.NoError(t, err)
		option := runcommand.OfRequest(req)
		req.InstanceIDs[0] = "i-changed-later"
		report, err := client.Invocation(inv.ID, option).Wait(t.Context(), runcommand.MaxWait(10*time.Second))
		requireWaitError(t, err)
		var order []string
		for _, r := range report.Results {
			order = append(order, r.InstanceID)
		}
		assert.Equal(t, []string{"i-3", "i-1", "i-2"}, order)
	})
}

// TestAHandleOfARequestKnowsThePlan counts the calls that ask for the plan.
func TestAHandleOfARequestKnowsThePlan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command   runcommand.Builder
		is        error
		ofRequest int // calls of DescribeInvocations of a wait and a History
		byID      int
	}{
		"an endless schedule": {minimal().Every(time.Minute), runcommand.ErrEndless, 1, 3},
		"the next reboot":     {minimal().OnNextReboot(), runcommand.ErrUnbounded, 1, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				req := c.command.Draft()
				inv, err := client.Run(t.Context(), req)
				require.NoError(t, err)
				calls := func(i *runcommand.Invocation) int {
					before := len(srv.Calls(states))
					_, err := i.Wait(t.Context())
					require.ErrorIs(t, err, c.is)
					for _, err := range i.History(t.Context()) {
						require.NoError(t, err)
					}
					return len(srv.Calls(states)) - before
				}
				assert.Equal(t, c.ofRequest, calls(inv), "from Run")
				assert.Equal(t, c.ofRequest, calls(client.Invocation(inv.ID, runcommand.OfRequest(req))))
				assert.Equal(t, c.byID, calls(client.Invocation(inv.ID)), "by id")
			})
		})
	}
}

func TestTheResourceGroupOfARequest(t *testing.T) {
	t.Parallel()
	grouped := runcommand.Shell("true").Instances("i-g").ResourceGroup("rg-1").Draft()
	plain := runcommand.Shell("true").Instances("i-g").Draft()
	for name, c := range map[string]struct {
		options []runcommand.InvocationOption
		found   bool
	}{
		"no option":                 {nil, false},
		"the group":                 {[]runcommand.InvocationOption{runcommand.InResourceGroup("rg-1")}, true},
		"the request":               {[]runcommand.InvocationOption{runcommand.OfRequest(grouped)}, true},
		"a request without a group": {[]runcommand.InvocationOption{runcommand.OfRequest(plain)}, false},
		"a later group":             {[]runcommand.InvocationOption{runcommand.OfRequest(plain), runcommand.InResourceGroup("rg-1")}, true},
		"a later group, another":    {[]runcommand.InvocationOption{runcommand.OfRequest(grouped), runcommand.InResourceGroup("rg-2")}, false},
		"a later request":           {[]runcommand.InvocationOption{runcommand.InResourceGroup("rg-2"), runcommand.OfRequest(grouped)}, true},
		"a later nil request":       {[]runcommand.InvocationOption{runcommand.InResourceGroup("rg-1"), runcommand.OfRequest(nil)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client := setup(t, runcommandtest.WithResourceGroups(runcommandtest.ResourceGroup{ID: "rg-1"}, runcommandtest.ResourceGroup{ID: "rg-2"}))
			srv.AddInstance(runcommandtest.Instance{ID: "i-g", ResourceGroupID: "rg-1"})
			inv, err := client.Run(t.Context(), grouped)
			require.NoError(t, err)
			_, err = client.Invocation(inv.ID, c.options...).Describe(t.Context())
			if c.found {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, runcommand.ErrNotVisible)
			}
		})
	}
}

// TestAStopOfAHandleOfARequestWaitsUntilTheInvocationIsVisible is about a process that
// takes over an invocation which another process began a moment ago.
func TestAStopOfAHandleOfARequestWaitsUntilTheInvocationIsVisible(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t, runcommandtest.WithVisibilityDelay(3*time.Second))
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes})
		req := minimal().Draft()
		inv, err := client.Run(t.Context(), req)
		require.NoError(t, err)
		require.ErrorIs(t, client.Invocation(inv.ID).Stop(t.Context()), errors.ErrNotFound)
		require.NoError(t, client.Invocation(inv.ID, runcommand.OfRequest(req)).Stop(t.Context()))
		_, err = inv.Wait(t.Context())
		require.ErrorIs(t, err, errors.ErrStopped)

		began := time.Now()
		err = client.Invocation("t-none", runcommand.OfRequest(req)).Stop(t.Context())
		require.ErrorIs(t, err, errors.ErrNotFound)
		assert.InDelta(t, 30, time.Since(began).Seconds(), 10, "but not for ever")
	})
}

func TestTheTokenOfAHandleIsThatOfTheRequest(t *testing.T) {
	t.Parallel()
	_, client := setup(t)
	assert.Equal(t, "token", client.Invocation("t-1", runcommand.OfRequest(minimal().ClientToken("token").Draft())).ClientToken)
	assert.Empty(t, client.Invocation("t-1", runcommand.OfRequest(minimal().Draft())).ClientToken)
	assert.Equal(t, client.Invocation("t-1"), client.Invocation("t-1", runcommand.OfRequest(nil)), "a nil request changes nothing")
	for name, req := range map[string]*runcommand.Request{"zero": {}, "a draft": minimal().Draft()} {
		for _, c := range []*runcommand.Client{nil, {}} {
			assert.ErrorIs(t, c.Invocation("t-1", runcommand.OfRequest(req)).Stop(t.Context()), errors.ErrInvalidArgument, name)
		}
	}
}

// TestAHandleOfAWrongDraftAsksForThePlan is about a draft whose schedule does not parse. No
// command can have been run with it, so its plan is not known.
func TestAHandleOfAWrongDraftAsksForThePlan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, client := setup(t)
		inv := begin(t, client, minimal().Every(time.Minute))
		wrong := minimal().Cron("not a schedule").Draft()
		_, err := client.Invocation(inv.ID, runcommand.OfRequest(wrong)).Wait(t.Context())
		assert.ErrorIs(t, err, runcommand.ErrEndless)
	})
}

func TestADraftIsTheRequestWithoutACheck(t *testing.T) {
	t.Parallel()
	b := runcommand.Shell("echo {{who}}").Parameter("who", "me").Name("x").Timeout(time.Minute).Tag("team", "red")
	_, err := b.Build()
	require.ErrorIs(t, err, errors.ErrMissingArgument, "there is no instance")
	draft := b.Draft()
	built, err := draft.Edit().Instances("i-1").Build()
	require.NoError(t, err)
	direct, err := b.Instances("i-1").Build()
	require.NoError(t, err)
	assert.Equal(t, direct, built)

	draft.Content[0], draft.Parameters["who"], draft.Tags[0].Value = 'X', "you", "blue"
	again := b.Draft()
	assert.Equal(t, "echo {{who}}", string(again.Content), "a draft shares no memory with its builder")
	assert.Equal(t, "me", again.Parameters["who"])
	assert.Equal(t, "red", again.Tags[0].Value)

	wrong := runcommand.Shell("").Every(time.Second).Draft()
	require.ErrorIs(t, wrong.Validate(), errors.ErrMissingArgument)
	require.ErrorContains(t, wrong.Validate(), "Frequency", "a schedule that does not parse is still reported")
	assert.Equal(t, &runcommand.Request{}, runcommand.Builder{}.Draft())
}
