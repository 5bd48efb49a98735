package runcommand_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// TestSecretsInLaterRepliesAreNotPrinted checks the calls that follow RunCommand. Their
// requests hold no script, but the replies of the service may repeat lines of the script.
func TestSecretsInLaterRepliesAreNotPrinted(t *testing.T) {
	t.Parallel()
	echo, err := json.Marshal(strings.Join([]string{secretScript, secretValue, secretPassword, secretClient}, ", "))
	require.NoError(t, err)
	refusal := fmt.Sprintf(`{"RequestId":"R","Code":"Forbidden.RAM","Message":%s}`, echo)
	rows := func(r *http.Request, state string) string {
		row := fmt.Sprintf(`{"InvokeId":"ID","InstanceId":"i-1","InvocationStatus":%q,"ErrorCode":"ExecutionException","ErrorInfo":%s}`, state, echo)
		if r.Header.Get("X-Acs-Action") == outputs {
			return `{"RequestId":"R","Invocation":{"InvocationResults":{"InvocationResult":[` + row + `]}}}`
		}
		return `{"RequestId":"R","Invocations":{"Invocation":[{"InvokeId":"ID","InvocationStatus":"Failed","InvokeInstances":{"InvokeInstance":[` + row + `]}}]}}`
	}
	for name, c := range map[string]struct {
		reply func(r *http.Request) (int, string)
	}{
		"a refusal of every later call": {func(*http.Request) (int, string) { return 403, refusal }},
		"a page in place of a reply":    {func(*http.Request) (int, string) { return 404, "<html>" + string(echo) }},
		"the reason of an instance":     {func(r *http.Request) (int, string) { return 200, rows(r, "Error") }},
	} {
		for doing, do := range map[string]func(*testing.T, *runcommand.Invocation) (any, error){
			"Wait": func(t *testing.T, inv *runcommand.Invocation) (any, error) { return inv.Wait(t.Context()) },
			"Results": func(t *testing.T, inv *runcommand.Invocation) (any, error) {
				var all []runcommand.Result
				for r, err := range inv.Results(t.Context()) {
					if err != nil {
						return all, err
					}
					all = append(all, r)
				}
				return all, all[0].Err()
			},
			"History": func(t *testing.T, inv *runcommand.Invocation) (any, error) {
				for r, err := range inv.History(t.Context()) {
					if err == nil {
						err = r.Err()
					}
					return r, err
				}
				return nil, nil
			},
			"Describe": func(t *testing.T, inv *runcommand.Invocation) (any, error) {
				s, err := inv.Describe(t.Context())
				if err == nil {
					err = s.Instances[0].Err()
				}
				return s, err
			},
			"Stop": func(t *testing.T, inv *runcommand.Invocation) (any, error) { return nil, inv.Stop(t.Context()) },
		} {
			t.Run(name+", "+doing, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					// The credentials do not contain the marker. Otherwise the client would
					// mask the marker everywhere, and the test would miss a place that
					// shows another secret.
					srv := runcommandtest.Start(t)
					srv.AddInstance(runcommandtest.Instance{ID: "i-1", OS: runcommandtest.Windows, Users: []string{"admin"}})
					id := ""
					way := roundTrip(func(r *http.Request) (*http.Response, error) {
						if r.Header.Get("X-Acs-Action") == "RunCommand" {
							return srv.Transport().RoundTrip(r)
						}
						if _, err := io.ReadAll(r.Body); err != nil {
							return nil, err
						}
						status, body := c.reply(r)
						return replyWith(status, strings.ReplaceAll(body, `"ID"`, `"`+id+`"`))(r)
					})
					recorder := newClientRecorder()
					client := srv.Client(append(recorder.options(), runcommand.WithHTTPClient(&http.Client{Transport: way}))...)
					inv := begin(t, client, secretCommand())
					id = inv.ID
					value, err := do(t, inv)
					if doing == "Stop" && err == nil {
						return // these rows are a valid reply to a Stop
					}
					require.Error(t, err)
					recorder.assertNoSecret(t, err)
					assertNoMarker(t, strings.Join(printEveryWay(t, value), "\n"))
				})
			})
		}
	}
}
