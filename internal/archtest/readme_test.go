package archtest_test

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

var (
	goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")
	comment = regexp.MustCompile(`[ \t]*// .*`)
)

// codeOf returns the blocks of Go code of a page in the root folder of the module.
func codeOf(tb testing.TB, page string) (blocks []string) {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", page))
	require.NoError(tb, err)
	for _, block := range goBlock.FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, block[1])
	}
	return blocks
}

func TestTheProgramsOfTheREADMECompile(t *testing.T) {
	t.Parallel()
	programs := 0
	for _, block := range codeOf(t, "README.md") {
		if !strings.HasPrefix(block, "package main") {
			continue
		}
		programs++
		file := filepath.Join(t.TempDir(), "main.go")
		require.NoError(t, os.WriteFile(file, []byte(block), 0o600))
		out, err := exec.CommandContext(t.Context(), "go", "vet", file).CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	assert.Positive(t, programs)
}

func TestBothLanguagesOfTheREADMEShowTheSameCode(t *testing.T) {
	t.Parallel()
	english, chinese := codeOf(t, "README.md"), codeOf(t, "README.zh-CN.md")
	require.Len(t, chinese, len(english))
	for n := range english {
		assert.Equal(t, comment.ReplaceAllString(english[n], ""), comment.ReplaceAllString(chinese[n], ""))
	}
}
