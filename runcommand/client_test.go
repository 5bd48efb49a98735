package runcommand_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

func TestOptionsThatCannotBeFollowedAreErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		option runcommand.Option
		says   string
	}{
		"nil":                              {nil, "option 1 is nil"},
		"no provider":                      {runcommand.WithCredential(nil), "WithCredential"},
		"a nil function for a provider":    {runcommand.WithCredential(runcommand.CredentialFunc(nil)), "WithCredential"},
		"half a pair, the id":              {runcommand.WithStaticCredential("id", "", ""), "WithStaticCredential"},
		"half a pair, the secret":          {runcommand.WithStaticCredential("", marker, ""), "WithStaticCredential"},
		"an endpoint without a scheme":     {runcommand.WithEndpoint("ecs.cn-hangzhou.aliyuncs.com"), "http://host"},
		"an endpoint with another scheme":  {runcommand.WithEndpoint("ftp://host"), "http://host"},
		"an endpoint without a host":       {runcommand.WithEndpoint("https://"), "http://host"},
		"an endpoint with only a port":     {runcommand.WithEndpoint("http://:80"), "http"},
		"an endpoint with a path":          {runcommand.WithEndpoint("https://host/path"), "path"},
		"an endpoint with a query":         {runcommand.WithEndpoint("https://host?" + marker), "query"},
		"an endpoint with a password":      {runcommand.WithEndpoint("https://user:" + marker + "@host"), "user"},
		"an endpoint that is no address":   {runcommand.WithEndpoint("https://ho st\x7f" + marker), "http"},
		"an endpoint in another alphabet":  {runcommand.WithEndpoint("https://主机"), "http"},
		"no HTTP client":                   {runcommand.WithHTTPClient(nil), "WithHTTPClient"},
		"no logger":                        {runcommand.WithLogger(nil), "WithLogger"},
		"a user agent with a line break":   {runcommand.WithUserAgent("a\r\nX-Evil: 1"), "WithUserAgent"},
		"a user agent in another alphabet": {runcommand.WithUserAgent("代理"), "WithUserAgent"},
		"negative attempts":                {runcommand.WithRetry(poll.Policy{}, -1), "WithRetry"},
		"no limiter":                       {runcommand.WithLimiter("RunCommand", nil), "WithLimiter"},
		"a limiter of another action":      {runcommand.WithLimiter("DeleteInstance", rate.NewLimiter(1, 1)), "DeleteInstance"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := runcommand.NewClient("cn-hangzhou", c.option)
			assert.Nil(t, client)
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			assert.ErrorContains(t, err, c.says)
			assert.NotContains(t, err.Error(), marker)
		})
	}
}

func TestOptionsThatCanBeFollowed(t *testing.T) {
	t.Parallel()
	for _, option := range []runcommand.Option{
		runcommand.WithEndpoint("http://127.0.0.1:8080"),
		runcommand.WithEndpoint("https://ecs-vpc.cn-hangzhou.aliyuncs.com/"),
		runcommand.WithEndpoint("http://[::1]:80"),
		runcommand.WithUserAgent(""),
		runcommand.WithRetry(poll.Policy{}, 0),
		runcommand.WithObserver(runcommand.Observer{}),
		runcommand.WithLimits(validate.Limits{}),
		runcommand.WithLimiter("DescribeInvocations", rate.NewLimiter(1, 1)),
	} {
		_, err := runcommand.NewClient("cn-hangzhou", option)
		assert.NoError(t, err)
	}
}

func TestARegionBecomesPartOfAHostNameAndIsChecked(t *testing.T) {
	t.Parallel()
	for _, region := range []string{
		"", " ", "CN-HANGZHOU", "cn_hangzhou", "cn-hangzhou ", "cn-hangzhou.evil.example/", "cn-hangzhou\n", "杭州", "a@b", "a:1", "#",
	} {
		client, err := runcommand.NewClient(region)
		assert.Nil(t, client)
		assert.ErrorIs(t, err, errors.ErrInvalidArgument, "%q", region)
	}
}

// TestEveryRegionHasItsHost asks through a transport that only notes the host.
func TestEveryRegionHasItsHost(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"cn-beijing":            "ecs.cn-beijing.aliyuncs.com",
		"ap-southeast-1":        "ecs.ap-southeast-1.aliyuncs.com",
		"cn-hangzhou":           "ecs-cn-hangzhou.aliyuncs.com",
		"cn-shanghai-finance-1": "ecs-cn-hangzhou.aliyuncs.com",
		"cn-shenzhen-finance-1": "ecs-cn-hangzhou.aliyuncs.com",
		"cn-north-2-gov-1":      "ecs.aliyuncs.com",
		"cn-hangzhou-finance":   "ecs.aliyuncs.com",
		"cn-edge-1":             "ecs.cn-qingdao-nebula.aliyuncs.com",
		"moon-base-7":           "ecs.moon-base-7.aliyuncs.com",
	} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			var scheme, host, parameter string
			client, err := runcommand.NewClient(region,
				runcommand.WithStaticCredential("id", "secret", ""),
				runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
					scheme, host = r.URL.Scheme, r.URL.Host
					require.NoError(t, r.ParseForm())
					parameter = r.PostForm.Get("RegionId")
					return accepted()(r)
				})}))
			require.NoError(t, err)
			req, err := minimal().Build()
			require.NoError(t, err)
			_, err = client.Run(t.Context(), req)
			require.NoError(t, err)
			assert.Equal(t, "https", scheme)
			assert.Equal(t, want, host)
			assert.Equal(t, region, parameter)
		})
	}
}

func TestAUserAgentNamesProductThenLibrary(t *testing.T) {
	t.Parallel()
	var agent string
	client := (&script{}).client(t, runcommand.WithUserAgent("deploy/1.2"),
		runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			agent = r.UserAgent()
			return accepted()(r)
		})}))
	req, err := minimal().Build()
	require.NoError(t, err)
	_, err = client.Run(t.Context(), req)
	require.NoError(t, err)
	assert.Regexp(t, `deploy/1\.2 runcommand-go$`, agent)
}

func TestCredentialsThatCannotSignAreNeverSent(t *testing.T) {
	t.Parallel()
	gone := errors.New("the vault is closed")
	for name, provider := range map[string]runcommand.CredentialFunc{
		"an error": func(context.Context) (runcommand.Credential, error) { return runcommand.Credential{}, gone },
		"nothing":  func(context.Context) (runcommand.Credential, error) { return runcommand.Credential{}, nil },
		"an id alone": func(context.Context) (runcommand.Credential, error) {
			return runcommand.Credential{AccessKeyID: marker}, nil
		},
		"a secret alone": func(context.Context) (runcommand.Credential, error) {
			return runcommand.Credential{AccessKeySecret: marker}, nil
		},
		"a token alone": func(context.Context) (runcommand.Credential, error) {
			return runcommand.Credential{SecurityToken: marker}, nil
		},
		"a line break": func(context.Context) (runcommand.Credential, error) {
			return runcommand.Credential{AccessKeyID: "id", AccessKeySecret: marker + "\n"}, nil
		},
		"a panic": func(context.Context) (runcommand.Credential, error) { panic(marker) },
		"a runtime's panic": func(context.Context) (runcommand.Credential, error) {
			var m map[string]int
			m["x"] = 1
			return runcommand.Credential{}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := runcommandtest.Start(t)
			client := srv.Client(runcommand.WithCredential(provider))
			req, err := minimal().Build()
			require.NoError(t, err)
			for method, err := range map[string]error{
				"Run":  func() error { _, err := client.Run(t.Context(), req); return err }(),
				"Stop": client.Invocation("t-1").Stop(t.Context()),
			} {
				_, ok := errors.AsType[*errors.CredentialError](err)
				assert.True(t, ok, "%s: %v", method, err)
				assert.ErrorIs(t, err, errors.ErrAuth)
				assert.False(t, errors.MayHaveRun(err))
				assert.NotContains(t, err.Error(), marker)
				if name == "an error" {
					assert.ErrorIs(t, err, gone)
				}
			}
			assert.Empty(t, srv.Calls(""))
		})
	}
}

func TestBlockedLookUpsObeyTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		release := make(chan struct{})
		client := srv.Client(runcommand.WithCredential(runcommand.CredentialFunc(func(context.Context) (runcommand.Credential, error) {
			<-release // as a metadata service that does not answer, and no regard for contexts
			return runcommand.Credential{AccessKeyID: runcommandtest.AccessKeyID, AccessKeySecret: runcommandtest.AccessKeySecret}, nil
		})))
		req, err := minimal().Build()
		require.NoError(t, err)
		began := time.Now()
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
				defer cancel()
				_, err := client.Run(ctx, req)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
				assert.False(t, errors.MayHaveRun(err))
			})
		}
		group.Wait()
		assert.Equal(t, 200*time.Millisecond, time.Since(began))
		_, err = client.Run(t.Context(), req)
		_, ok := errors.AsType[*errors.CredentialError](err)
		assert.True(t, ok, "without a deadline the look-up's own time limit ends it: %v", err)
		assert.LessOrEqual(t, time.Since(began), time.Minute)
		close(release)
		synctest.Wait()
		_, err = client.Run(t.Context(), req)
		assert.NoError(t, err, "a later look-up begins anew")
	})
}

// records reads what a JSON handler has written.
func records(t *testing.T, b *bytes.Buffer) []map[string]any {
	t.Helper()
	var list []map[string]any
	for dec := json.NewDecoder(b); dec.More(); {
		var r map[string]any
		require.NoError(t, dec.Decode(&r))
		list = append(list, r)
	}
	return list
}

func TestALoggerGetsOneRecordAnAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		srv, _ := setup(t)
		srv.Inject(
			runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, RetryAfter: 7 * time.Second},
			runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept},
		)
		client := srv.Client(runcommand.WithRetry(poll.Policy{Jitter: -1}, 0),
			runcommand.WithLogger(slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		inv := begin(t, client, runcommand.Shell("echo").Instances("i-1"))

		list := records(t, &b)
		require.Len(t, list, 3)
		for i, want := range []struct {
			level, msg, code string
			wait             time.Duration
		}{
			{"WARN", "runcommand: attempt failed", "Throttling.User", 0},
			{"WARN", "runcommand: attempt failed", "", 7 * time.Second},
			{"DEBUG", "runcommand: attempt accepted", "", 2 * time.Second},
		} {
			r := list[i]
			assert.Equal(t, want.level, r["level"])
			assert.Equal(t, want.msg, r["msg"])
			assert.Equal(t, "RunCommand", r["action"])
			assert.Equal(t, float64(i+1), r["attempt"])
			assert.Equal(t, float64(want.wait), r["wait"])
			assert.Contains(t, r, "duration")
			if want.code != "" {
				assert.Equal(t, want.code, r["code"])
				assert.NotEmpty(t, r["request_id"])
			} else {
				assert.NotContains(t, r, "code")
			}
			assert.Equal(t, want.level == "WARN", r["error"] != nil)
		}
		assert.Equal(t, inv.RequestID, list[2]["request_id"])
	})
}

func TestWarningsAboutARequestAreLoggedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		srv, _ := setup(t)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Times: 2})
		client := srv.Client(runcommand.WithLogger(slog.New(slog.NewJSONHandler(&b, nil))))
		req, err := runcommand.Shell("echo").Cron("0 0 12 * * ?").Instances("i-1").Build()
		require.NoError(t, err)
		warnings := req.Warnings(time.Now())
		require.NotEmpty(t, warnings, "a clock time without a zone")
		_, err = client.Run(t.Context(), req)
		require.NoError(t, err)
		var logged []string
		for _, r := range records(t, &b) {
			if r["msg"] == "runcommand: request warning" {
				assert.Equal(t, "WARN", r["level"])
				logged = append(logged, r["field"].(string)+": "+r["warning"].(string))
			}
		}
		require.Len(t, logged, len(warnings))
		for i, w := range warnings {
			assert.Equal(t, w.Field+": "+w.Message, logged[i])
		}
	})
}

func TestAnObserverSeesEveryAttemptAndPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		srv.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{Takes: 10 * time.Second}
		})
		diary := newDiary()
		client := srv.Client(append(diary.options(), runcommand.WithRetry(poll.Policy{Jitter: -1}, 0))...)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultDelayed, Delay: 3 * time.Second})
		inv := begin(t, client, runcommand.Shell("echo").Instances("i-1"))
		first := diary.seen[0]
		assert.Equal(t, runcommand.Attempt{Action: "RunCommand", RequestID: inv.RequestID, Number: 1, Duration: 3 * time.Second}, first)
		_, err := inv.Wait(t.Context())
		require.NoError(t, err)
		for _, action := range []string{"DescribeInvocations", "DescribeInvocationResults"} {
			assert.Equal(t, len(srv.Calls(action)), diary.attempts(action), action)
		}
		assert.NotEmpty(t, diary.progress)
		assert.Equal(t, 1, diary.progress[len(diary.progress)-1].Done)
	})
}

func TestAGatewayThatReadsTheQueryOnly(t *testing.T) {
	t.Parallel()
	srv, client := setup(t, runcommandtest.WithQueryOnly())
	req, err := runcommand.Shell("echo").Instances("i-1").Build()
	require.NoError(t, err)
	_, err = client.Run(t.Context(), req)
	require.ErrorIs(t, err, errors.ErrMissingArgument)
	assert.ErrorContains(t, err, "WithQueryParameters")
	assert.False(t, errors.MayHaveRun(err))
	assert.Zero(t, srv.Executions("i-1"))

	_, err = srv.Client(runcommand.WithQueryParameters()).RunAndWait(t.Context(), req)
	require.NoError(t, err)
	assert.Equal(t, 1, srv.Executions("i-1"))

	_, err = srv.Client(runcommand.WithQueryParameters()).AgentStatus(t.Context(), strings.Repeat("i", 3))
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "WithQueryParameters", "the option is on already")
}

func TestRequestsAreCheckedWithTheClientsLimits(t *testing.T) {
	t.Parallel()
	srv, _ := setup(t)
	req, err := runcommand.Shell("echo").Instances("i-1", "i-2").Build()
	require.NoError(t, err)
	_, err = srv.Client(runcommand.WithLimits(validate.Limits{Instances: 1})).Run(t.Context(), req)
	require.ErrorIs(t, err, errors.InstanceIdsExceedLimit)
	assert.Empty(t, srv.Calls(""))
}
