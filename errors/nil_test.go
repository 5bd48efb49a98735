package errors_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A program can put a nil pointer into an error by mistake. It should then get a poor
// message, not a panic.
func TestNilPointersDoNotPanic(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		(*errors.APIError)(nil), (*errors.TransportError)(nil), (*errors.CredentialError)(nil), (*errors.RunError)(nil),
		(*errors.WaitError)(nil), (*errors.InstanceError)(nil), (*errors.InvocationError)(nil), (*errors.ValidationError)(nil),
	} {
		t.Run(fmt.Sprintf("%T", err), func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, "<nil>", err.Error())
			for k := errors.ErrInvalidArgument; k <= errors.ErrStopped; k++ {
				assert.NotErrorIs(t, err, k)
			}
			for _, tree := range []error{err, fmt.Errorf("words: %w", err), errors.Join(err, err)} {
				assert.False(t, errors.Retryable(tree))
				assert.False(t, errors.MayHaveRun(tree))
				after, ok := errors.RetryAfter(tree)
				assert.False(t, ok || after != 0)
				_, ok = errors.AsType[errors.Code](tree)
				assert.False(t, ok)
			}
			for _, text := range []string{fmt.Sprintf("%v", err), fmt.Sprintf("%+v", err), fmt.Sprintf("%s", err)} {
				assert.Equal(t, "<nil>", text)
			}
			marshalled, failed := json.Marshal(err)
			require.NoError(t, failed)
			assert.Equal(t, "null", string(marshalled))
			var log bytes.Buffer
			slog.New(slog.NewTextHandler(&log, nil)).Error("x", "err", err)
			assert.NotEmpty(t, log.String())

			outer := &errors.RunError{Attempts: 1, Err: err}
			assert.Equal(t, "command not accepted after 1 attempt: no cause given", outer.Error())
			assert.False(t, errors.Retryable(outer))
		})
	}
	assert.Zero(t, (*errors.APIError)(nil).Kind())
}

func TestANilPointerOfAForeignTypeDoesNotPanic(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{(*url.Error)(nil), fmt.Errorf("words: %w", (*url.Error)(nil))} {
		err := &errors.RunError{Attempts: 1, Err: cause}
		assert.False(t, errors.MayHaveRun(err))
		assert.False(t, errors.Retryable(err))
		assert.Contains(t, err.Error(), "command not accepted after 1 attempt: ")
		after, ok := errors.RetryAfter(err)
		assert.False(t, ok || after != 0)
	}
}
