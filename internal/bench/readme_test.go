package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The READMEs show a program with the official SDK, beside the one that replaces it. Only this
// module depends on that SDK. The test internal/archtest compiles all other programs.
func TestTheProgramsOfTheREADMEsWithTheOfficialSDKCompile(t *testing.T) {
	t.Parallel()
	block := regexp.MustCompile("(?s)```go\n(.*?)```")
	for _, page := range []string{"README.md", "README.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", page))
		require.NoError(t, err)
		programs := 0
		for _, b := range block.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(b[1], "github.com/alibabacloud-go/ecs-20140526/") {
				continue
			}
			programs++
			file := filepath.Join(t.TempDir(), "main.go")
			require.NoError(t, os.WriteFile(file, []byte(b[1]), 0o600))
			out, err := exec.CommandContext(t.Context(), "go", "vet", file).CombinedOutput()
			require.NoError(t, err, "%s\n%s", page, out)
		}
		assert.Equal(t, 1, programs, page)
	}
}
