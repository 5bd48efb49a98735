package runcommandtest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEqualOutputsInARowAreKeptOnce(t *testing.T) {
	t.Parallel()
	s := newServer(config{})
	t.Cleanup(s.Close)
	first, same, other := []byte("the same"), []byte("the same"), []byte("another")
	assert.Same(t, &first[0], &s.once(first)[0])
	assert.Same(t, &first[0], &s.once(same)[0])
	assert.Same(t, &other[0], &s.once(other)[0])
	assert.Empty(t, s.once(nil))
}
