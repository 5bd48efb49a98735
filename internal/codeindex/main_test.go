package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestTheListOfCodesIsUpToDate(t *testing.T) {
	t.Parallel()
	want, err := index("../../errors/kind.go")
	require.NoError(t, err)
	got, err := os.ReadFile("../../errors/kind_codes.go")
	require.NoError(t, err)
	text := strings.ReplaceAll(string(got), "\r\n", "\n") // a checkout on Windows may have changed the line ends
	assert.Equal(t, string(want), text, "run: go generate ./errors")
}

func TestTheListHasEveryKindAndEveryCodeOnce(t *testing.T) {
	t.Parallel()
	text, err := index("../../errors/kind.go")
	require.NoError(t, err)
	kinds, err := readKinds("../../errors/kind.go")
	require.NoError(t, err)
	assert.Equal(t, errors.ErrStopped, kinds[len(kinds)-1].value, "kinds are counted from the first one")
	for _, k := range kinds {
		assert.Contains(t, string(text), "\n// # "+k.name+": ")
		assert.NotEmpty(t, k.comment)
	}
	for _, c := range errors.Codes() {
		assert.Equal(t, 1, strings.Count(string(text), item(c)), "%s", c)
	}
}
