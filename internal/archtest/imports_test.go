package archtest_test

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/ecs-runcommand/runcommand-go"

// allowed lists, for each room (package) of this module, the rooms that its code may import. Every
// package of the module must be listed here.
var allowed = map[string][]string{
	"errors":           {},
	"frequency":        {},
	"poll":             {"errors"},
	"validate":         {"errors", "frequency"},
	"runcommand":       {"errors", "frequency", "poll", "validate", "internal/wire", "internal/transport"},
	"runcommand/fleet": {"runcommand", "errors", "poll"},
	"runcommand/runcommandtest": {"errors", "frequency", "runcommand", // only one file may import runcommand
		"runcommand/runcommandtest/internal/shell", "runcommand/runcommandtest/internal/signature"},
	"runcommand/runcommandtest/internal/shell":     {"errors"},
	"runcommand/runcommandtest/internal/signature": {"errors"},
	"internal/wire":                 {},
	"internal/transport":            {"errors", "internal/wire"},
	"internal/archtest":             {},
	"examples/container":            {"errors", "examples/internal/program", "runcommand", "runcommand/runcommandtest"},
	"examples/emulator":             {"errors", "examples/internal/program", "frequency", "runcommand", "runcommand/runcommandtest"},
	"examples/faults":               {"errors", "examples/internal/program", "poll", "runcommand", "runcommand/runcommandtest"},
	"examples/internal/program":     {"errors", "runcommand", "runcommand/runcommandtest"},
	"examples/internal/programtest": {"runcommand/runcommandtest"},
	"examples/preflight":            {"errors", "examples/internal/program", "poll", "runcommand", "runcommand/runcommandtest"},
	"examples/quickstart":           {"errors", "examples/internal/program", "frequency", "poll", "validate", "runcommand", "runcommand/runcommandtest"},
	"examples/resume":               {"errors", "examples/internal/program", "runcommand", "runcommand/fleet", "runcommand/runcommandtest"},
	"examples/schedule":             {"errors", "examples/internal/program", "frequency", "runcommand"},
	"examples/testing":              {"errors", "examples/internal/program", "examples/testing/patch", "poll", "runcommand", "runcommand/runcommandtest"},
	"examples/testing/patch":        {"errors", "runcommand"},
	"examples/windows":              {"errors", "examples/internal/program", "runcommand", "runcommand/runcommandtest"},
	"internal/realaccount":          {"errors", "internal/transport", "internal/wire"},
	"internal/realaccount/cmd":      {"internal/realaccount", "internal/transport"}, // behind the build tag realaccount
	"internal/codeindex":            {"errors"},
	"internal/ruleindex":            {"frequency", "errors", "validate"},
}

// homes lists, for each library, the rooms or single files whose code may import the library. No
// other code may import it. When several entries are prefixes of an imported path, the longest
// of these entries decides.
var homes = map[string][]string{
	"github.com/alibabacloud-go/":                            {"internal/transport"},
	"github.com/alibabacloud-go/darabonba-openapi/v2/client": {},
	"github.com/alibabacloud-go/darabonba-openapi/v2/utils":  {"internal/transport", "runcommand/openapi_config.go"},
	"github.com/aliyun/":                                     {"internal/transport"},
	"github.com/aliyun/credentials-go/credentials":           {"runcommand/credentials_go.go"},
	"github.com/aliyun/credentials-go/credentials/providers": {"internal/transport"},
	"github.com/go-playground/":                              {"validate"},
	"github.com/cenkalti/backoff/":                           {"poll"},
	"golang.org/x/net/proxy":                                 {"internal/transport"},
	"golang.org/x/time/rate":                                 {"poll"},
	"golang.org/x/sys/":                                      {"runcommand/fleet"},
	"golang.org/x/text/":                                     {"runcommand", "validate"},
	"github.com/stretchr/testify/":                           {},
}

// homesOf returns the rooms and files that may import a package. The result restricted is
// false when every room may import the package.
func homesOf(imported string) (rooms []string, restricted bool) {
	longest := ""
	for library := range homes {
		if strings.HasPrefix(imported, library) && len(library) > len(longest) {
			longest = library
		}
	}
	return homes[longest], longest != ""
}

// standardOnly lists the rooms that may import no libraries: only the standard library and rooms
// of this module.
var standardOnly = []string{"errors", "frequency", "internal/wire"}

func TestRoomsImportOnlyWhatTheDesignAllows(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "./...") {
		room := p.room()
		rooms, drawn := allowed[room]
		if !assert.True(t, drawn, "room %s is not in the design", room) {
			continue
		}
		for _, imported := range p.Imports {
			if inner, ok := strings.CutPrefix(imported, module+"/"); ok {
				assert.Contains(t, rooms, inner, "import in %s", room)
			}
		}
	}
}

// The local service must not use the code of the client. Otherwise a test of the client with the
// local service would prove nothing. Only the method Server.Client may use it, in one file.
func TestOneFileOfTheLocalServiceImportsTheClient(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "runcommand", "runcommandtest", "*.go"))
	require.NoError(t, err)
	var found []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, imported := range parsed.Imports {
			if imported.Path.Value == strconv.Quote(module+"/runcommand") {
				found = append(found, filepath.Base(file))
			}
		}
	}
	assert.Equal(t, []string{"client.go"}, found)
}

func TestLibrariesStayInTheirRooms(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "./...") {
		for _, file := range p.GoFiles {
			place := p.room() + "/" + file
			for _, imported := range importsOf(t, filepath.Join(p.Dir, file)) {
				if rooms, restricted := homesOf(imported); restricted && !slices.Contains(rooms, p.room()) {
					assert.Contains(t, rooms, place, "import of %s", imported)
				}
			}
		}
		for _, imported := range p.Imports {
			if slices.Contains(standardOnly, p.room()) {
				assert.NotContains(t, strings.Split(imported, "/")[0], ".", "%s is for the standard library alone", p.room())
			}
		}
	}
}

// importsOf returns the packages that one file imports.
func importsOf(tb testing.TB, path string) (imports []string) {
	tb.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	require.NoError(tb, err)
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		require.NoError(tb, err)
		imports = append(imports, imported)
	}
	return imports
}

func TestUsersInheritOnlyWhatTheyImport(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		imports []string
		absent  []string
	}{
		{"frequency, errors and poll bring no SDK core", []string{"frequency", "errors", "poll"},
			[]string{"github.com/alibabacloud-go/", "github.com/aliyun/", "github.com/go-playground/"}},
		{"runcommand brings no test library and no local service", []string{"runcommand"},
			[]string{"github.com/stretchr/", module + "/runcommand/runcommandtest"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			args := []string{"-deps"}
			for _, room := range c.imports {
				args = append(args, module+"/"+room)
			}
			packages := list(t, args...)
			require.Greater(t, len(packages), len(c.imports))
			for _, p := range packages {
				for _, absent := range c.absent {
					exact := !strings.HasSuffix(absent, "/") && p.ImportPath == absent
					within := strings.HasSuffix(absent, "/") && strings.HasPrefix(p.ImportPath, absent)
					assert.False(t, exact || within, "%s comes along", p.ImportPath)
				}
			}
		})
	}
}

func TestEveryDrawnRoomExists(t *testing.T) {
	t.Parallel()
	found := make(map[string]bool)
	for _, p := range list(t, "./...") {
		found[p.room()] = true
	}
	for _, room := range slices.Sorted(maps.Keys(allowed)) {
		assert.True(t, found[room], "room %s is gone", room)
	}
}

type listed struct {
	ImportPath, Dir  string
	GoFiles, Imports []string
}

func (p listed) room() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

func list(tb testing.TB, args ...string) []listed {
	tb.Helper()
	watchTree(tb)
	cmd := exec.CommandContext(tb.Context(), "go", append([]string{"list", "-tags=realaccount", "-json=ImportPath,Dir,GoFiles,Imports"}, args...)...)
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	require.NoError(tb, err)
	var packages []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); err == io.EOF {
			return packages
		}
		require.NoError(tb, err)
		packages = append(packages, p)
	}
}

// watchTree reads every folder of the module, so that go test does not take an old result from its
// cache when a file was added. The cache records only what a test reads itself. It does not record
// the files that go list reads for the test.
func watchTree(tb testing.TB) {
	tb.Helper()
	require.NoError(tb, filepath.WalkDir(filepath.Join("..", ".."), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		return err
	}))
}
