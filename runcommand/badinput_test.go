package runcommand_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestErrorsTellWrongRequestsApart(t *testing.T) {
	t.Parallel()
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprintf("i-%d", i)
	}
	for name, c := range map[string]struct {
		command     runcommand.Builder
		field       string
		kind        error
		code        errors.Code
		occurrences int
	}{
		"an empty script":     {runcommand.Shell("").Instances("i-1"), "CommandContent", errors.ErrMissingArgument, errors.MissingCommandContent, 1},
		"101 instances":       {runcommand.Shell("echo").Instances(many...), "InstanceId", errors.ErrLimitExceeded, errors.InstanceIdsExceedLimit, 1},
		"no instance":         {runcommand.Shell("echo"), "InstanceId", errors.ErrMissingArgument, errors.MissingParamInstanceId, 1},
		"all of it at a time": {runcommand.Shell("").Instances(many...), "InstanceId", errors.ErrMissingArgument, errors.InstanceIdsExceedLimit, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := c.command.Build()
			v, ok := errors.AsType[*errors.ValidationError](err)
			require.True(t, ok, "%v", err)
			assert.Len(t, v.Violations, c.occurrences)
			assert.ErrorIs(t, err, c.kind)
			assert.ErrorIs(t, err, c.code)
			assert.ErrorContains(t, err, c.field)
			assert.False(t, errors.Retryable(err))
		})
	}
}

func TestARegionThatDoesNotExist(t *testing.T) {
	t.Parallel()
	req, err := runcommand.Shell("echo").Instances("i-1").Build()
	require.NoError(t, err)

	t.Run("said by the service", func(t *testing.T) {
		t.Parallel()
		srv := runcommandtest.Start(t)
		client, err := runcommand.NewClient("moon-base-7",
			runcommand.WithEndpoint(srv.URL()),
			runcommand.WithStaticCredential(runcommandtest.AccessKeyID, runcommandtest.AccessKeySecret, ""))
		require.NoError(t, err)
		defer client.CloseIdleConnections()
		_, err = client.Run(t.Context(), req)
		require.ErrorIs(t, err, errors.InvalidRegionIdNotFound)
		assert.ErrorIs(t, err, errors.ErrNotFound)
		assert.False(t, errors.MayHaveRun(err))
	})
	t.Run("said by the name service", func(t *testing.T) {
		t.Parallel()
		client, err := runcommand.NewClient("moon-base-7", retryQuickly(2),
			runcommand.WithStaticCredential("id", "secret", ""),
			runcommand.WithHTTPClient(&http.Client{Transport: &http.Transport{
				DialContext: func(context.Context, string, string) (net.Conn, error) {
					return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "ecs.moon-base-7.aliyuncs.com", IsNotFound: true}}
				},
			}}))
		require.NoError(t, err)
		_, err = client.Run(t.Context(), req)
		require.ErrorIs(t, err, errors.ErrUnavailable)
		assert.ErrorContains(t, err, "no such host")
		assert.ErrorContains(t, err, "nothing was sent")
		assert.False(t, errors.MayHaveRun(err))
	})
}

// TestAddressesWithoutAServiceAreErrors sends a command to addresses where no server
// listens, or where a server listens that is not the service.
func TestAddressesWithoutAServiceAreErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler http.HandlerFunc // nil: no server listens at the address
		kind    error
		says    string
		unknown bool
	}{
		"nothing listens": {nil, errors.ErrUnavailable, "nothing was sent", false},
		"answers HTML": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<html>welcome</html>")
		}, errors.ErrUnavailable, "HTTP 200", true},
		"answers another status in HTML": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "<html>teapot</html>", http.StatusTeapot)
		}, errors.ErrUnavailable, "HTTP 418", true},
		"redirects": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, errors.ErrUnavailable, "HTTP 307", true},
		"closes": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, errors.ErrUnavailable, "EOF", true},
		"hangs": {func(_ http.ResponseWriter, r *http.Request) {
			waitForLeave(r, func() {})
		}, context.DeadlineExceeded, "deadline exceeded", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := unusedAddress(t)
			if c.handler != nil {
				srv := httptest.NewServer(c.handler)
				t.Cleanup(srv.Close)
				address = srv.URL
			}
			client, err := runcommand.NewClient("cn-hangzhou", retryQuickly(2),
				runcommand.WithEndpoint(address), runcommand.WithStaticCredential("id", "secret", ""))
			require.NoError(t, err)
			t.Cleanup(client.CloseIdleConnections)
			req, err := runcommand.Shell("echo").Instances("i-1").Build()
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), timeAllowed(c.kind))
			defer cancel()
			_, err = client.Run(ctx, req)
			require.ErrorIs(t, err, c.kind)
			_, ok := errors.AsType[*errors.TransportError](err)
			assert.True(t, ok, "%v", err)
			assert.ErrorContains(t, err, c.says)
			assert.Equal(t, c.unknown, errors.MayHaveRun(err), "%v", err)
		})
	}
}

// timeAllowed returns the time limit of a case. The limit is short when the case is
// expected to end only at its deadline.
func timeAllowed(kind error) time.Duration {
	if kind == context.DeadlineExceeded {
		return 50 * time.Millisecond
	}
	return time.Minute
}

// unusedAddress returns an address of this machine where no server listens.
func unusedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return "http://" + listener.Addr().String()
}
