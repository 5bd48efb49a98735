package realaccount_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/realaccount"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestAServiceThatBehavesDifferentlyGetsTheVerdictDiffers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		option runcommandtest.Option
		only   []string
		want   map[string]string // the answers that differ
		same   []string          // the questions whose answers are as assumed
	}{
		"commands that become visible after 45 seconds": {
			runcommandtest.WithVisibilityDelay(45 * time.Second), []string{"visibility-delay"}, map[string]string{"visibility-delay": "within 2 minutes"}, nil,
		},
		"commands that become visible after 10 minutes": {
			runcommandtest.WithVisibilityDelay(10 * time.Minute), []string{"visibility-delay", "visibility-by-tags"},
			map[string]string{"visibility-delay": "not within 2 minutes", "visibility-by-tags": "not within 2 minutes"}, nil,
		},
		"form bodies that are not read, while other questions are asked in the URL": {
			runcommandtest.WithQueryOnly(), []string{"form-body", "query-string", "token-replay"},
			map[string]string{"form-body": "not read: MissingRegionId"}, []string{"query-string", "token-replay"},
		},
		"tokens that live for 4 minutes": {
			runcommandtest.WithIdempotencyWindow(4 * time.Minute), []string{"token-trust", "token-lifetime"},
			map[string]string{"token-trust": "a second command", "token-lifetime": "shorter than 6m0s"}, nil,
		},
		"calls that are refused as a whole for a stopped instance": {
			runcommandtest.WithWholeCallRefusals(), []string{"instance-stopped", "user-missing"},
			map[string]string{"instance-stopped": "InstanceNotRunning"}, []string{"user-missing"},
		},
		"agents that refuse schedules that are documented": {
			runcommandtest.WithAgentRefusals(), []string{"cron-bare-l", "cron-to-sunday"},
			map[string]string{"cron-bare-l": "accepted, then Invalid BadCronExpression", "cron-to-sunday": "accepted, then Invalid CronExpressionExpired"}, nil,
		},
		"other limits": {
			runcommandtest.WithLimits(runcommandtest.Limits{Parameters: 20, Content: 24_000, Page: 100, ResourceTags: 10}),
			[]string{"parameter-eleven", "content-size", "max-results-51", "resource-tags-eleven"},
			map[string]string{
				"parameter-eleven": "accepted", "content-size": "24576 bytes: CmdContent.ExceedLimit, 24580 bytes: CmdContent.ExceedLimit",
				"max-results-51": "answered", "resource-tags-eleven": "NumberExceed.ResourceTags",
			}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cfg := config(startAccount(t, c.option))
				cfg.Only = c.only
				report, err := realaccount.Run(t.Context(), cfg)
				require.NoError(t, err)
				assert.Equal(t, len(c.want), report.Count(realaccount.Differs))
				var markdown bytes.Buffer
				require.NoError(t, report.WriteMarkdown(&markdown))
				for _, a := range report.Answers {
					want, differs := c.want[a.ID]
					if !differs {
						assert.Contains(t, c.same, a.ID)
						assert.Equal(t, realaccount.AsAssumed, a.Verdict, a.ID)
						continue
					}
					assert.Equal(t, realaccount.Differs, a.Verdict, a.ID)
					assert.Equal(t, want, a.Answer)
					assert.Contains(t, markdown.String(), "**differs: "+want+"**")
				}
			})
		})
	}
}

// Replies that the local service never gives stand for a service that works in another way.
func TestOddRepliesAreTold(t *testing.T) {
	t.Parallel()
	list := map[string]any{"RequestId": "1", "Invocations": map[string]any{"Invocation": []any{map[string]any{"InvokeId": "t-1"}}}}
	rows := map[string]any{"RequestId": "1", "Invocation": map[string]any{"InvocationResults": map[string]any{"InvocationResult": []any{map[string]any{"Username": "root"}}}}}
	bare := map[string]any{"RequestId": "1", "Invocations": map[string]any{"Invocation": []any{map[string]any{"InvokeId": "t-hz0000000000000001"}}}}
	nameless := map[string]any{"RequestId": "1"}
	for name, c := range map[string]struct {
		id, action string
		reply      any
		verdict    realaccount.Verdict
		want       string
	}{
		"a filter in the body that has no effect":        {"form-body", "DescribeInvocations", list, realaccount.Differs, "read in part: the InvokeId had no effect"},
		"commands for an unknown id":                     {"unknown-invocation", "DescribeInvocations", list, realaccount.Differs, "a list with commands"},
		"rows for an unknown id":                         {"unknown-results", "DescribeInvocationResults", rows, realaccount.Differs, "rows"},
		"a user name for the default user":               {"username-default", "DescribeInvocationResults", rows, realaccount.Differs, "root"},
		"a dry run without an id":                        {"dry-run", "RunCommand", nameless, realaccount.Differs, "no InvokeId"},
		"a row of a command without an id":               {"user-missing", "RunCommand", nameless, realaccount.NotAnswered, "the reply names no invocation"},
		"a schedule without an id":                       {"rate-zero", "RunCommand", nameless, realaccount.NotAnswered, "the reply names no invocation"},
		"a first command without an id":                  {"token-replay", "RunCommand", nameless, realaccount.NotAnswered, "the reply names no invocation"},
		"a command without an id that is not waited for": {"visibility-delay", "RunCommand", nameless, realaccount.NotAnswered, "the reply names no invocation"},
		"two replies without an id":                      {"token-json-order", "RunCommand", nameless, realaccount.Differs, "no InvokeId"},
		"an invocation without instances":                {"user-missing", "DescribeInvocations", bare, realaccount.NotAnswered, "the invocation had no instance for 3m0s"},
		"an agent for another system":                    {"agents-system-filter", "DescribeCloudAssistantStatus", agentReply(), realaccount.Differs, "1 rows"},
		"one agent of many":                              {"agents-max-results", "DescribeCloudAssistantStatus", agentReply(), realaccount.Differs, "1 of 12 rows"},
		"no instance of the name":                        {"name-case", "DescribeInstances", nameless, realaccount.NotAnswered, "it needs an instance that DescribeInstances lists"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := startAccount(t)
				srv.Control(c.action, func(call runcommandtest.Call) runcommandtest.Verdict {
					if call.Parameters["Timed"] != "" { // the sweep
						return runcommandtest.Pass()
					}
					return runcommandtest.Answer(200, c.reply)
				})
				cfg := config(srv)
				cfg.Only = []string{c.id}
				report, err := realaccount.Run(t.Context(), cfg)
				require.NoError(t, err)
				require.Len(t, report.Answers, 1)
				assert.Equal(t, c.verdict, report.Answers[0].Verdict)
				assert.Equal(t, c.want, report.Answers[0].Answer+report.Answers[0].Reason)
			})
		})
	}
}

// agentReply is a reply with the status of one agent.
func agentReply() any {
	return map[string]any{"RequestId": "1", "InstanceCloudAssistantStatusSet": map[string]any{"InstanceCloudAssistantStatus": []any{map[string]any{"InstanceId": "i-1"}}}}
}

func TestARefusalThatIsNotAboutTheQuestionIsNoAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault runcommandtest.Fault
		want  string
	}{
		"a missing right":      {runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "RunCommand", Times: 1}, "the service refused a call with Forbidden.RAM"},
		"throttling":           {runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: "RunCommand"}, "the service refused a call with Throttling.User"},
		"a refused connection": {runcommandtest.Fault{Kind: runcommandtest.FaultRefused, Action: "RunCommand"}, "connection refused"},
		"a page of a proxy":    {runcommandtest.Fault{Kind: runcommandtest.FaultBadGateway, Action: "RunCommand"}, "the reply with HTTP status 502 is not one of the service"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, id := range []string{"type-case", "rate-zero", "dry-run", "token-replay"} {
				synctest.Test(t, func(t *testing.T) {
					srv := startAccount(t)
					srv.Inject(c.fault)
					cfg := config(srv)
					cfg.Only = []string{id}
					report, err := realaccount.Run(t.Context(), cfg)
					require.NoError(t, err)
					require.Len(t, report.Answers, 1)
					assert.Equal(t, realaccount.NotAnswered, report.Answers[0].Verdict, id)
					assert.Empty(t, report.Answers[0].Answer, id)
					assert.Contains(t, report.Answers[0].Reason, c.want, id)
				})
			}
		})
	}
}

func TestAQuestionWithoutWhatItNeedsIsNotAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := config(startAccount(t))
		cfg.Instances, cfg.Stopped, cfg.Group, cfg.Long, cfg.Query = cfg.Instances[:1], "", "", 0, true
		cfg.Only = []string{"token-place", "token-instance-order", "instances-page", "agents-max-results", "instance-stopped", "other-resource-group", "token-lifetime"}
		report, err := realaccount.Run(t.Context(), cfg)
		require.NoError(t, err)
		reasons := map[string]string{}
		for _, a := range report.Answers {
			assert.Equal(t, realaccount.NotAnswered, a.Verdict)
			assert.Zero(t, a.Calls)
			reasons[a.ID] = a.Reason
		}
		assert.Equal(t, map[string]string{
			"token-place":          "it needs parameters that are sent in the body",
			"token-instance-order": "it needs 2 instances",
			"instances-page":       "it needs 11 instances",
			"agents-max-results":   "it needs 2 instances",
			"instance-stopped":     "it needs a stopped instance; give -stopped",
			"other-resource-group": "it needs an instance of a resource group and another group; give -grouped and -group",
			"token-lifetime":       "it takes long; ask it with -long",
		}, reasons)
	})
}

// A transport that edits replies stands for a service that has codes and statuses of its own.
func TestTheReportNamesCodesAndStatusesThatAreNotDocumented(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := config(startAccount(t))
		local := cfg.Transport
		cfg.Only = []string{"type-case", "repeat-case", "unknown-invocation"}
		cfg.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
			res, err := local.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			body, err := io.ReadAll(res.Body)
			text := string(body)
			if strings.Contains(text, `"InvalidCmdType.NotFound"`) {
				res.StatusCode = http.StatusForbidden
			}
			text = strings.ReplaceAll(text, "InvalidRepeatMode.NotFound", "InvalidRepeatMode.Unheard")
			res.Body = io.NopCloser(strings.NewReader(text))
			return res, err
		})
		report, err := realaccount.Run(t.Context(), cfg)
		require.NoError(t, err)
		assert.Equal(t, []realaccount.CodeSeen{
			{Action: "RunCommand", Code: "InvalidCmdType.NotFound", HTTPStatus: 403, Documented: 404, Times: 1},
			{Action: "RunCommand", Code: "InvalidRepeatMode.Unheard", HTTPStatus: 404, Times: 1},
		}, report.Codes)
		var markdown bytes.Buffer
		require.NoError(t, report.WriteMarkdown(&markdown))
		assert.Contains(t, markdown.String(), "| RunCommand | InvalidCmdType.NotFound | 403 | 404 | 1 |")
		assert.Contains(t, markdown.String(), "| RunCommand | InvalidRepeatMode.Unheard | 404 | no | 1 |")
	})
}

func TestEveryScheduleIsStoppedAtTheEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		only    string
		disturb func(context.Context, *runcommandtest.Server) (context.Context, context.CancelFunc)
		wantErr error
	}{
		"although the reply that names it was lost": {"rate-zero", func(ctx context.Context, srv *runcommandtest.Server) (context.Context, context.CancelFunc) {
			srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept, Action: "RunCommand"})
			return context.WithCancel(ctx)
		}, nil},
		"although the first stop was refused": {"rate-zero", func(ctx context.Context, srv *runcommandtest.Server) (context.Context, context.CancelFunc) {
			srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultInternalError, Action: "StopInvocation"})
			return context.WithCancel(ctx)
		}, nil},
		"although the program was ended": {"stop-after-run", func(ctx context.Context, _ *runcommandtest.Server) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 20*time.Second)
		}, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := startAccount(t)
				ctx, cancel := c.disturb(t.Context(), srv)
				defer cancel()
				cfg := config(srv)
				cfg.Only = []string{c.only}
				report, err := realaccount.Run(ctx, cfg)
				assert.ErrorIs(t, err, c.wantErr)
				require.NotNil(t, report)
				assert.Empty(t, report.Open)
				require.Len(t, srv.Invocations(), 1)
				assert.Equal(t, runcommandtest.Status("Stopped"), srv.Invocations()[0].Status)
			})
		})
	}
}

// A service that ignores the filter by name lists the schedules of others. They must go on.
func TestAScheduleOfSomebodyElseGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := startAccount(t)
		request, err := runcommand.Shell("true").Name("backup").Every(time.Hour).Instances(ids()[0]).Build()
		require.NoError(t, err)
		other, err := srv.Client().Run(t.Context(), request)
		require.NoError(t, err)
		srv.Control("DescribeInvocations", func(runcommandtest.Call) runcommandtest.Verdict {
			row := map[string]any{"InvokeId": other.ID, "CommandName": "backup", "InvocationStatus": "Scheduled"}
			return runcommandtest.Answer(200, map[string]any{"RequestId": "1", "Invocations": map[string]any{"Invocation": []any{row}}})
		})

		cfg := config(srv)
		cfg.Only = []string{"type-case"}
		report, err := realaccount.Run(t.Context(), cfg)
		require.NoError(t, err)
		assert.Empty(t, report.Open)
		assert.Equal(t, runcommandtest.Status("Scheduled"), srv.Invocations()[0].Status)
	})
}

func TestWhatCannotBeStoppedIsNamed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := startAccount(t)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: errors.OperationForbidden, Action: "StopInvocation", Times: 3})
		cfg := config(srv)
		cfg.Only = []string{"stop-waiting"}
		report, err := realaccount.Run(t.Context(), cfg)
		require.NoError(t, err)
		require.NotEmpty(t, report.Open)
		id := srv.Invocations()[0].ID
		assert.Equal(t, id, report.Open[0])
		var markdown bytes.Buffer
		require.NoError(t, report.WriteMarkdown(&markdown))
		assert.Contains(t, markdown.String(), "**Stop these invocations by hand: "+id)
	})
}
