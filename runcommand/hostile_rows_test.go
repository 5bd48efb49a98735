package runcommand_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

type object = map[string]any

// rowsEdit rewrites the rows of a reply; parameters are those of the call.
type rowsEdit func(parameters url.Values, rows []any) []any

// A editedService is the local service behind a machine that rewrites its
// lists: edits by "DescribeInvocations" (the rows are invocations), "instances"
// (the instances of an invocation), "DescribeInvocationResults" and
// "DescribeCloudAssistantStatus". tokens, unless nil, names the next page.
type editedService struct {
	next   http.RoundTripper
	edits  map[string]rowsEdit
	tokens func(action, token string) string

	mu    sync.Mutex
	calls map[string]int
}

func (h *editedService) client(tb testing.TB, srv *runcommandtest.Server) *runcommand.Client {
	tb.Helper()
	h.next, h.calls = srv.Transport(), make(map[string]int)
	return srv.Client(runcommand.WithHTTPClient(&http.Client{Transport: h}))
}

func (h *editedService) of(action string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.calls[action]
}

func (h *editedService) RoundTrip(r *http.Request) (*http.Response, error) {
	action := r.Header.Get("X-Acs-Action")
	h.mu.Lock()
	h.calls[action]++
	h.mu.Unlock()
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	parameters, err := url.ParseQuery(string(sent))
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(sent))
	if h.tokens != nil && parameters.Get("NextToken") != "" {
		// The local service never gave that token: the edits make the page.
		return h.edited(r, action, parameters, object{"RequestId": "R"})
	}
	res, err := h.next.RoundTrip(r)
	if err != nil || res.StatusCode != http.StatusOK {
		return res, err
	}
	defer res.Body.Close()
	var reply object
	if err := json.NewDecoder(res.Body).Decode(&reply); err != nil {
		return nil, err
	}
	return h.edited(r, action, parameters, reply)
}

func (h *editedService) edited(r *http.Request, action string, parameters url.Values, reply object) (*http.Response, error) {
	holder := reply
	edit := func(name string, in object, set, list string) []any {
		inner, _ := in[set].(object)
		rows, _ := inner[list].([]any)
		if h.edits[name] != nil {
			rows = h.edits[name](parameters, rows)
		}
		in[set] = object{list: rows}
		return rows
	}
	switch action {
	case states:
		for _, row := range edit(states, reply, "Invocations", "Invocation") {
			edit("instances", row.(object), "InvokeInstances", "InvokeInstance")
		}
	case outputs:
		holder, _ = reply["Invocation"].(object)
		if holder == nil {
			holder = object{}
			reply["Invocation"] = holder
		}
		edit(outputs, holder, "InvocationResults", "InvocationResult")
	case "DescribeCloudAssistantStatus":
		edit(action, reply, "InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus")
	}
	if h.tokens != nil {
		holder["NextToken"] = h.tokens(action, parameters.Get("NextToken"))
	}
	body, err := json.Marshal(reply)
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, string(body))(r)
}

// changeRow is a copy of a row with other fields.
func changeRow(row any, fields object) object {
	changed := maps.Clone(row.(object))
	maps.Copy(changed, fields)
	return changed
}

// changeEveryRow changes a field of every row.
func changeEveryRow(field string, change func(string) string) rowsEdit {
	return func(_ url.Values, rows []any) []any {
		for k := range rows {
			text, _ := rows[k].(object)[field].(string)
			rows[k] = changeRow(rows[k], object{field: change(text)})
		}
		return rows
	}
}

// prependRows puts changed copies of the rows before them.
func prependRows(fields ...object) rowsEdit {
	return func(_ url.Values, rows []any) []any {
		var all []any
		for _, f := range fields {
			for _, row := range rows {
				all = append(all, changeRow(row, f))
			}
		}
		return append(all, rows...)
	}
}

// appendRows puts changed copies of the rows behind them.
func appendRows(fields ...object) rowsEdit {
	return func(_ url.Values, rows []any) []any {
		all := rows[:len(rows):len(rows)]
		for _, f := range fields {
			for _, row := range rows {
				all = append(all, changeRow(row, f))
			}
		}
		return all
	}
}

// Whatever stands in a reply besides: each instance is reported once, with the
// output that it printed for this invocation.
func TestHostileOnlyOurOwnRowsCount(t *testing.T) {
	t.Parallel()
	foreign := object{"InvokeId": "t-another", "InvocationStatus": "Success", "Output": "Zm9yZWlnbg==", "StartTime": "1999-01-01T00:00:00Z"}
	extra := object{"InstanceId": "i-extra", "InvocationStatus": "Running"}
	upper := changeEveryRow("InstanceId", strings.ToUpper)
	for _, c := range []struct {
		name  string
		edits map[string]rowsEdit
		byID  bool // also when the targets are not known
		ends  time.Duration
		none  bool // of the outputs can be had
		calls int  // for outputs, at most
	}{
		{name: "nothing besides", byID: true, calls: 3},
		{name: "results of another invocation", edits: map[string]rowsEdit{outputs: prependRows(foreign)}, byID: true, calls: 3},
		{name: "results that do not say what they are of", edits: map[string]rowsEdit{
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

func TestHostileAHistoryHoldsOnlyOurOwnRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit rowsEdit
		runs int
	}{
		"nothing besides": {nil, 20},
		"runs of another invocation": {prependRows(object{"InvokeId": "t-another", "StartTime": "1999-01-01T00:00:00Z"}),
			20},
		"runs of another invocation alone":      {changeEveryRow("InvokeId", func(string) string { return "t-another" }), 0},
		"runs that do not say what they are of": {changeEveryRow("InvokeId", func(string) string { return "" }), 20},
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

// A row that lacks its status says nothing new about it.
func TestHostileAStatusThatIsMissingChangesNothing(t *testing.T) {
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

// Two spellings of one instance in a request are one instance.
func TestHostileATargetInTwoSpellingsIsOne(t *testing.T) {
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

func TestHostileOnlyTheAgentsThatWereAskedForAreReported(t *testing.T) {
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

func TestHostileAListHoldsNoOtherInvocationThanAskedFor(t *testing.T) {
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

// endlessTokens are ways to hand out tokens for ever.
var endlessTokens = map[string]func() func(action, token string) string{
	"a new token each time": func() func(string, string) string {
		n := 0
		return func(string, string) string {
			n++
			return fmt.Sprint("token ", n)
		}
	},
	"two tokens in turn": func() func(string, string) string {
		return func(_, token string) string {
			if token == "A" {
				return "B"
			}
			return "A"
		}
	},
	"one token": func() func(string, string) string {
		return func(string, string) string { return "A" }
	},
}

// What is known is reported, and the service is not asked for ever.
func TestHostileTokensWithoutEndHoldNoWait(t *testing.T) {
	t.Parallel()
	for tokens, next := range endlessTokens {
		for _, c := range []struct {
			name   string
			missed string // the instance that no page shows
			repeat bool   // later pages repeat the first; otherwise they are empty
			action string // whose list has no end
		}{
			{"pages that repeat the rows", "i-2", true, outputs},
			{"empty pages", "i-2", false, outputs},
			{"no row at all", "i-", false, outputs},
			{"rows that are all there", "", true, outputs},
			{"states", "", true, states},
		} {
			for method, collect := range collectors {
				t.Run(tokens+", "+c.name+", "+method, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						srv, _ := setup(t)
						endless := next()
						service := &editedService{tokens: func(action, token string) string {
							if action != c.action {
								return ""
							}
							return endless(action, token)
						}}
						var first []any
						service.edits = map[string]rowsEdit{outputs: func(p url.Values, rows []any) []any {
							if p.Get("NextToken") == "" {
								first = nil
								for _, row := range rows {
									if c.missed == "" || !strings.HasPrefix(row.(object)["InstanceId"].(string), c.missed) {
										first = append(first, row)
									}
								}
								return first
							}
							if c.repeat {
								return first
							}
							return []any{}
						}}
						client := service.client(t, srv)
						srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
							return runcommandtest.Outcome{Output: []byte("of " + x.InstanceID)}
						})
						inv := begin(t, client, onThreeInstances())
						began := time.Now()
						times, results, err := collect(t.Context(), inv)
						require.NoError(t, err)
						assert.Len(t, times, 3)
						for _, r := range results {
							want := "of " + r.InstanceID
							if c.missed != "" && strings.HasPrefix(r.InstanceID, c.missed) {
								want = ""
							}
							assert.Equal(t, want, r.Text())
							assert.Equal(t, runcommand.StatusSuccess, r.Status)
						}
						looks := 1
						if c.missed != "" {
							looks = 12 // within the half minute that an output may lag
							assert.Equal(t, 30*time.Second, time.Since(began))
						} else {
							assert.Zero(t, time.Since(began))
						}
						t.Logf("%d calls for outputs, %d for states", service.of(outputs), service.of(states))
						assert.LessOrEqual(t, service.of(outputs), 13*looks)
						assert.Equal(t, 1, service.of(states))
					})
				})
			}
		}
	}
}

// The service shows one row a page: as many pages as rows are no circle.
func TestHostileSmallPagesAreReadToTheEnd(t *testing.T) {
	t.Parallel()
	for _, lost := range []bool{false, true} {
		t.Run(fmt.Sprintf("a token is lost on the way: %t", lost), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const instances = 40
				srv, _ := setup(t)
				ids := addInstances(srv, 0, instances)
				var all []any
				lose := lost
				service := &editedService{}
				service.tokens = func(action, token string) string {
					if action != outputs {
						return ""
					}
					n := 0
					_, _ = fmt.Sscan(token, &n)
					if n++; n >= instances {
						return ""
					}
					if n == 25 && lose {
						lose = false
						return strconv.Itoa(n - 1) // leads in a circle, once
					}
					return strconv.Itoa(n)
				}
				service.edits = map[string]rowsEdit{outputs: func(p url.Values, rows []any) []any {
					n := 0
					if token := p.Get("NextToken"); token != "" {
						_, _ = fmt.Sscan(token, &n)
					} else {
						all = rows
					}
					return all[n : n+1]
				}}
				client := service.client(t, srv)
				report, err := begin(t, client, runcommand.Shell("true").Instances(ids...)).Wait(t.Context())
				require.NoError(t, err)
				assert.Len(t, report.Results, instances)
				assert.LessOrEqual(t, service.of(outputs), map[bool]int{false: instances, true: instances + 25}[lost])
			})
		})
	}
}

// Lists tell what they have and then that the listing does not end.
func TestHostileTokensWithoutEndEndALoop(t *testing.T) {
	t.Parallel()
	const agents = "DescribeCloudAssistantStatus"
	for tokens, next := range endlessTokens {
		for _, repeat := range []bool{false, true} {
			for method, c := range map[string]struct {
				action string
				want   int
				calls  int // at most
				do     func(context.Context, *runcommand.Client, *runcommand.Invocation) (int, error)
			}{
				"History": {outputs, 3, 22, func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) (n int, last error) {
					for _, err := range inv.History(ctx) {
						if last != nil {
							return n, errors.New("the error was not the last")
						}
						if last = err; err == nil {
							n++
						}
					}
					return n, last
				}},
				"Invocations": {states, 1, 202, func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) (n int, last error) {
					for _, err := range client.Invocations(ctx, runcommand.Filter{}) {
						if last != nil {
							return n, errors.New("the error was not the last")
						}
						if last = err; err == nil {
							n++
						}
					}
					return n, last
				}},
				"AgentStatus": {agents, 2, 22, func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) (int, error) {
					known, err := client.AgentStatus(ctx, "i-1", "i-2")
					return len(known), err
				}},
				"AgentStatus of all": {agents, 3, 202, func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) (int, error) {
					known, err := client.AgentStatus(ctx)
					return len(known), err
				}},
			} {
				t.Run(fmt.Sprintf("%s, %s, pages that repeat the rows: %t", tokens, method, repeat), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						srv, _ := setup(t)
						endless := next()
						service := &editedService{tokens: func(action, token string) string {
							if action != c.action {
								return ""
							}
							return endless(action, token)
						}}
						var first []any
						service.edits = map[string]rowsEdit{c.action: func(p url.Values, rows []any) []any {
							switch {
							case p.Get("NextToken") == "":
								first = rows
							case !repeat:
								return []any{}
							}
							return first
						}}
						client := service.client(t, srv)
						inv := begin(t, client, onThreeInstances())
						n, err := c.do(t.Context(), client, inv)
						require.ErrorIs(t, err, errors.ErrUnavailable)
						require.ErrorContains(t, err, "does not end")
						assert.Equal(t, c.want, n, "what is known comes before the error")
						t.Logf("%d calls", service.of(c.action))
						assert.LessOrEqual(t, service.of(c.action), c.calls)
					})
				})
			}
		}
	}
}

// An invocation that stands on a later page is found, and one that stands on
// none is not looked for without end.
func TestHostileAnInvocationIsFoundBehindEmptyPages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		page  int // that shows it
		found bool
		calls int
	}{
		"on the first":  {0, true, 1},
		"on the fourth": {3, true, 4},
		"on none":       {1 << 30, false, 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				var rows []any
				service := &editedService{}
				service.tokens = func(action, token string) string {
					if action != states {
						return ""
					}
					return token + "x"
				}
				service.edits = map[string]rowsEdit{states: func(p url.Values, listed []any) []any {
					token := p.Get("NextToken")
					if token == "" {
						rows = listed
					}
					if len(token) == c.page {
						return rows
					}
					return []any{}
				}}
				client := service.client(t, srv)
				inv := begin(t, client, minimal())
				_, err := inv.Describe(t.Context())
				if c.found {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, errors.ErrUnavailable)
					require.ErrorContains(t, err, "does not end")
				}
				assert.Equal(t, c.calls, service.of(states))
				report, err := inv.Wait(t.Context())
				if !c.found {
					require.ErrorIs(t, err, runcommand.ErrNotVisible)
					assert.LessOrEqual(t, service.of(states), 6*14)
					return
				}
				require.NoError(t, err)
				assert.True(t, report.Complete)
			})
		})
	}
}
