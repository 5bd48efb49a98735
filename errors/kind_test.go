package errors_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestKindsHaveDistinctShortTexts(t *testing.T) {
	t.Parallel()
	seen := make(map[string]errors.Kind)
	for k := errors.Kind(0); k <= errors.ErrStopped; k++ {
		assert.Regexp(t, `^[a-z][a-z ]{4,18}$`, k.Error())
		assert.NotContains(t, seen, k.Error())
		seen[k.Error()] = k
	}
	assert.Len(t, seen, 15)
	for _, none := range []errors.Kind{errors.ErrStopped + 1, 255} {
		assert.Equal(t, errors.Kind(0).Error(), none.Error())
	}
}

func TestOnlyNotSupportedIsUnsupported(t *testing.T) {
	t.Parallel()
	for k := errors.Kind(0); k <= errors.ErrStopped; k++ {
		assert.Equal(t, k == errors.ErrNotSupported, errors.Is(k, errors.ErrUnsupported), k)
	}
}
