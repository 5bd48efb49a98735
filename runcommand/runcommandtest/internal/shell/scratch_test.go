//go:build unix

package shell

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestScratch(t *testing.T) {
	t.Parallel()
	parent := filepath.Join(t.TempDir(), "not", "there", "yet")
	root := scratchRoot{parent: parent}
	assert.NoDirExists(t, parent, "nothing is written before the first run")

	first, err := root.create()
	require.NoError(t, err)
	second, err := root.create()
	require.NoError(t, err)
	assert.NotEqual(t, first.path, second.path)
	for _, dir := range []string{first.path, first.home, filepath.Dir(first.path)} {
		info, err := os.Stat(dir)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o700), info.Mode().Perm(), "%s is private", dir)
	}

	path, err := first.save([]byte("echo\n"), ".py")
	require.NoError(t, err)
	assert.Equal(t, ".py", filepath.Ext(path))
	assert.NotEqual(t, first.home, filepath.Dir(path), "the script is not in its own working directory")
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "echo\n", string(content))

	require.NoError(t, first.remove())
	assert.NoDirExists(t, first.path)
	assert.DirExists(t, second.path)
	require.NoError(t, root.remove())
	assert.NoDirExists(t, second.path)
	left, err := os.ReadDir(parent)
	require.NoError(t, err)
	assert.Empty(t, left)
	require.NoError(t, root.remove(), "removing twice is harmless")
}

func TestScratchRootIsMadeAgainWhenSomebodyRemovedIt(t *testing.T) {
	t.Parallel()
	root := scratchRoot{parent: t.TempDir()}
	first, err := root.create()
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(filepath.Dir(first.path)))
	second, err := root.create()
	require.NoError(t, err)
	assert.DirExists(t, second.home)
	assert.Equal(t, filepath.Dir(first.path), filepath.Dir(second.path), "Close looks for processes of this root")
	info, err := os.Stat(filepath.Dir(second.path))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	require.NoError(t, root.remove())
}

func TestScratchRootsShareAParent(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	ours, theirs := scratchRoot{parent: parent}, scratchRoot{parent: parent}
	_, err := ours.create()
	require.NoError(t, err)
	other, err := theirs.create()
	require.NoError(t, err)
	require.NoError(t, ours.remove())
	assert.DirExists(t, other.home)
	require.NoError(t, theirs.remove())
}

func TestScratchBelowARelativeParentIsAbsolute(t *testing.T) {
	t.Chdir(t.TempDir())
	root := scratchRoot{parent: "sub"}
	s, err := root.create()
	require.NoError(t, err)
	assert.True(t, filepath.IsAbs(s.home))
	require.NoError(t, root.remove())
}

func TestScratchThatCannotBeMade(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	root := scratchRoot{parent: file}
	_, err := root.create()
	require.Error(t, err)
	require.NoError(t, root.remove())
}

func TestRemoveTreeOpensLockedDirectories(t *testing.T) {
	t.Parallel()
	top := filepath.Join(t.TempDir(), "top")
	deep := filepath.Join(top, "a", "b")
	require.NoError(t, os.MkdirAll(deep, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(deep, "f"), nil, 0o400))
	require.NoError(t, os.Chmod(deep, 0o000))
	require.NoError(t, os.Chmod(filepath.Dir(deep), 0o500))
	require.NoError(t, removeTree(top))
	assert.NoDirExists(t, top)
}
