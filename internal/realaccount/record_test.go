package realaccount_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/realaccount"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// record asks questions and returns the folder with the recorded exchanges.
func record(tb testing.TB, srv *runcommandtest.Server, only ...string) string {
	tb.Helper()
	cfg := config(srv)
	cfg.Only, cfg.Record = only, filepath.Join(tb.TempDir(), "day")
	_, err := realaccount.Run(tb.Context(), cfg)
	require.NoError(tb, err)
	return cfg.Record
}

// files returns the content of every file of a folder.
func files(tb testing.TB, folder string) map[string]string {
	tb.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(tb, err)
	content := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(tb, err)
		content[filepath.Base(name)] = string(text)
	}
	return content
}

func TestRecordedFilesHoldNothingOfTheAccount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := startAccount(t)
		// A missing right brings the id and the name of the account into a reply.
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "StopInvocation"})
		content := files(t, record(t, srv))
		require.Greater(t, len(content), 200)

		// What the service and the client have used, beside the markers.
		secrets := append(ids(), accountKey, accountSecret, accountToken, markerName, markerHost, markerIP, markerVPC, "i-bp1markerstopped01", "i-bp1markergrouped01",
			"rg-markerone00001", "rg-markertwo00002", "real-account-", "runcommandtest.invalid", "Signature", "Authorization", "X-Acs-Date", "Security-Token", "marker")
		for _, inv := range srv.Invocations() {
			secrets = append(secrets, inv.ID, inv.CommandID)
		}
		for _, call := range srv.Calls("") {
			secrets = append(secrets, call.RequestID)
		}
		require.Greater(t, len(secrets), 300)
		var forms []string
		for _, secret := range secrets {
			for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), url.QueryEscape(secret)} {
				forms = append(forms, strings.ToLower(form))
			}
		}
		for name, text := range content {
			text = strings.ToLower(text)
			i := slices.IndexFunc(forms, func(form string) bool { return strings.Contains(text, form) })
			if !assert.Negative(t, i, name) {
				t.Log(forms[i])
			}
		}
	})
}

// The replies of the real service hold more than those of the local one. Only what is on the list of
// allowed fields may be recorded.
func TestOnlyAllowedFieldsOfAReplyAreRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := startAccount(t)
		srv.Control("DescribeInvocations", func(call runcommandtest.Call) runcommandtest.Verdict {
			if call.Parameters["InvokeId"] == "" { // the sweep
				return runcommandtest.Pass()
			}
			return runcommandtest.Answer(403, map[string]any{
				"RequestId": "1B2C3D4E-0000-4000-8000-000000000001", "HostId": "ecs.cn-hangzhou.aliyuncs.com", "Code": "InvalidInvokeId.NotFound",
				"Message": "see 192.168.7.6", "Recommend": "https://api.aliyun.com/troubleshoot?q=x",
				"AccessDeniedDetail": map[string]any{"AuthAction": "ecs:DescribeInvocations", "AuthPrincipalOwnerId": "1234567890123456", "EncodedDiagnosticMessage": "AQEAAA"},
				"Invocations": map[string]any{"Invocation": []any{map[string]any{
					"InvokeId": "t-hz0marker00000001", "CommandDescription": "of the account", "Username": "host 192.168.7.6 of 1234567890123456 at ecs.cn-hangzhou.aliyuncs.com and vpc-bp1marker00000000000",
				}}},
				"Nobody": []any{"knows"},
			})
		})
		text := files(t, record(t, srv, "unknown-invocation"))["0001.json"]
		got := realaccount.Exchange{}
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		assert.JSONEq(t, `{
			"RequestId": "00000000-0000-4000-8000-000000000001", "HostId": "removed", "Code": "InvalidInvokeId.NotFound", "Message": "removed", "Recommend": "removed",
			"AccessDeniedDetail": {"AuthAction": "ecs:DescribeInvocations", "AuthPrincipalOwnerId": "removed", "EncodedDiagnosticMessage": "removed"},
			"Invocations": {"Invocation": [{"InvokeId": "t-demo0000000000000002", "CommandDescription": "removed", "Username": "host removed of removed at removed and removed"}]},
			"Nobody": "removed"
		}`, string(got.Reply.Body))
		assert.Equal(t, 403, got.Reply.Status)
		assert.Equal(t, map[string]string{"RegionId": "cn-hangzhou", "InvokeId": "t-demo0000000000000001"}, got.Request.Parameters)
		assert.Equal(t, map[string]string{
			"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded", "X-Acs-Action": "DescribeInvocations", "X-Acs-Version": "2014-05-26",
		}, got.Request.Headers)
	})
}

// Lists without a filter also show the commands of other programs in the account.
func TestCommandsOfOtherProgramsAreNotRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := startAccount(t)
		other, err := runcommand.NewClient(runcommandtest.Region, runcommand.WithStaticCredential(accountKey, accountSecret, accountToken),
			runcommand.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
		require.NoError(t, err)
		req, err := runcommand.Shell("echo marker-output").Name("marker-command").Instances(ids()[0]).Build()
		require.NoError(t, err)
		_, err = other.RunAndWait(t.Context(), req)
		require.NoError(t, err)
		all := strings.Join(slices.Collect(maps.Values(files(t, record(t, srv, "output-without-id")))), "\n")
		assert.Contains(t, all, `"InvokeStatus": "Finished"`, "the list has a row")
		for _, secret := range []string{"echo marker-output", "marker-output\n", "marker-command"} {
			assert.NotContains(t, all, secret)
			assert.NotContains(t, all, base64.StdEncoding.EncodeToString([]byte(secret)))
		}
	})
}

func TestAReplyThatIsNoJSONIsNotRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := startAccount(t)
		srv.Control("DescribeInvocations", func(runcommandtest.Call) runcommandtest.Verdict {
			return runcommandtest.Answer(502, "<html>proxy of marker</html>")
		})
		cfg := config(srv)
		cfg.Only, cfg.Record = []string{"unknown-invocation"}, filepath.Join(t.TempDir(), "day")
		report, err := realaccount.Run(t.Context(), cfg)
		assert.ErrorContains(t, err, "the schedules that may be left were not listed (look for commands named runcommand-go-real-account)")
		assert.Equal(t, realaccount.NotAnswered, report.Answers[0].Verdict)
		assert.Contains(t, files(t, cfg.Record)["0001.json"], `"Body": "removed"`)
	})
}

func TestParametersInTheURLAreRecordedToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := config(startAccount(t))
		cfg.Only, cfg.Query, cfg.Record = []string{"unknown-invocation"}, true, filepath.Join(t.TempDir(), "day")
		_, err := realaccount.Run(t.Context(), cfg)
		require.NoError(t, err)
		got := realaccount.Exchange{}
		require.NoError(t, json.Unmarshal([]byte(files(t, cfg.Record)["0001.json"]), &got))
		assert.True(t, got.Request.InURL)
		assert.Equal(t, map[string]string{"RegionId": "cn-hangzhou", "InvokeId": "t-demo0000000000000001"}, got.Request.Parameters)
	})
}

func TestARecordedDayIsNotOverwritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := startAccount(t)
		cfg := config(srv)
		cfg.Only, cfg.Record = []string{"type-case"}, record(t, srv, "type-case")
		_, err := realaccount.Run(t.Context(), cfg)
		assert.ErrorContains(t, err, "holds 3 JSON files already; give an empty one")

		cfg.Record = filepath.Join(cfg.Record, "day.json", "below-a-file")
		_, err = realaccount.Run(t.Context(), cfg)
		assert.ErrorContains(t, err, "record: mkdir")
	})
}

func TestAReplayFailsForWhatWasNotRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		folder := record(t, startAccount(t), "type-case", "repeat-case")

		replay := func(only ...string) *realaccount.Report {
			r, err := realaccount.NewReplayer(folder)
			require.NoError(t, err)
			cfg, err := r.Config()
			require.NoError(t, err)
			cfg.Only = only
			report, err := realaccount.Run(t.Context(), cfg)
			assert.ErrorContains(t, err, "the schedules that may be left were not listed")
			return report
		}
		other := replay("repeat-case").Answers[0]
		assert.Equal(t, realaccount.NotAnswered, other.Verdict)
		assert.Contains(t, other.Reason, `exchange 1 is the call RunCommand CommandContent="dHJ1ZQ=="`)
		assert.Contains(t, other.Reason, `Type="runshellscript"; the program made the call RunCommand`)

		require.NoError(t, os.Remove(filepath.Join(folder, "0003.json")))
		require.NoError(t, os.Remove(filepath.Join(folder, "0002.json")))
		cut := replay("type-case", "repeat-case").Answers
		assert.Equal(t, realaccount.AsAssumed, cut[0].Verdict)
		assert.Equal(t, realaccount.NotAnswered, cut[1].Verdict)
		assert.Contains(t, cut[1].Reason, "0002.json")
	})
	_, err := realaccount.NewReplayer(t.TempDir())
	assert.ErrorIs(t, err, os.ErrNotExist)

	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "day.json"), []byte("{"), 0o600))
	_, err = realaccount.NewReplayer(folder)
	assert.ErrorContains(t, err, "replay: day.json: unexpected end of JSON input")

	require.NoError(t, os.WriteFile(filepath.Join(folder, "day.json"), []byte(`{"Long":"soon"}`), 0o600))
	r, err := realaccount.NewReplayer(folder)
	require.NoError(t, err)
	_, err = r.Config()
	assert.ErrorContains(t, err, "replay: day.json: Long")
}
