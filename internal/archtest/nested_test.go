package archtest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The module of spans and metrics stands for every module of a user that builds on the client: it
// needs nothing that is internal. It is not part of the main module, so users without OpenTelemetry
// do not get its dependencies.
func TestTheModuleOfSpansUsesOnlyPublicPackages(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "runcommand", "otelruncommand", "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		for _, imported := range importsOf(t, file) {
			if inner, ok := strings.CutPrefix(imported, module+"/"); ok {
				assert.NotContains(t, inner, "internal", "import in %s", file)
			}
		}
	}
	for _, p := range list(t, "./...") {
		assert.False(t, strings.HasPrefix(p.room(), "runcommand/otelruncommand"), "%s is in the main module", p.ImportPath)
	}
}
