package otelruncommand

import (
	"context"
	stderrors "errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestErrorTypesAreFew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"a documented code", &errors.APIError{Code: "Throttling.User"}, "Throttling.User"},
		{"a code in another error", &errors.RunError{Err: fmt.Errorf("run: %w", errors.InvalidInstanceNotFound)}, "InvalidInstance.NotFound"},
		{"an unknown code of a known kind", &errors.APIError{Code: "Brand.New.NotFound", HTTPStatus: 404}, "not_found"},
		{"a code that nobody knows", &errors.APIError{Code: "x-473469C7"}, "_OTHER"},
		{"no reply", &errors.TransportError{Err: stderrors.New("reset")}, "unavailable"},
		{"no credential", &errors.CredentialError{Err: stderrors.New("none")}, "not_authenticated"},
		{"a cancelled context", &errors.WaitError{Err: fmt.Errorf("wait: %w", context.Canceled)}, "context.Canceled"},
		{"a deadline before a code", &errors.WaitError{Err: stderrors.Join(context.DeadlineExceeded, errors.InvalidInstanceNotFound)}, "context.DeadlineExceeded"},
		{"an error of the program", stderrors.New("whatever"), "_OTHER"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, errorType(c.err).Value.AsString())
		})
	}
}
