//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAShellReadsTheSecretAsTheProgramDoes pastes the line of the greeting into a shell.
func TestAShellReadsTheSecretAsTheProgramDoes(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"unix": "s3cret\n", "windows": "s3cret\r\n", "-dash": "s3cret", "the team's $HOME": "s3cret",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, name)
			require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
			o, err := parse([]string{"-secret-file", file}, io.Discard)
			require.NoError(t, err)
			line := strings.ReplaceAll(o.secretShown, quote(file), quote(name)) // as if the file were named in its directory
			paste := exec.CommandContext(t.Context(), "sh", "-c", "printf %s "+line)
			paste.Dir = dir
			read, err := paste.CombinedOutput()
			require.NoError(t, err)
			assert.Equal(t, o.secret, string(read))
		})
	}
}
