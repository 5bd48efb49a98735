package fleet_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func TestARelativePathStaysTheSameFileAfterAChangeOfTheWorkingFolder(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	t.Chdir(first)
	j := openJournal(t, "journal")
	t.Chdir(second)
	appendEntry(t, j, 1, `{}`)
	assert.Equal(t, []string{`{}`}, entriesOf(t, j))
	assert.FileExists(t, filepath.Join(first, "journal"))
	assert.NoFileExists(t, filepath.Join(second, "journal"))
	_, err := fleet.OpenJournal(filepath.Join(first, "journal"))
	require.ErrorIs(t, err, fleet.ErrLocked)
}
