package programtest

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var programRow = regexp.MustCompile("(?m)^\\| \\[`(\\w+)`\\]\\((\\w+)\\) \\| .* \\|$")

// Every program has a row and a command on the page. Its own test runs the command.
func TestThePageShowsEveryProgram(t *testing.T) {
	t.Parallel()
	mains, err := filepath.Glob("../../*/main.go")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(mains), 8)
	var programs, rows, shown []string
	for _, path := range mains {
		programs = append(programs, filepath.Base(filepath.Dir(path)))
	}
	page, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	for _, row := range programRow.FindAllStringSubmatch(string(page), -1) {
		assert.Equal(t, row[1], row[2])
		rows = append(rows, row[1])
	}
	assert.ElementsMatch(t, programs, rows)
	for _, b := range Blocks(t, "../../README.md") {
		_, err := os.Stat(filepath.Join("../..", b.Program, "go.mod"))
		assert.Equal(t, err == nil, b.Nested, "%s: the command of a module of its own begins with cd, and no other one", b.command)
		if len(shown) == 0 || shown[len(shown)-1] != b.Program {
			shown = append(shown, b.Program)
		}
	}
	assert.Equal(t, rows, shown, "in the order of the rows")
}

func TestTheWordsOfACommand(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"":                       nil,
		"one  two":               {"one", "two"},
		"-x 'a b' c":             {"-x", "a b", "c"},
		"'rate(5m)' ''":          {"rate(5m)", ""},
		"a'b c'd":                {"ab cd"},
		"'0 0 9 ? * 5-7 \"$x\"'": {`0 0 9 ? * 5-7 "$x"`},
	} {
		got, err := words(line)
		require.NoError(t, err, line)
		assert.Equal(t, want, got, line)
	}
	for _, line := range []string{"'open", "a | b", "$HOME", `"a"`, "rate(5m)"} {
		_, err := words(line)
		assert.Error(t, err, line)
	}
}
