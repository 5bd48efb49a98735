package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const reference = "https://pkg.go.dev/" + module

var (
	apiName  = regexp.MustCompile(`\b(errors|fleet|frequency|otelruncommand|poll|runcommand|runcommandtest|validate)\.([A-Z]\w*)(?:\.([A-Z]\w*))?`)
	proof    = regexp.MustCompile("`go test -run (\\S+) -v \\./([\\w/]+)`")
	makeCall = regexp.MustCompile("`make ([\\w-]+)`")
	program  = regexp.MustCompile(`go run \./(\S+?)[\s` + "`" + `]`)
)

// packageDirs are the folders of the public packages, by their names.
var packageDirs = map[string]string{
	"errors": "errors", "fleet": "runcommand/fleet", "frequency": "frequency", "otelruncommand": "runcommand/otelruncommand", "poll": "poll",
	"runcommand":     "runcommand",
	"runcommandtest": "runcommand/runcommandtest", "validate": "validate",
}

// The pages of other sites are not fetched: the tests need no network.
func TestEveryLinkOfTheREADMEsLeadsSomewhere(t *testing.T) {
	t.Parallel()
	for _, name := range readmes {
		page := readPage(t, name)
		require.Greater(t, len(page.links), 40)
		for _, link := range page.links {
			u, err := url.Parse(link)
			if !assert.NoError(t, err, "%s: %s", name, link) {
				continue
			}
			switch {
			case u.Scheme == "" && u.Path == "":
				assert.Contains(t, page.anchors, u.Fragment, "%s: there is no heading for %s", name, link)
			case u.Scheme == "":
				assert.FileExists(t, filepath.Join("..", "..", filepath.FromSlash(u.Path)), name)
				if u.Fragment != "" {
					assert.Contains(t, readPage(t, u.Path).anchors, u.Fragment, "%s: there is no heading for %s", name, link)
				}
			case strings.HasPrefix(link, reference):
				dir := strings.TrimPrefix(u.Path, "/"+module+"/")
				names := declared(t, dir)
				assert.NotEmpty(t, names, "%s: there is no package for %s", name, link)
				if u.Fragment != "" {
					assert.True(t, names[u.Fragment], "%s: %s declares no %s", name, dir, u.Fragment)
				}
			default:
				assert.Equal(t, "https", u.Scheme, "%s: %s", name, link)
				assert.Contains(t, u.Host, ".", "%s: %s", name, link)
			}
		}
	}
}

// Both pages lead to the same places. Pages that other sites have in both languages may differ.
func TestBothLanguagesOfTheREADMEHaveTheSameLinks(t *testing.T) {
	t.Parallel()
	var places [2][]string
	for n, name := range readmes {
		page := readPage(t, name)
		for _, link := range page.links {
			if anchor, ok := strings.CutPrefix(link, "#"); ok {
				number := slices.Index(page.anchors, anchor)
				link = "heading " + string(rune('A'+number)) // the headings of both pages have the same order
			} else if slices.Contains(readmes, link) {
				link = "the other language"
			} else if u, err := url.Parse(link); err == nil && strings.HasPrefix(u.Host, "docs.aws.") {
				link = u.Host + "/" + path.Base(u.Path)
			} else if err == nil && strings.HasPrefix(u.Host, "help.aliyun.") {
				link = u.Host + "/" + path.Base(u.Path)
			}
			places[n] = append(places[n], link)
		}
		slices.Sort(places[n])
	}
	assert.Equal(t, places[0], places[1])
}

func TestTheREADMEsNameWhatThereIs(t *testing.T) {
	t.Parallel()
	names := map[string]map[string]bool{}
	for pkg, dir := range packageDirs {
		names[pkg] = declared(t, dir)
	}
	standard := []string{"Is", "AsType"} // package errors has these from the standard package
	makefile, err := os.ReadFile(filepath.Join("..", "..", "Makefile"))
	require.NoError(t, err)
	for _, name := range readmes {
		page := readPage(t, name)
		found := apiName.FindAllStringSubmatch(strings.Join(mdCode.FindAllString(page.prose, -1), " "), -1)
		require.Greater(t, len(found), 20)
		for _, m := range found {
			symbol := m[2]
			if m[3] != "" {
				symbol += "." + m[3]
			}
			assert.True(t, names[m[1]][symbol] || m[1] == "errors" && slices.Contains(standard, symbol), "%s: there is no %s", name, m[0])
		}
		proofs := proof.FindAllStringSubmatch(page.prose, -1)
		require.Greater(t, len(proofs), 8)
		for _, m := range proofs {
			for test := range strings.SplitSeq(m[1], "|") {
				assert.True(t, hasTest(t, m[2], test), "%s: %s has no test %s", name, m[2], test)
			}
		}
		targets := makeCall.FindAllStringSubmatch(page.prose, -1)
		require.NotEmpty(t, targets)
		for _, m := range targets {
			assert.Contains(t, string(makefile), "\n"+m[1]+": ##", "%s: there is no make target %s", name, m[1])
		}
		texts := []string{page.prose}
		for _, block := range page.blocks {
			texts = append(texts, block.text)
		}
		programs := program.FindAllStringSubmatch(strings.Join(texts, "\n"), -1)
		require.NotEmpty(t, programs)
		for _, m := range programs {
			assert.DirExists(t, filepath.Join("..", "..", filepath.FromSlash(m[1])), name)
		}
	}
}

// The policy grants what the table of rights lists, no more and no less.
func TestThePolicyOfTheREADMEsGrantsTheRightsOfTheTable(t *testing.T) {
	t.Parallel()
	action := regexp.MustCompile(`\becs:[A-Z]\w+`)
	for _, name := range readmes {
		page := readPage(t, name)
		listed, granted := map[string]bool{}, map[string]bool{}
		for _, table := range page.tables {
			for _, found := range action.FindAllString(strings.Join(table, "\n"), -1) {
				listed[found] = true
			}
		}
		for _, block := range page.blocks {
			if block.lang == "json" {
				for _, found := range action.FindAllString(block.text, -1) {
					granted[found] = true
				}
			}
		}
		delete(listed, "ecs:CommandRunAs") // a condition
		assert.NotEmpty(t, listed)
		assert.Equal(t, listed, granted, name)
	}
}

// hasTest tells whether a test file of the folder declares the test.
func hasTest(tb testing.TB, dir, test string) bool {
	tb.Helper()
	found := false
	require.NoError(tb, filepath.WalkDir(filepath.Join("..", "..", filepath.FromSlash(dir)), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		found = found || strings.Contains(string(text), "\nfunc "+test+"(")
		return err
	}))
	return found
}

// declared returns the names that a package of this module exports: functions, types, constants and
// variables, and methods and fields as Type.Name.
func declared(tb testing.TB, dir string) map[string]bool {
	tb.Helper()
	names := map[string]bool{}
	files, err := filepath.Glob(filepath.Join("..", "..", dir, "*.go"))
	require.NoError(tb, err)
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(tb, err)
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				names[receiver(decl)+decl.Name.Name] = true
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					addSpec(names, spec)
				}
			}
		}
	}
	return names
}

// receiver returns the name of the type of a method with a dot, and "" for a function.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if name, ok := typ.(*ast.Ident); ok {
		return name.Name + "."
	}
	return "?."
}

// addSpec adds the names that a declaration of constants, variables or types declares.
func addSpec(names map[string]bool, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			names[name.Name] = true
		}
	case *ast.TypeSpec:
		names[spec.Name.Name] = true
		if s, ok := spec.Type.(*ast.StructType); ok {
			for _, field := range s.Fields.List {
				for _, name := range field.Names {
					names[spec.Name.Name+"."+name.Name] = true
				}
			}
		}
	}
}
