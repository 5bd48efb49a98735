package otelruncommand_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// marker stands for everything that is secret.
const marker = "M4rk3rSecretValue"

// TestSpansAndMetricsHoldNoSecret is P9 for this module.
func TestSpansAndMetricsHoldNoSecret(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		faults []runcommandtest.Fault
		broken bool // the transport fails with an error that holds the marker
	}{
		{"no fault", nil, false},
		{"a lost reply", []runcommandtest.Fault{{Kind: runcommandtest.FaultResetAfterAccept}}, false},
		{"a throttled call", []runcommandtest.Fault{{Kind: runcommandtest.FaultThrottled}}, false},
		{"a page of a gateway", []runcommandtest.Fault{{Kind: runcommandtest.FaultBadGateway, Times: 2}}, false},
		{"a transport that repeats the request in its error", nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := runcommandtest.Start(t, runcommandtest.WithCredential(marker+"Id", marker+"Key"))
				srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
				takes(srv, runcommandtest.Outcome{Output: []byte(marker + " output")}, map[string]int{"i-1": 3})
				srv.Inject(c.faults...)
				col := newCollector()
				opts := []runcommand.Option{
					runcommand.WithObserver(col.observer()),
					runcommand.WithStaticCredential(marker+"Id", marker+"Key", ""),
				}
				if c.broken {
					opts = append(opts, runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
						if err := r.ParseForm(); err != nil {
							return nil, err
						}
						return nil, fmt.Errorf("proxy refused %v with %v", r.PostForm, r.Header)
					})}))
				}
				req := request(t, runcommand.Shell("echo "+marker+" {{p}}").Name("n").Parameter("p", marker+"Parameter").
					ClientToken(marker+"Token").Instances("i-1"))
				_, err := srv.Client(opts...).RunAndWait(t.Context(), req)
				require.Error(t, err, "the script fails")
				require.NotEmpty(t, col.spans.GetSpans())
				spans, err := json.Marshal(col.spans.GetSpans())
				require.NoError(t, err)
				text := string(spans) + fmt.Sprintf("%+v %+v", col.spans.GetSpans(), col.metrics(t))
				for _, form := range []string{marker, base64.StdEncoding.EncodeToString([]byte(marker))[:20], url.QueryEscape(marker)} {
					assert.NotContains(t, text, form)
				}
			})
		})
	}
}
