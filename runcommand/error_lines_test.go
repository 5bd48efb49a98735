package runcommand_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// requestID matches the id of a request, which differs in every run.
var requestID = regexp.MustCompile(`[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}`)

// logged returns what log.Fatal(err) prints.
func logged(err error) string {
	if err == nil {
		return ""
	}
	return requestID.ReplaceAllString(err.Error(), "R")
}

// runAndWait runs the command of b to its end.
func runAndWait(tb testing.TB, c *runcommand.Client, b runcommand.Builder, opts ...runcommand.WaitOption) error {
	tb.Helper()
	req, err := b.Build()
	if err == nil {
		_, err = c.RunAndWait(tb.Context(), req, opts...)
	}
	return err
}

// The lines are what a person sees of a program that ends with log.Fatal(err). Each says what
// happened, to what, and what to do when that is not plain.
func TestEveryErrorSaysWhatToDoNext(t *testing.T) {
	t.Parallel()
	fault := func(f runcommandtest.Fault) func(*testing.T, *runcommandtest.Server, *runcommand.Client) error {
		return func(t *testing.T, srv *runcommandtest.Server, c *runcommand.Client) error {
			f.Times = -1
			if f.Action == "" {
				f.Action = "RunCommand"
			}
			srv.Inject(f)
			return runAndWait(t, c, minimal())
		}
	}
	refusal := func(code errors.Code) func(*testing.T, *runcommandtest.Server, *runcommand.Client) error {
		return fault(runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: code})
	}
	outcome := func(o runcommandtest.Outcome) func(*testing.T, *runcommandtest.Server, *runcommand.Client) error {
		return func(t *testing.T, srv *runcommandtest.Server, c *runcommand.Client) error {
			setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": o})
			return runAndWait(t, c, minimal())
		}
	}
	connection := func(err error) func(*testing.T, *runcommandtest.Server, *runcommand.Client) error {
		return func(t *testing.T, _ *runcommandtest.Server, _ *runcommand.Client) error {
			return runAndWait(t, newScript(func(*http.Request) (*http.Response, error) { return nil, err }).client(t), minimal())
		}
	}
	client := func(region string, opts ...runcommand.Option) func(*testing.T, *runcommandtest.Server, *runcommand.Client) error {
		return func(t *testing.T, srv *runcommandtest.Server, _ *runcommand.Client) error {
			opts = append([]runcommand.Option{
				runcommand.WithStaticCredential(runcommandtest.AccessKeyID, runcommandtest.AccessKeySecret, ""),
				runcommand.WithHTTPClient(&http.Client{Transport: srv.Transport()}),
			}, opts...)
			c, err := runcommand.NewClient(region, opts...)
			if err != nil {
				return err
			}
			return runAndWait(t, c, minimal())
		}
	}
	wait := func(takes time.Duration, limit time.Duration, opts ...runcommand.WaitOption) func(*testing.T, *runcommandtest.Server, *runcommand.Client) error {
		return func(t *testing.T, srv *runcommandtest.Server, c *runcommand.Client) error {
			setDuration(srv, &takes)
			req, err := minimal().Timeout(24 * time.Hour).Build()
			require.NoError(t, err)
			ctx := t.Context()
			if limit > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, limit)
				defer cancel()
			}
			_, err = c.RunAndWait(ctx, req, opts...)
			return err
		}
	}
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 443}, Err: err}
	}
	for _, tt := range []struct {
		name string
		do   func(*testing.T, *runcommandtest.Server, *runcommand.Client) error
		want string
	}{
		{"a request that breaks rules", func(t *testing.T, _ *runcommandtest.Server, c *runcommand.Client) error {
			return runAndWait(t, c, runcommand.Shell("").Timeout(-time.Second).Name(strings.Repeat("n", 129)))
		},
			"invalid request: CommandContent: is empty (MissingCommandContent); InstanceId: is missing, give instance ids or resource tags (MissingParam.InstanceId); Name: has 129 characters, the limit is 128 (CmdName.ExceedLimit); Timeout: is negative, -1s; leave it 0 for the default of 1m0s (the client's own check) (InvalidTimeout.ExceedLimit)"},
		{"a schedule that is none", func(t *testing.T, _ *runcommandtest.Server, c *runcommand.Client) error {
			return runAndWait(t, c, minimal().Cron("0 12 * * *"))
		},
			"invalid request: Frequency: is not a schedule: want 6 to 8 fields, not 5; unlike in crontab, the first field is the second, so put 0 in front; weekdays count from 1 = Monday; write 0 0 12 * * * (InvalidParam.Frequency)"},
		{"a schedule alone", func(*testing.T, *runcommandtest.Server, *runcommand.Client) error {
			_, err := frequency.Parse("5m")
			return err
		},
			"frequency: an interval has the form rate(...); write rate(5m)\n\t5m\n\t^"},
		{"a zone in place of a region", client("cn-hangzhou-b"),
			"runcommand: region: it looks like a zone of the region cn-hangzhou; give cn-hangzhou: invalid argument"},
		{"a region that the service does not know", client("eu-west-77"),
			`command not accepted after 1 attempt: RunCommand: InvalidRegionId.NotFound (HTTP 404, request R): the region "eu-west-77" does not exist; check the id of the region`},
		{"another region than the client's", func(t *testing.T, _ *runcommandtest.Server, c *runcommand.Client) error {
			return runAndWait(t, c, minimal().Region("cn-beijing"))
		},
			"invalid request: RegionId: is not the region of this client; make a client for each region (the client's own check) (InvalidRegionId.NotFound)"},
		{"a region without RunCommand", refusal(errors.RegionIdApiNotSupported),
			"command not accepted after 1 attempt: RunCommand: RegionId.ApiNotSupported (HTTP 400, request R): the call was refused on purpose; use another region"},

		{"an empty access key", client("cn-hangzhou", runcommand.WithStaticCredential("id", "", "")),
			"runcommand: WithStaticCredential: access key id or secret is empty: invalid argument"},
		{"a provider that fails", client("cn-hangzhou", runcommand.WithCredential(runcommand.CredentialFunc(func(context.Context) (runcommand.Credential, error) {
			return runcommand.Credential{}, errors.New("the vault is closed")
		}))),
			"command not accepted after 1 attempt: no credential: the vault is closed"},
		{"an access key that is unknown", client("cn-hangzhou", runcommand.WithStaticCredential("wrong", "x", "")),
			"command not accepted after 1 attempt: RunCommand: InvalidAccessKeyId.NotFound (HTTP 404, request R): the access key id is unknown; check the access key id of the client's credential"},
		{"a wrong secret", client("cn-hangzhou", runcommand.WithStaticCredential(runcommandtest.AccessKeyID, "x", "")),
			"command not accepted after 1 attempt: RunCommand: SignatureDoesNotMatch (HTTP 400, request R): the signature is wrong; check the access key secret of the client's credential"},
		{"a token that has expired", fault(runcommandtest.Fault{Kind: runcommandtest.FaultExpiredCredential}),
			"command not accepted after 2 attempts: RunCommand: InvalidSecurityToken.Expired (HTTP 400, request R): the security token has expired; use a credential that is renewed, such as the default chain or WithCredential"},
		{"a clock that is wrong", fault(runcommandtest.Fault{Kind: runcommandtest.FaultClockSkew}),
			"command not accepted after 1 attempt: RunCommand: InvalidTimeStamp.Expired (HTTP 400, request R): the local clock is more than 15 minutes off; set the clock of this machine"},
		{"a missing right", fault(runcommandtest.Fault{Kind: runcommandtest.FaultPermission}),
			"command not accepted after 1 attempt: RunCommand: Forbidden.RAM (HTTP 403, request R): the principal is not authorized to do this (needs ecs:RunCommand)"},
		{"a missing right that is not named", refusal(errors.ForbiddenRAM),
			"command not accepted after 1 attempt: RunCommand: Forbidden.RAM (HTTP 403, request R): the call was refused on purpose (needs ecs:RunCommand)"},

		{"no name resolution", connection(&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "ecs.cn-hangzhou.aliyuncs.com", IsNotFound: true}}),
			"command not accepted after 5 attempts: RunCommand: nothing was sent: dial tcp: lookup ecs.cn-hangzhou.aliyuncs.com: no such host; check the region, the endpoint and the network"},
		{"no network", connection(dial(syscall.ENETUNREACH)),
			"command not accepted after 5 attempts: RunCommand: nothing was sent: dial tcp 10.0.0.1:443: network is unreachable; check the network, the endpoint and the proxy"},
		{"a connection that is refused", connection(dial(syscall.ECONNREFUSED)),
			"command not accepted after 5 attempts: RunCommand: nothing was sent: dial tcp 10.0.0.1:443: connection refused; check the network, the endpoint and the proxy"},
		{"a certificate of an unknown authority", connection(dial(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}})),
			"command not accepted after 1 attempt: RunCommand: nothing was sent: dial tcp 10.0.0.1:443: tls: failed to verify certificate: x509: certificate signed by unknown authority; check the endpoint, or trust the authority of its certificate with WithHTTPClient"},
		{"a lost reply", fault(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept}),
			"command may or may not have been accepted after 5 attempts: RunCommand: no reply: read tcp: read: connection reset by peer; run the same request with its ClientToken within minutes, or look for it with Client.Invocations"},
		{"a page of a proxy", fault(runcommandtest.Fault{Kind: runcommandtest.FaultBadGateway}),
			"command may or may not have been accepted after 5 attempts: RunCommand: unusable reply (HTTP 502, 152 bytes of body kept): not an answer of the service; run the same request with its ClientToken within minutes, or look for it with Client.Invocations"},
		{"a service that fails", fault(runcommandtest.Fault{Kind: runcommandtest.FaultInternalError}),
			"command may or may not have been accepted after 5 attempts: RunCommand: InternalError (HTTP 500, request R): the service has failed; run the same request with its ClientToken within minutes, or look for it with Client.Invocations"},
		{"no answer", fault(runcommandtest.Fault{Kind: runcommandtest.FaultSilent}),
			"command may or may not have been accepted after 5 attempts: RunCommand: no reply: no answer within 30s; run the same request with its ClientToken within minutes, or look for it with Client.Invocations"},
		{"throttling to the end", fault(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled}),
			"command not accepted after 5 attempts: RunCommand: Throttling.User (HTTP 400, request R): the call was refused because of flow control; call less often, or try again later"},
		{"a quota of commands", refusal(errors.CmdCountExceedQuota),
			"command not accepted after 1 attempt: RunCommand: CmdCount.ExceedQuota (HTTP 403, request R): the call was refused on purpose; delete kept commands, or ask for a larger quota"},
		{"a quota of a day", refusal(errors.InvocationExceedQuota),
			"command not accepted after 1 attempt: RunCommand: Invocation.ExceedQuota (HTTP 403, request R): the call was refused on purpose; run it on the next day, or ask for a larger quota"},
		{"a token of another command", fault(runcommandtest.Fault{Kind: runcommandtest.FaultTokenMismatch}),
			"command not accepted after 1 attempt: RunCommand: IdempotentParameterMismatch (HTTP 403, request R): the ClientToken was used with other parameters; look for the earlier command, and use a new client token only when both are to run"},

		{"an unknown instance", func(t *testing.T, _ *runcommandtest.Server, c *runcommand.Client) error {
			return runAndWait(t, c, runcommand.Shell("true").Instances("i-404"))
		},
			`command not accepted after 1 attempt: RunCommand: InvalidInstance.NotFound (HTTP 404, request R): the instance "i-404" does not exist in the region; check the ids and the region, Client.Preflight names the instances that are unknown`},
		{"a command of another system", func(t *testing.T, _ *runcommandtest.Server, c *runcommand.Client) error {
			return runAndWait(t, c, runcommand.Bat("dir").Instances("i-1"))
		},
			`command not accepted after 1 attempt: RunCommand: InvalidInstance.NotMatch (HTTP 400, request R): RunBatScript does not run on the instance "i-1" with Linux; use Shell for Linux, and PowerShell or Bat for Windows`},
		{"a script that fails", outcome(runcommandtest.Outcome{ExitCode: 3}),
			"invocation t-hz0000000000000001: 1 of 1 instance failed: i-1 Failed, exit code 3"},
		{"a script over its timeout", outcome(runcommandtest.Outcome{Takes: time.Hour}),
			"invocation t-hz0000000000000001: 1 of 1 instance failed: i-1 Timeout, ExecutionTimeout: The script ran longer than its timeout and was killed; give the command a longer timeout, or make the script faster"},
		{"an agent that is offline", outcome(runcommandtest.Outcome{Code: errors.ClientNotOnline}),
			"invocation t-hz0000000000000001: 1 of 1 instance failed: i-1 Aborted, ClientNotOnline: The agent is offline; check that the agent runs and that the instance reaches the network"},
		{"an instance that is off", outcome(runcommandtest.Outcome{Code: errors.InstanceNotRunning}),
			"invocation t-hz0000000000000001: 1 of 1 instance failed: i-1 Aborted, InstanceNotRunning: The instance is not running; start the instance"},
		{"a user that does not exist", outcome(runcommandtest.Outcome{Code: errors.AccountNotExists}),
			"invocation t-hz0000000000000001: 1 of 1 instance failed: i-1 Invalid, AccountNotExists: The user does not exist on the instance"},
		{"two different failures", func(t *testing.T, srv *runcommandtest.Server, c *runcommand.Client) error {
			setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {ExitCode: 3}, "i-2": {Code: errors.ClientNotOnline}})
			return runAndWait(t, c, onThreeInstances())
		},
			"invocation t-hz0000000000000001: 2 of 3 instances failed: i-1 Failed, exit code 3; i-2 Aborted, ClientNotOnline: The agent is offline"},
		{"a check before the run", func(t *testing.T, srv *runcommandtest.Server, c *runcommand.Client) error {
			srv.AddInstance(runcommandtest.Instance{ID: "i-1", Offline: true})
			req, err := minimal().Build()
			require.NoError(t, err)
			found, err := c.Preflight(t.Context(), req)
			require.NoError(t, err)
			return found.Err()
		},
			"instance i-1: ClientNotOnline: the agent sent no heartbeat for two minutes; check that the agent runs and that the instance reaches the network"},

		{"a wait that the deadline ended", wait(time.Hour, time.Minute),
			"wait for invocation t-hz0000000000000001 ended with 0 of 1 instance done: context deadline exceeded; the command may still run: wait for it again with Client.Invocation"},
		{"a wait that was too long", wait(time.Hour, 0, runcommand.MaxWait(time.Minute)),
			"wait for invocation t-hz0000000000000001 ended with 0 of 1 instance done: the longest wait of 1m0s is over: context deadline exceeded; the command may still run: wait for it again with Client.Invocation"},
		{"a wait that ended with a stop", wait(time.Hour, time.Minute, runcommand.StopOnCancel(10*time.Second)),
			"wait for invocation t-hz0000000000000001 ended with 1 of 1 instance done: context deadline exceeded; the command was asked to stop"},
		{"a wait that may not read", func(t *testing.T, srv *runcommandtest.Server, c *runcommand.Client) error {
			srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: states, Times: -1})
			return runAndWait(t, c, minimal())
		},
			"wait for invocation t-hz0000000000000001 ended with 0 of 1 instance done: DescribeInvocations: Forbidden.RAM (HTTP 403, request R): the principal is not authorized to do this (needs ecs:DescribeInvocations)"},
		{"an invocation that is unknown", func(t *testing.T, _ *runcommandtest.Server, c *runcommand.Client) error {
			_, err := c.Invocation("t-404").Wait(t.Context())
			return err
		},
			"wait for invocation t-404 ended, nothing known about its instances yet: the service does not list this invocation (not yet, no longer, or in another region or resource group)"},
		{"a schedule without an end", func(t *testing.T, _ *runcommandtest.Server, c *runcommand.Client) error {
			return runAndWait(t, c, minimal().Every(time.Hour))
		},
			"wait for invocation t-hz0000000000000001 ended with 0 of 1 instance done: the schedule has no end, so the wait would never end: read the runs so far with Invocation.History, or stop the invocation with Invocation.Stop"},
		{"a restart that is not known", func(t *testing.T, _ *runcommandtest.Server, c *runcommand.Client) error {
			return runAndWait(t, c, minimal().OnNextReboot())
		},
			"wait for invocation t-hz0000000000000001 ended with 0 of 1 instance done: it is not known when the instance will restart: bound the wait with MaxWait or a context with a deadline"},
		{"a wait for instances", func(t *testing.T, srv *runcommandtest.Server, c *runcommand.Client) error {
			srv.AddInstance(runcommandtest.Instance{ID: "i-1", Offline: true})
			_, err := c.WaitReady(t.Context(), []string{"i-1"}, runcommand.MaxWait(time.Minute))
			return err
		},
			"wait ended with 0 of 1 instance done: the longest wait of 1m0s is over: context deadline exceeded; Preflight.Err says why the others are not ready"},
		{"a stop of an unknown invocation", func(t *testing.T, _ *runcommandtest.Server, c *runcommand.Client) error {
			return c.Invocation("t-404").Stop(t.Context())
		},
			`stop of invocation t-404: StopInvocation: InvalidInvokeId.NotFound (HTTP 404, request R): the invocation "t-404" does not exist; check the id and the region`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, c := setup(t, runcommandtest.WithPendingFaults())
				assert.Equal(t, tt.want, logged(tt.do(t, srv, c)))
			})
		})
	}
}
