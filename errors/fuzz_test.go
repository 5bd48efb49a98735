package errors_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func FuzzClassifier(f *testing.F) {
	for _, c := range errors.Codes() {
		f.Add(string(c), c.HTTPStatus(), "message")
	}
	f.Add("Throttling.New", 429, "string to sign \xff")
	f.Add("", -1, "ȺȺȺ STRING TO SIGN")
	f.Fuzz(func(t *testing.T, code string, status int, message string) {
		api := &errors.APIError{Code: errors.Code(code), HTTPStatus: status, Message: message}
		err := fmt.Errorf("call: %w", api)

		kind := api.Kind()
		assert.LessOrEqual(t, kind, errors.ErrStopped)
		for k := errors.ErrInvalidArgument; k <= errors.ErrStopped; k++ {
			assert.Equal(t, k == kind, errors.Is(err, k))
		}
		assert.Equal(t, kind == errors.ErrNotSupported, errors.Is(err, errors.ErrUnsupported))
		if errors.Code(code).Known() {
			assert.Equal(t, errors.Code(code).Kind(), kind, "a documented code decides alone")
		}
		found, ok := errors.AsType[errors.Code](err)
		assert.Equal(t, code != "", ok)
		assert.Equal(t, code, string(found), "the code survives the tree")

		assert.Equal(t, errors.Retryable(err), errors.Retryable(&errors.RunError{Err: err}))
		assert.False(t, errors.Retryable(&errors.RunError{Unknown: true, Err: err}))
		assert.NotRegexp(t, `[\x00-\x1f]`, api.Error())
		data, marshalErr := json.Marshal(api)
		require.NoError(t, marshalErr)
		assert.True(t, json.Valid(data))
	})
}
