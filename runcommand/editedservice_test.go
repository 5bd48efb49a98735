package runcommand_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

type object = map[string]any

// rowsEdit rewrites the rows of a reply. It also gets the parameters of the request.
type rowsEdit func(parameters url.Values, rows []any) []any

// editedService is the local service behind a gateway that rewrites the lists in replies.
// The keys of the field edits are "DescribeInvocations" (its rows are invocations),
// "instances" (the instances of an invocation), "DescribeInvocationResults" and
// "DescribeCloudAssistantStatus". The function in the field tokens, unless nil, returns the
// token of the next page.
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
		// The test invented this token, and the local service does not know it. So the page
		// has only the rows that the edits add.
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

// changeRow returns a copy of a row in which the given fields have new values.
func changeRow(row any, fields object) object {
	changed := maps.Clone(row.(object))
	maps.Copy(changed, fields)
	return changed
}

// changeEveryRow returns an edit that changes one field of every row with the function
// change.
func changeEveryRow(field string, change func(string) string) rowsEdit {
	return func(_ url.Values, rows []any) []any {
		for k := range rows {
			text, _ := rows[k].(object)[field].(string)
			rows[k] = changeRow(rows[k], object{field: change(text)})
		}
		return rows
	}
}

// prependRows returns an edit that puts copies of the rows before the original rows. The
// copies have the given fields changed.
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

// appendRows returns an edit that puts copies of the rows after the original rows. The
// copies have the given fields changed.
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
