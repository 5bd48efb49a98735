package main

import (
	"os"
	"path/filepath"
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

// The test changes the folder of the process. So it is not parallel.
func TestTheProgramWritesTheList(t *testing.T) {
	source, err := os.ReadFile("../../errors/kind.go")
	require.NoError(t, err)
	want, err := index("../../errors/kind.go")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("kind.go", source, 0o600))
	main()
	got, err := os.ReadFile("kind_codes.go")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

func TestOnlyConstantsThatBeginWithErrAreKinds(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kind.go")
	require.NoError(t, os.WriteFile(path, []byte("package errors\n\nconst (\n\tErrFirst = 1 // one\n\tother = 2\n\tErrSecond = 3 // two\n)\n"), 0o600))
	kinds, err := readKinds(path)
	require.NoError(t, err)
	assert.Equal(t, []kind{{1, "ErrFirst", "one"}, {2, "ErrSecond", "two"}}, kinds)
	_, err = readKinds(filepath.Join(t.TempDir(), "missing.go"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}
