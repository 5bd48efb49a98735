package transport

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// otherMessages are the entries of libraryMessages that do not come from credentials-go. One of
// them comes from this package, and all others come from the standard library.
var otherMessages = []string{
	"Client.Timeout", "i/o timeout", "context deadline exceeded", "TLS handshake timeout", "connection refused", "no such host",
	"network is unreachable", "no route to host", "connection reset", "dial tcp", "failed to verify certificate", ": EOF",
	"the provider panicked", "parsing time",
}

// This test fails when an upgrade of credentials-go changes an error text.
func TestTheSentencesAreThoseOfTheLibrary(t *testing.T) {
	t.Parallel()
	source := librarySource(t)
	fragments := append([]string{"httpStatus: %d", "get role name failed: %s %d", "status code: %d"}, refusalMessages...)
	for _, s := range libraryMessages {
		fragments = append(fragments, s.part)
	}
	foreign := make(map[string]bool)
	for _, f := range otherMessages {
		assert.Contains(t, fragments, f, "it is not in the table any more")
		foreign[f] = true
	}
	for _, f := range fragments {
		if !foreign[f] {
			assert.GreaterOrEqual(t, strings.Index(source, f), 0, "credentials-go does not say %q any more", f)
		}
	}
}

// librarySource returns the source code of the providers of credentials-go, without its tests.
func librarySource(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aliyun/credentials-go").Output()
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "credentials", "providers", "*.go"))
	require.NoError(t, err)
	var source strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		source.Write(text)
	}
	require.NotZero(t, source.Len())
	return source.String()
}
