package errors_test

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

var (
	throttled = &errors.APIError{Code: errors.Throttling, HTTPStatus: 400}
	refused   = &errors.APIError{Code: errors.CmdNameExceedLimit, HTTPStatus: 403}
	lost      = &errors.TransportError{Sent: true, Err: errors.New("reset")}
	offline   = &errors.InstanceError{Status: "Aborted", Code: errors.ClientNotOnline}
	failed    = &errors.InstanceError{Status: "Failed", Code: errors.ExitCodeNonzero, ExitCode: 1}
)

func TestRetryable(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"nil", nil, false},
		{"an error of another package", errors.New("x"), false},
		{"a throttled call", throttled, true},
		{"a throttled call in words", fmt.Errorf("poll: %w", throttled), true},
		{"a refused call", refused, false},
		{"a documented code to wait for", &errors.APIError{Code: errors.OperationConflict}, true},
		{"a used nonce, as the next one differs", &errors.APIError{Code: errors.SignatureNonceUsed}, true},
		{"an unknown code of a telling pattern", &errors.APIError{Code: "ServiceUnavailable.Zone", HTTPStatus: 400}, true},
		{"an unknown code of a final pattern despite its status", &errors.APIError{Code: "InvalidWidget", HTTPStatus: 503}, false},
		{"a telling status without a code", &errors.APIError{HTTPStatus: 503}, true},
		{"a bare code to wait for", errors.ThrottlingApi, true},
		{"a bare final code", errors.ForbiddenRAM, false},
		{"a bare transient kind", errors.ErrUnavailable, true},
		{"a bare final kind", errors.ErrNotFound, false},
		{"a lost reply outside a run", lost, true},
		{"a lost reply because the context ended", &errors.TransportError{Err: fmt.Errorf("x: %w", context.Canceled)}, false},
		{"a cancelled context", context.Canceled, false},
		{"a context past its deadline, in words", fmt.Errorf("x: %w", context.DeadlineExceeded), false},
		{"a throttled call joined with the context's error", errors.Join(throttled, context.DeadlineExceeded), false},
		{"the context's error joined first", errors.Join(context.Canceled, throttled), false},
		{"a throttled call joined with a final one", errors.Join(throttled, refused), false},
		{"two transient errors joined", errors.Join(throttled, lost), true},
		{"a transient error joined with a remark", errors.Join(errors.New("remark"), throttled), true},
		{"a run that was refused for a while", &errors.RunError{Err: throttled}, true},
		{"a run that was refused for good", &errors.RunError{Err: refused}, false},
		{"a run that may have been accepted", &errors.RunError{Unknown: true, Err: throttled}, false},
		{"a run that may have been accepted, joined", errors.Join(throttled, &errors.RunError{Unknown: true, Err: lost}), false},
		{"a wait that ended by throttling, as the command runs", &errors.WaitError{Err: throttled}, false},
		{"violations", &errors.ValidationError{Violations: []errors.Violation{{Code: errors.Throttling}}}, false},
		{"one violation", errors.Violation{Code: errors.Throttling}, false},
		{"a failed look-up of the credential", &errors.CredentialError{Err: lost}, false},
		{"an instance that was offline", offline, true},
		{"an instance where the script failed", failed, false},
		{"an instance that was offline after the script had begun", &errors.InstanceError{Status: "Aborted", Code: errors.ClientNotOnline, Began: true}, false},
		{"an instance with another system", &errors.InstanceError{Status: "Aborted", Code: errors.CommandNotApplicable}, false},
		{"an instance that failed without a reason", &errors.InstanceError{Status: "Error"}, false},
		{"an instance where the script timed out", &errors.InstanceError{Status: "Timeout"}, false},
		{"an instance that was stopped while it restarted", &errors.InstanceError{Status: "Terminated", Code: errors.InstanceRestarted}, false},
		{"an instance that is being stopped", &errors.InstanceError{Status: "Stopping", Code: errors.ClientNotOnline}, false},
		{"an instance that still runs", &errors.InstanceError{Status: "Running", Code: errors.ClientRestarted}, false},
		{"an instance that waits for its turn", &errors.InstanceError{Status: "Pending", Code: errors.ClientNotOnline}, false},
		{"an instance that waits for its time", &errors.InstanceError{Status: "Scheduled", Code: errors.ClientNotOnline}, false},
		{"an instance in an undocumented status", &errors.InstanceError{Status: "Resuming", Code: errors.ClientNotOnline}, false},
		{"an instance without a status", &errors.InstanceError{Code: errors.ClientNotOnline}, false},
		{"one instance offline, the other still running", &errors.InvocationError{Total: 2, Failed: []*errors.InstanceError{
			offline, {Status: "Running", Code: errors.ClientRestarted},
		}}, false},
		{"one instance offline, the other unknown", &errors.InvocationError{Total: 2, Failed: []*errors.InstanceError{offline, nil}}, false},
		{"one instance offline of an unknown number", &errors.InvocationError{Failed: []*errors.InstanceError{offline}}, false},
		{"all instances offline", &errors.InvocationError{Total: 2, Failed: []*errors.InstanceError{offline, offline}}, true},
		{"one instance offline, the other fine", &errors.InvocationError{Total: 2, Failed: []*errors.InstanceError{offline}}, false},
		{"one instance offline, the other failed", &errors.InvocationError{Total: 2, Failed: []*errors.InstanceError{offline, failed}}, false},
		{"an invocation error without a failure", &errors.InvocationError{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, errors.Retryable(tt.err))
			if tt.err != nil {
				assert.Equal(t, tt.want, errors.Retryable(fmt.Errorf("wrapped: %w", tt.err)))
			}
		})
	}
}

func TestANetworkTimeoutIsRetryableAlthoughItClaimsToBeADeadline(t *testing.T) {
	t.Parallel()
	dialer := net.Dialer{Deadline: time.Unix(1, 0)}
	_, cause := dialer.DialContext(t.Context(), "tcp", "127.0.0.1:1")
	require.ErrorIs(t, cause, context.DeadlineExceeded, "the trap that this test is about")
	assert.True(t, errors.Retryable(&errors.TransportError{Err: cause}))
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	after := func(d time.Duration) error { return &errors.APIError{Code: errors.Throttling, RetryAfter: d} }
	for _, tt := range []struct {
		name string
		err  error
		want time.Duration
	}{
		{"nil", nil, 0},
		{"not asked for", throttled, 0},
		{"asked for", after(time.Second), time.Second},
		{"asked for by a proxy", &errors.TransportError{HTTPStatus: 503, RetryAfter: time.Second}, time.Second},
		{"asked for in the cause", &errors.TransportError{RetryAfter: time.Second, Err: after(2 * time.Second)}, 2 * time.Second},
		{"negative is not asked for", after(-time.Second), 0},
		{"within other errors", fmt.Errorf("x: %w", &errors.RunError{Err: after(time.Second)}), time.Second},
		{"joined: the longest", errors.Join(after(time.Second), errors.New("x"), after(3*time.Second), after(2*time.Second)), 3 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, ok := errors.RetryAfter(tt.err)
			assert.Equal(t, tt.want, d)
			assert.Equal(t, tt.want > 0, ok)
		})
	}
}

func TestMayHaveRun(t *testing.T) {
	t.Parallel()
	unknown := &errors.RunError{Unknown: true, Err: lost}
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"nil", nil, false},
		{"a lost reply outside a run", lost, false},
		{"a run that is known not to have been accepted", &errors.RunError{Err: lost}, false},
		{"a run that may have been accepted", unknown, true},
		{"in words", fmt.Errorf("x: %w", unknown), true},
		{"joined behind one that is known", errors.Join(&errors.RunError{Err: lost}, unknown), true},
		{"inside one that claims to know", &errors.RunError{Err: unknown}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, errors.MayHaveRun(tt.err))
			if tt.want {
				assert.False(t, errors.Retryable(tt.err))
			}
		})
	}
}

// A foreignRefusal says of itself whether a retry makes sense.
type foreignRefusal struct {
	err    error
	answer func() bool
}

func (f foreignRefusal) Error() string   { return "foreign: " + f.err.Error() }
func (f foreignRefusal) Unwrap() error   { return f.err }
func (f foreignRefusal) Retryable() bool { return f.answer() }

func TestAnErrorOfAnotherPackageCanRefuseARetry(t *testing.T) {
	t.Parallel()
	throttled := errors.ThrottlingUser
	for _, c := range []struct {
		name   string
		answer func() bool
		want   bool
	}{
		{"it refuses", func() bool { return false }, false},
		{"it allows what the code below allows", func() bool { return true }, true},
		{"it panics", func() bool { panic("no") }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := fmt.Errorf("above: %w", foreignRefusal{throttled, c.answer})
			assert.Equal(t, c.want, errors.Retryable(err))
		})
	}
}
