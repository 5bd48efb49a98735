package runcommand_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
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

// fetchAll collects the results of Fetch by instance. It fails the test when an instance
// comes twice.
func fetchAll(tb testing.TB, inv *runcommand.Invocation, ids ...string) map[string]runcommand.Result {
	tb.Helper()
	got := make(map[string]runcommand.Result)
	for r, err := range inv.Fetch(tb.Context(), ids...) {
		require.NoError(tb, err)
		require.NotContains(tb, got, r.InstanceID, "an instance comes once")
		assert.Equal(tb, inv.ID, r.InvocationID)
		got[r.InstanceID] = r
	}
	return got
}

// printIDs makes every run print the id of its instance.
func printIDs(srv *runcommandtest.Server) {
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte("of " + x.InstanceID)}
	})
}

// handlesOf are the ways to get an Invocation, with the request of the command.
var handlesOf = map[string]func(*runcommand.Client, *runcommand.Invocation, *runcommand.Request) *runcommand.Invocation{
	"from Run": func(_ *runcommand.Client, inv *runcommand.Invocation, _ *runcommand.Request) *runcommand.Invocation {
		return inv
	},
	"by id": func(c *runcommand.Client, inv *runcommand.Invocation, _ *runcommand.Request) *runcommand.Invocation {
		return c.Invocation(inv.ID)
	},
	"by id and request": func(c *runcommand.Client, inv *runcommand.Invocation, req *runcommand.Request) *runcommand.Invocation {
		return c.Invocation(inv.ID, runcommand.OfRequest(req))
	},
}

// TestFetchTakesAsFewCallsAsItCan runs a command on n instances and fetches the results of
// some of them.
func TestFetchTakesAsFewCallsAsItCan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		instances, named int // 0 named instances mean all
		first            int // number of the first named instance
		calls, byID      int // with the request, and without it
	}{
		"all of 1":             {1, 0, 0, 1, 1},
		"all of 50":            {50, 0, 0, 1, 1},
		"all of 51":            {51, 0, 0, 2, 2},
		"all of 100":           {100, 0, 0, 2, 2},
		"one of 1":             {1, 1, 0, 1, 1},
		"one of 100":           {100, 1, 99, 1, 1},
		"two of 100":           {100, 2, 98, 2, 2},
		"two of 300":           {300, 2, 298, 2, 6},
		"five of 300":          {300, 5, 295, 5, 6},
		"six of 300":           {300, 6, 294, 6, 6},
		"sixty of 300":         {300, 60, 240, 6, 6},
		"the first two of 300": {300, 2, 0, 2, 1},
		"the first 60 of 300":  {300, 60, 0, 2, 2},
	} {
		for how, handle := range handlesOf {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, _ := setup(t, runcommandtest.WithLimits(runcommandtest.Limits{Instances: 500}))
					client := srv.Client(runcommand.WithLimits(limitsOf(500)))
					printIDs(srv)
					ids := addInstances(srv, 0, c.instances)
					req := runcommand.Shell("true").Instances(ids...).Draft()
					inv, err := client.Run(t.Context(), req)
					require.NoError(t, err)
					inv = handle(client, inv, req)
					named := ids[c.first : c.first+c.named]
					got := fetchAll(t, inv, named...)
					if c.named == 0 {
						named = ids
					}
					assert.Len(t, got, len(named))
					for _, id := range named {
						assert.Equal(t, "of "+id, got[id].Text())
						assert.Equal(t, runcommand.StatusSuccess, got[id].Status)
					}
					calls := c.calls
					if how == "by id" {
						calls = c.byID
					}
					assert.Len(t, srv.Calls(outputs), calls)
					assert.Empty(t, srv.Calls(states), "Fetch never asks for the plan")
				})
			})
		}
	}
}

func TestFetchShowsWhatIsKnownNow(t *testing.T) {
	t.Parallel()
	for how, handle := range handlesOf {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultAgentOffline, InstanceID: "i-1"})
				srv.Handle(func(ctx context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
					if x.InstanceID != "i-2" {
						return runcommandtest.Outcome{ExitCode: 3, Output: []byte("failed")}
					}
					_, _ = fmt.Fprint(runcommandtest.Output(ctx), "step 1")
					<-time.After(10 * time.Second)
					return runcommandtest.Outcome{Output: []byte(", step 2")}
				})
				req := onThreeInstances().Draft()
				inv, err := client.Run(t.Context(), req)
				require.NoError(t, err)
				inv = handle(client, inv, req)
				<-time.After(time.Second)
				began := time.Now()
				got := fetchAll(t, inv)
				assert.Zero(t, time.Since(began), "Fetch does not wait")
				require.Len(t, got, 3)
				assert.Equal(t, runcommand.StatusPending, got["i-1"].Status)
				assert.Equal(t, runcommand.StatusRunning, got["i-2"].Status)
				assert.Equal(t, "step 1", got["i-2"].Text())
				assert.Equal(t, runcommand.StatusFailed, got["i-3"].Status)
				assert.Equal(t, 3, got["i-3"].ExitCode)
				assert.Equal(t, "failed", got["i-3"].Text())
				<-time.After(time.Minute)
				got = fetchAll(t, inv, "i-2")
				assert.Len(t, got, 1)
				assert.Equal(t, "step 1, step 2", got["i-2"].Text())
			})
		})
	}
}

func TestFetchOfAScheduleYieldsTheLatestRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		printRunNumbers(srv)
		inv := begin(t, client, onThreeInstances().Every(time.Minute))
		<-time.After(12*time.Minute + time.Second)
		for how, i := range map[string]*runcommand.Invocation{"from Run": inv, "by id": client.Invocation(inv.ID)} {
			got := fetchAll(t, i)
			assert.Len(t, got, 3, how)
			for id, r := range got {
				assert.Equal(t, id+" run 12", r.Text(), how)
			}
		}
		assert.Empty(t, srv.Calls(states))
	})
}

func TestFetchFindsTheInstancesThatAreNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ids   []string
		want  []string // with the request
		byID  []string // without it
		calls int      // with the request
	}{
		"one twice":                    {[]string{"i-1", "i-1"}, []string{"i-1"}, []string{"i-1"}, 1},
		"one in two letter cases":      {[]string{"I-3", "i-3"}, []string{"i-3"}, nil, 1},
		"blanks around it":             {[]string{" i-1\n"}, []string{"i-1"}, []string{"i-1"}, 1},
		"two":                          {[]string{"i-2", "i-3"}, []string{"i-2", "i-3"}, []string{"i-2", "i-3"}, 1},
		"one that the command lacks":   {[]string{"i-9"}, nil, nil, 0},
		"one of two is of the command": {[]string{"i-9", "i-2"}, []string{"i-2"}, []string{"i-2"}, 1},
		"two in other letter cases":    {[]string{"I-3", "I-2"}, []string{"i-2", "i-3"}, []string{"I-2", "I-3"}, 1},
	} {
		for how, handle := range handlesOf {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, client := setup(t)
					printIDs(srv)
					srv.AddInstance(runcommandtest.Instance{ID: "i-9"})
					req := onThreeInstances().Draft()
					inv, err := client.Run(t.Context(), req)
					require.NoError(t, err)
					want, calls := c.want, c.calls
					if how == "by id" {
						want, calls = c.byID, 1
					}
					got := fetchAll(t, handle(client, inv, req), c.ids...)
					assert.Len(t, got, len(want))
					for _, id := range want {
						assert.Equal(t, "of "+strings.ToLower(id), got[id].Text())
					}
					assert.Len(t, srv.Calls(outputs), calls)
				})
			})
		}
	}
}

// TestFetchUsesOnlyRowsOfItsInstances changes the replies of the service.
func TestFetchUsesOnlyRowsOfItsInstances(t *testing.T) {
	t.Parallel()
	upper := changeEveryRow("InstanceId", strings.ToUpper)
	for name, edit := range map[string]rowsEdit{
		"rows of another invocation": prependRows(object{"InvokeId": "t-another", "InvocationStatus": "Failed"}),
		"rows of blank instances":    prependRows(object{"InstanceId": " "}, object{"InstanceId": nil}),
		"rows of another instance":   prependRows(object{"InstanceId": "i-extra"}),
		"rows many times over":       prependRows(object{}, object{}),
		"no invocation id":           changeEveryRow("InvokeId", func(string) string { return "" }),
		"another letter case":        upper,
		"two spellings": func(p url.Values, rows []any) []any {
			return append(upper(p, append([]any(nil), rows...)), rows...)
		},
	} {
		for _, named := range [][]string{nil, {"i-1"}, {"i-1", "i-2"}} {
			t.Run(fmt.Sprintf("%s, %d named", name, len(named)), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, _ := setup(t)
					printIDs(srv)
					service := &editedService{edits: map[string]rowsEdit{outputs: edit}}
					client := service.client(t, srv)
					got := fetchAll(t, begin(t, client, minimal().Instances("i-2")), named...)
					want := named
					if want == nil {
						want = []string{"i-1", "i-2"}
					}
					assert.Len(t, got, len(want))
					for _, id := range want {
						assert.Equal(t, "of "+id, got[id].Text())
						assert.Equal(t, runcommand.StatusSuccess, got[id].Status)
					}
				})
			})
		}
	}
}

func TestFetchYieldsEveryInstanceOnceInTrouble(t *testing.T) {
	t.Parallel()
	for how, handle := range handlesOf {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				printIDs(srv)
				req := runcommand.Shell("true").Instances(addInstances(srv, 0, 100)...).Draft()
				inv, err := client.Run(t.Context(), req)
				require.NoError(t, err)
				srv.Inject(faultsOn(outputs, 2, runcommandtest.FaultTokenExpired, runcommandtest.FaultRepeatedPage,
					runcommandtest.FaultReorderedRows, runcommandtest.FaultRepeatedRows, runcommandtest.FaultThrottled, runcommandtest.FaultCutReply)...)
				assert.Len(t, fetchAll(t, handle(client, inv, req)), 100)
			})
		})
	}
}

func TestTheErrorOfAFetchComesOnceAndLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		ids := addInstances(srv, 0, 100)
		inv := begin(t, client, runcommand.Shell("true").Instances(ids...))
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		var none *runcommand.Invocation
		for name, c := range map[string]struct {
			ctx    context.Context
			inv    *runcommand.Invocation
			ids    []string
			faults []runcommandtest.Fault
			is     error
			before int // the number of results that come before the error
		}{
			"a token that never works":   {t.Context(), inv, nil, faultsOn(outputs, 6, runcommandtest.FaultTokenExpired), errors.InvalidParameterNextToken, 50},
			"no right":                   {t.Context(), inv, nil, faultsOn(outputs, 1, runcommandtest.FaultPermission), errors.ErrPermission, 0},
			"no right for an instance":   {t.Context(), inv, ids[:1], faultsOn(outputs, 1, runcommandtest.FaultPermission), errors.ErrPermission, 0},
			"cancelled":                  {cancelled, inv, nil, nil, context.Canceled, 0},
			"cancelled, for an instance": {cancelled, inv, ids[:1], nil, context.Canceled, 0},
			"no context":                 {*new(context.Context), inv, nil, nil, errors.ErrInvalidArgument, 0},
			"an empty instance id":       {t.Context(), inv, []string{ids[0], ""}, nil, errors.ErrInvalidArgument, 0},
			"a blank instance id":        {t.Context(), inv, []string{" \t"}, nil, errors.ErrInvalidArgument, 0},
			"an empty id":                {t.Context(), client.Invocation(""), nil, nil, errors.ErrInvalidArgument, 0},
			"a literal":                  {t.Context(), &runcommand.Invocation{ID: "t-1"}, nil, nil, errors.ErrInvalidArgument, 0},
			"no invocation":              {t.Context(), none, nil, nil, errors.ErrInvalidArgument, 0},
		} {
			srv.Inject(c.faults...)
			var failures []error
			n := 0
			for r, err := range c.inv.Fetch(c.ctx, c.ids...) {
				require.Empty(t, failures, "%s: the error comes last", name)
				if err != nil {
					assert.Equal(t, runcommand.Result{}, r, name)
					failures = append(failures, err)
					continue
				}
				n++
			}
			require.Len(t, failures, 1, name)
			require.ErrorIs(t, failures[0], c.is, name)
			assert.Equal(t, c.before, n, name)
			assert.Empty(t, srv.Pending(), name)
		}
		for range client.Invocation("t-none").Fetch(t.Context()) {
			assert.Fail(t, "the service lists no such invocation")
		}
	})
}

func TestLeavingAFetchMakesNoFurtherCall(t *testing.T) {
	t.Parallel()
	for name, named := range map[string]int{"all": 0, "one by one": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t, runcommandtest.WithLimits(runcommandtest.Limits{Instances: 500}))
				client := srv.Client(runcommand.WithLimits(limitsOf(500)))
				ids := addInstances(srv, 0, 300)
				inv := begin(t, client, runcommand.Shell("true").Instances(ids...).Limits(limitsOf(500)))
				for _, err := range inv.Fetch(t.Context(), ids[:named]...) {
					require.NoError(t, err)
					break
				}
				assert.Len(t, srv.Calls(outputs), 1)
			})
		})
	}
}

// TestFetchMasksTheSecretsOfTheRequest proves P9 of internal/DESIGN.md for Fetch.
func TestFetchMasksTheSecretsOfTheRequest(t *testing.T) {
	t.Parallel()
	for how, handle := range handlesOf {
		if how == "by id" {
			continue // without its request nobody knows the secrets
		}
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				echo := changeEveryRow("ErrorInfo", func(string) string { return "bad word " + marker + "-value in the script" })
				service := &editedService{edits: map[string]rowsEdit{outputs: echo}}
				client := service.client(t, srv)
				req := runcommand.Shell("echo {{name}}").Instances("i-1").Parameter("name", marker+"-value").Draft()
				inv, err := client.Run(t.Context(), req)
				require.NoError(t, err)
				r := fetchAll(t, handle(client, inv, req))["i-1"]
				assert.Contains(t, r.ErrorInfo, "bad word")
				assert.NotContains(t, r.ErrorInfo, marker)
			})
		})
	}
}

func TestFetchInAResourceGroupNamesTheGroup(t *testing.T) {
	t.Parallel()
	srv, client := setup(t, runcommandtest.WithResourceGroups(runcommandtest.ResourceGroup{ID: "rg-1"}))
	srv.AddInstance(runcommandtest.Instance{ID: "i-g", ResourceGroupID: "rg-1"})
	inv := begin(t, client, runcommand.Shell("true").Instances("i-g").ResourceGroup("rg-1"))
	assert.Len(t, fetchAll(t, inv), 1)
	assert.Len(t, fetchAll(t, client.Invocation(inv.ID, runcommand.InResourceGroup("rg-1")), "i-g"), 1)
	assert.Empty(t, fetchAll(t, client.Invocation(inv.ID)))
	assert.True(t, slices.ContainsFunc(srv.Calls(outputs), func(c runcommandtest.Call) bool { return c.Parameters["ResourceGroupId"] == "rg-1" }))
}
