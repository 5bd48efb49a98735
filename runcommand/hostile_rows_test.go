package runcommand_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// Replies may hold rows of other invocations or instances. Even then each instance is
// reported once, with the output that it printed for our invocation.
func TestOnlyRowsOfOurInvocationAreUsed(t *testing.T) {
	t.Parallel()
	foreign := object{"InvokeId": "t-another", "InvocationStatus": "Success", "Output": "Zm9yZWlnbg==", "StartTime": "1999-01-01T00:00:00Z"}
	extra := object{"InstanceId": "i-extra", "InvocationStatus": "Running"}
	upper := changeEveryRow("InstanceId", strings.ToUpper)
	for _, c := range []struct {
		name  string
		edits map[string]rowsEdit
		byID  bool // the case also applies to an Invocation by id; such an Invocation does not know its instances
		ends  time.Duration
		none  bool // the service returns no outputs of this invocation
		calls int  // the largest allowed number of calls for outputs
	}{
		{name: "nothing besides", byID: true, calls: 3},
		{name: "results of another invocation", edits: map[string]rowsEdit{outputs: prependRows(foreign)}, byID: true, calls: 3},
		{name: "results without an invocation id", edits: map[string]rowsEdit{
			outputs: changeEveryRow("InvokeId", func(string) string { return "" }),
		}, byID: true, calls: 3},
		{name: "results of another invocation alone", edits: map[string]rowsEdit{
			outputs: changeEveryRow("InvokeId", func(string) string { return "t-another" }),
		}, byID: true, none: true, ends: 30 * time.Second, calls: 50},
		{name: "another invocation before ours", edits: map[string]rowsEdit{states: prependRows(
			object{"InvokeId": "t-another", "InvocationStatus": "Failed", "InvokeInstances": object{"InvokeInstance": []any{
				object{"InstanceId": "i-1", "InvocationStatus": "Failed"}}}},
		)}, byID: true, calls: 3},
		{name: "an instance that is no target", edits: map[string]rowsEdit{"instances": appendRows(extra), outputs: prependRows(extra)}, calls: 3},
		{name: "an instance that is no target and has failed", edits: map[string]rowsEdit{
			"instances": prependRows(object{"InstanceId": "i-extra", "InvocationStatus": "Failed"}),
			outputs:     prependRows(object{"InstanceId": "i-extra", "InvocationStatus": "Failed"}),
		}, calls: 3},
		{name: "an instance that is no target keeps the whole pending", edits: map[string]rowsEdit{
			"instances": appendRows(extra),
			states:      changeEveryRow("InvocationStatus", func(string) string { return "Pending" }),
		}, calls: 3},
		{name: "another letter case in the states", edits: map[string]rowsEdit{"instances": upper}, byID: true, calls: 3},
		{name: "another letter case in the results", edits: map[string]rowsEdit{outputs: upper}, byID: true, calls: 3},
		{name: "another letter case in both", edits: map[string]rowsEdit{"instances": upper, outputs: upper}, byID: true, calls: 3},
		{name: "two spellings in one reply", edits: map[string]rowsEdit{
			"instances": func(p url.Values, rows []any) []any { return append(upper(p, append([]any(nil), rows...)), rows...) },
			outputs:     func(p url.Values, rows []any) []any { return append(upper(p, append([]any(nil), rows...)), rows...) },
		}, byID: true, calls: 3},
		{name: "blank ids", edits: map[string]rowsEdit{
			"instances": prependRows(object{"InstanceId": ""}, object{"InstanceId": "  "}, object{"InstanceId": nil}),
			outputs:     prependRows(object{"InstanceId": ""}, object{"InstanceId": "\t"}),
		}, byID: true, calls: 3},
		{name: "blanks around ids", edits: map[string]rowsEdit{
			"instances": changeEveryRow("InstanceId", func(s string) string { return " " + s + "\n" }),
		}, byID: true, calls: 3},
		{name: "rows many times over", edits: map[string]rowsEdit{
			"instances": prependRows(object{}, object{}), outputs: prependRows(object{}, object{}),
		}, byID: true, calls: 3},
		{name: "an end that is taken back in the same reply", edits: map[string]rowsEdit{
			"instances": appendRows(object{"InvocationStatus": ""}, object{"InvocationStatus": "Hibernating"}, object{"InvocationStatus": "Running"}),
			outputs:     prependRows(object{"InvocationStatus": "Running", "Output": ""}, object{"InvocationStatus": "Hibernating"}),
		}, byID: true, calls: 3},
	} {
		for how, handle := range handles {
			if how == "by id" && !c.byID {
				continue
			}
			for method, collect := range collectors {
				t.Run(c.name+", "+how+", "+method, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						srv, _ := setup(t)
						service := &editedService{edits: c.edits}
						client := service.client(t, srv)
						srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
							return runcommandtest.Outcome{Output: []byte("of " + x.InstanceID)}
						})
						inv := handle(client, begin(t, client, minimal().Instances("i-2")))
						began := time.Now()
						times, results, err := collect(t.Context(), inv)
						require.NoError(t, err)
						assert.Equal(t, c.ends, time.Since(began))
						assert.Len(t, times, 2)
						for _, r := range results {
							id := strings.ToLower(r.InstanceID)
							assert.Equal(t, 1, times[r.InstanceID])
							assert.Equal(t, inv.ID, r.InvocationID)
							assert.Equal(t, runcommand.StatusSuccess, r.Status)
							if how == "from Run" {
								assert.Equal(t, id, r.InstanceID, "as the request spells it")
							}
							if c.none {
								assert.Empty(t, r.Output)
							} else {
								assert.Equal(t, "of "+id, r.Text())
							}
						}
						assert.Len(t, results, 2)
						assert.LessOrEqual(t, service.of(outputs), c.calls)

						s, err := inv.Describe(t.Context())
						require.NoError(t, err)
						assert.Equal(t, inv.ID, s.InvocationID)
						assert.Len(t, s.Instances, 2)
						for _, r := range s.Instances {
							assert.Equal(t, runcommand.StatusSuccess, r.Status)
						}
					})
				})
			}
		}
	}
}

func TestAHistoryHoldsOnlyOurOwnRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit rowsEdit
		runs int
	}{
		"nothing besides": {nil, 20},
		"runs of another invocation": {prependRows(object{"InvokeId": "t-another", "StartTime": "1999-01-01T00:00:00Z"}),
			20},
		"runs of another invocation alone":      {changeEveryRow("InvokeId", func(string) string { return "t-another" }), 0},
		"runs without an invocation id":         {changeEveryRow("InvokeId", func(string) string { return "" }), 20},
		"runs of an instance that is no target": {prependRows(object{"InstanceId": "i-extra"}), 20},
		"runs in another letter case":           {changeEveryRow("InstanceId", strings.ToUpper), 20},
		"runs in two spellings":                 {prependRows(object{"InstanceId": "I-1"}), 20},
		"runs of no instance":                   {prependRows(object{"InstanceId": " "}), 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				service := &editedService{edits: map[string]rowsEdit{outputs: c.edit}}
				inv := begin(t, service.client(t, srv), minimal().Every(time.Minute))
				<-time.After(20*time.Minute + time.Second)
				seen := make(map[time.Time]bool)
				for r, err := range inv.History(t.Context()) {
					require.NoError(t, err)
					assert.Equal(t, inv.ID, r.InvocationID)
					assert.Equal(t, "i-1", r.InstanceID)
					assert.False(t, seen[r.Started], "each run comes once")
					seen[r.Started] = true
				}
				assert.Len(t, seen, c.runs)
			})
		})
	}
}

// A row without a status does not change the known status.
func TestAStatusThatIsMissingChangesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		looks := 0
		service := &editedService{edits: map[string]rowsEdit{"instances": func(p url.Values, rows []any) []any {
			if looks++; looks == 1 {
				return rows
			}
			empty := func(string) string { return "" }
			return changeEveryRow("InstanceInvokeStatus", empty)(p, changeEveryRow("InvocationStatus", empty)(p, rows))
		}}}
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Takes: time.Hour}})
		report, err := begin(t, service.client(t, srv), minimal().Timeout(2*time.Hour)).Wait(t.Context(), runcommand.MaxWait(time.Minute))
		requireWaitError(t, err)
		assert.Equal(t, runcommand.StatusRunning, report.Status)
		assert.Greater(t, looks, 2)
	})
}

// A request may name one instance twice, as "I-1" and as "i-1". Both ids mean the same
// instance.
func TestATargetInTwoSpellingsIsOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := newScript(func(r *http.Request) (*http.Response, error) {
			switch r.Header.Get("X-Acs-Action") {
			case states:
				return jsonReply(http.StatusOK, `{"RequestId":"R","Invocations":{"Invocation":[{"InvokeId":"t-1","InvocationStatus":"Success","InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1","InvocationStatus":"Success"}]}}]}}`)(r)
			case outputs:
				return jsonReply(http.StatusOK, `{"RequestId":"R","Invocation":{"InvocationResults":{"InvocationResult":[{"InvokeId":"t-1","InstanceId":"i-1","InvocationStatus":"Success"}]}}}`)(r)
			}
			return acceptedReply()(r)
		})
		inv := begin(t, service.client(t), runcommand.Shell("true").Instances("I-1", "i-1"))
		began := time.Now()
		report, err := inv.Wait(t.Context())
		require.NoError(t, err)
		assert.Zero(t, time.Since(began))
		require.Len(t, report.Results, 1)
		assert.Equal(t, "I-1", report.Results[0].InstanceID)
		for _, spelling := range []string{"i-1", "I-1"} {
			_, ok := report.Result(spelling)
			assert.True(t, ok, spelling)
		}
	})
}

func TestOnlyTheAgentsThatWereAskedForAreReported(t *testing.T) {
	t.Parallel()
	srv, _ := setup(t)
	const action = "DescribeCloudAssistantStatus"
	service := &editedService{edits: map[string]rowsEdit{action: func(p url.Values, rows []any) []any {
		rows = changeEveryRow("InstanceId", strings.ToUpper)(p, rows)
		return append(rows, changeRow(rows[0], object{"InstanceId": "i-extra"}), changeRow(rows[0], object{"InstanceId": ""}))
	}}}
	agents, err := service.client(t, srv).AgentStatus(t.Context(), "i-1", "i-2")
	require.NoError(t, err)
	assert.Len(t, agents, 2)
	for _, id := range []string{"i-1", "i-2"} {
		assert.Equal(t, id, agents[id].InstanceID)
		assert.True(t, agents[id].Online)
	}
}

func TestAListHoldsNoOtherInvocationThanAskedFor(t *testing.T) {
	t.Parallel()
	srv, _ := setup(t)
	service := &editedService{edits: map[string]rowsEdit{states: prependRows(object{"InvokeId": "t-another"})}}
	client := service.client(t, srv)
	inv := begin(t, client, minimal())
	var ids []string
	for s, err := range client.Invocations(t.Context(), runcommand.Filter{InvocationID: inv.ID}) {
		require.NoError(t, err)
		ids = append(ids, s.InvocationID)
	}
	assert.Equal(t, []string{inv.ID}, ids)
}
