package archtest_test

import (
	"encoding/json"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var goComment = regexp.MustCompile(`[ \t]*// .*`)

// fragmentPackages are the packages that a fragment of the README may use.
var fragmentPackages = map[string]string{
	"errors": module + "/errors", "fleet": module + "/runcommand/fleet", "frequency": module + "/frequency",
	"poll": module + "/poll", "validate": module + "/validate", "runcommandtest": module + "/runcommand/runcommandtest",
	"openapi": "github.com/alibabacloud-go/darabonba-openapi/v2/utils",
	"expvar":  "expvar", "fmt": "fmt", "rand": "crypto/rand", "time": "time",
}

// fragmentFile is the program around a fragment. A reader of the README has the parameters.
const fragmentFile = `package main

import (
	"context"
	"log/slog"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
%s)

func main() {
	if err := fragment(context.Background(), new(runcommand.Client), new(runcommand.Request), new(runcommand.Report), nil, slog.Default(), "", "", "", 0); err != nil {
		panic(err)
	}
}

func fragment(ctx context.Context, client *runcommand.Client, req *runcommand.Request, report *runcommand.Report, ids []string, logger *slog.Logger,
	id, secret, proxy string, milliseconds int) error {
	{
%s		_, _, _ = client, req, report // the fragment may leave these to the reader
	}
	return nil
}
`

// fileOf returns a block of Go as a whole file: a block without a package clause is a fragment.
func fileOf(tb testing.TB, block mdBlock) string {
	tb.Helper()
	if strings.HasPrefix(block.text, "package ") {
		return block.text
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", fmt.Sprintf(fragmentFile, "", block.text), 0)
	require.NoError(tb, err, "the block at line %d", block.line)
	imports := map[string]bool{}
	for _, name := range file.Unresolved {
		if path := fragmentPackages[name.Name]; path != "" {
			imports[fmt.Sprintf("\t%s %q\n", name.Name, path)] = true
		}
	}
	var lines strings.Builder
	for line := range imports {
		lines.WriteString(line)
	}
	return fmt.Sprintf(fragmentFile, lines.String(), block.text)
}

// usesOfficialSDK tells whether a block needs the generated ECS package. Only internal/bench
// depends on it, and has a test of its own for these blocks.
func usesOfficialSDK(block mdBlock) bool {
	return strings.Contains(block.text, "github.com/alibabacloud-go/ecs-20140526/")
}

// userModule makes a module that depends on this one, as the module of a user does, with one
// package for each file. It returns the folder of the module.
func userModule(tb testing.TB, files []string) string {
	tb.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(tb, err)
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(tb, err)
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(tb, err)
	requirements, ok := strings.CutPrefix(string(mod), "module "+module+"\n")
	require.True(tb, ok)
	dir := tb.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(tb, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(tb, os.WriteFile(path, []byte(text), 0o600))
	}
	write("go.mod", fmt.Sprintf("module user\n%s\nrequire %s v0.0.0\n\nreplace %[2]s => %q\n", requirements, module, root))
	write("go.sum", string(sum))
	for n, text := range files {
		name := "main.go"
		if strings.Contains(text, `"testing"`) {
			name = "main_test.go"
		}
		write(fmt.Sprintf("block%d/%s", n, name), text)
	}
	return dir
}

// inModule runs the go command in a folder.
func inModule(tb testing.TB, dir string, args ...string) (string, error) {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestEveryBlockOfTheREADMEsCompilesAndGivesItsOutput(t *testing.T) {
	t.Parallel()
	var files, names, outputs []string
	for _, name := range readmes {
		blocks := readPage(t, name).blocks
		for n, block := range blocks {
			if block.lang != "go" || usesOfficialSDK(block) {
				continue
			}
			output := ""
			if n+1 < len(blocks) && blocks[n+1].output {
				output = blocks[n+1].text
			}
			files, names, outputs = append(files, fileOf(t, block)), append(names, fmt.Sprintf("%s:%d", name, block.line)), append(outputs, output)
		}
	}
	require.Greater(t, len(files), 20)
	dir := userModule(t, files)
	out, err := inModule(t, dir, "vet", "./...")
	require.NoError(t, err, "%v\n%s", names, out)

	ran := 0
	for n, file := range files[:len(files)/2] { // the other language shows the same code
		switch {
		case strings.Contains(file, `"testing"`):
			out, err := inModule(t, dir, "test", "-count=1", fmt.Sprintf("./block%d", n))
			assert.NoError(t, err, "%s\n%s", names[n], out)
			ran++
		case outputs[n] != "":
			out, err := inModule(t, dir, "run", fmt.Sprintf("./block%d", n))
			assert.NoError(t, err, "%s\n%s", names[n], out)
			assert.Equal(t, outputs[n], out, names[n])
			ran++
		}
	}
	assert.Equal(t, 3, ran)
}

func TestBlocksOfTheREADMEsAreFormatted(t *testing.T) {
	t.Parallel()
	for _, name := range readmes {
		for _, block := range readPage(t, name).blocks {
			switch block.lang {
			case "go":
				text := block.text
				if !strings.HasPrefix(text, "package ") {
					text = "package main\n\nfunc main() {\n" + indent(text) + "}\n"
				}
				formatted, err := format.Source([]byte(text))
				require.NoError(t, err, "%s:%d", name, block.line)
				assert.Equal(t, text, string(formatted), "%s:%d", name, block.line)
			case "json":
				assert.True(t, json.Valid([]byte(block.text)), "%s:%d", name, block.line)
			default:
				assert.Contains(t, []string{"sh", "text"}, block.lang, "%s:%d", name, block.line)
			}
		}
	}
}

func TestBothLanguagesOfTheREADMEHaveTheSameParts(t *testing.T) {
	t.Parallel()
	english, chinese := readPage(t, readmes[0]), readPage(t, readmes[1])
	assert.Equal(t, english.levels, chinese.levels, "the headings")

	require.Len(t, chinese.blocks, len(english.blocks))
	for n, block := range english.blocks {
		other := chinese.blocks[n]
		assert.Equal(t, block.lang, other.lang)
		if block.lang == "go" {
			assert.Equal(t, goComment.ReplaceAllString(block.text, ""), goComment.ReplaceAllString(other.text, ""))
		} else if block.lang != "sh" { // comments of the shell are in the language of the page
			assert.Equal(t, block.text, other.text)
		} else {
			comment := regexp.MustCompile(`(?m) +#.*$`)
			assert.Equal(t, comment.ReplaceAllString(block.text, ""), comment.ReplaceAllString(other.text, ""))
		}
	}

	require.Len(t, chinese.tables, len(english.tables))
	for n, table := range english.tables {
		require.Len(t, chinese.tables[n], len(table), "%s", table[0])
		for row, line := range table {
			other := chinese.tables[n][row]
			assert.Equal(t, strings.Count(line, " | "), strings.Count(other, " | "), "%s\n%s", line, other)
			assert.Equal(t, codeSpans(line), codeSpans(other), "%s\n%s", line, other)
		}
	}
}

func TestTheChineseREADMEHasFullWidthPunctuation(t *testing.T) {
	t.Parallel()
	page := readPage(t, readmes[1])
	texts := []string{mdLink.ReplaceAllString(mdCode.ReplaceAllString(page.prose, ""), "")}
	for _, block := range page.blocks {
		if block.lang == "go" {
			texts = append(texts, goComment.FindAllString(block.text, -1)...)
		}
	}
	require.Greater(t, len(texts), 20)
	halfWidth := regexp.MustCompile(`.{0,20}(?:\p{Han}[,;:?!()]|[,;:?!()]\p{Han}).{0,20}`)
	for _, text := range texts {
		assert.Empty(t, halfWidth.FindAllString(text, -1))
	}
	brokenLine := regexp.MustCompile(`.{0,20}[\p{Han}，。；：、]\n *\p{Han}.{0,20}`) // is shown with a blank between the words
	assert.Empty(t, brokenLine.FindAllString(page.prose, -1))
}

// indent puts a tab before every line that is not empty.
func indent(text string) string { return regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(text, "\t$1") }

// codeSpans returns the code in a line, sorted.
func codeSpans(line string) []string {
	spans := mdCode.FindAllString(line, -1)
	slices.Sort(spans)
	return spans
}
