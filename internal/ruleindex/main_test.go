package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

const room = "../../validate"

func TestTheListsAreUpToDate(t *testing.T) {
	t.Parallel()
	for _, l := range lists {
		want, err := l.write()
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(room, l.file))
		require.NoError(t, err)
		text := strings.ReplaceAll(string(got), "\r\n", "\n") // a checkout on Windows may have changed the line ends
		assert.Equal(t, string(want), text, "%s: run: go generate ./validate", l.file)
	}
}

func TestTheListOfRulesHasEveryLimitAndEveryCode(t *testing.T) {
	t.Parallel()
	text, err := checkRules()
	require.NoError(t, err)
	limits := reflect.TypeFor[validate.Limits]()
	for i := range limits.NumField() {
		assert.Contains(t, string(text), "([Limits."+limits.Field(i).Name+"])")
	}
	used := 0
	names := codeNames()
	inspectSource(t, func(n ast.Node) {
		if s, ok := n.(*ast.SelectorExpr); ok && names[s.Sel.Name] {
			used++
			assert.Contains(t, string(text), "[errors."+s.Sel.Name+"]")
		}
	})
	assert.Greater(t, used, 50, "the codes in the source of package validate")
}

// codeNames returns the names of the constants of all codes.
func codeNames() map[string]bool {
	names := make(map[string]bool)
	for _, c := range errors.Codes() {
		names[strings.ReplaceAll(string(c), ".", "")] = true
	}
	return names
}

func TestTheListsHaveEveryMessageOfTheSource(t *testing.T) {
	t.Parallel()
	var violations, warnings []string
	for _, p := range parameters {
		for _, r := range p.rules {
			v, err := violation(p.field, r)
			require.NoError(t, err)
			violations = append(violations, v.Message)
		}
	}
	for _, p := range warned {
		for _, k := range p.cases {
			w, err := warning(p.field, k)
			require.NoError(t, err)
			warnings = append(warnings, w.Message)
		}
	}
	found := 0
	inspectSource(t, func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		listed, at := violations, 2
		switch name := called(call); name {
		case "report", "reportLocal":
		case "warn":
			listed, at = warnings, 1
		default:
			return
		}
		if pattern := patternOf(call, at); pattern != nil {
			found++
			assert.True(t, matchesAny(pattern, listed), "no entry has the message %s", pattern)
		}
	})
	assert.Greater(t, found, 50, "the messages in the source of package validate")
}

// called returns the name of the function or method that a call calls.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

var verb = regexp.MustCompile(`%[a-zA-Z]`)

// patternOf returns a pattern that matches the messages of a call. The format of these messages
// is the argument of the call with the index at. patternOf returns nil for a format that is no
// constant or has no words of its own.
func patternOf(call *ast.CallExpr, at int) *regexp.Regexp {
	if len(call.Args) <= at {
		return nil
	}
	literal, ok := call.Args[at].(*ast.BasicLit)
	if !ok {
		return nil
	}
	format, err := strconv.Unquote(literal.Value)
	if err != nil || format == "%s" {
		return nil
	}
	parts := verb.Split(format, -1)
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile("(?s)^" + strings.Join(parts, ".*"))
}

// matchesAny reports whether a pattern matches one of the messages.
func matchesAny(pattern *regexp.Regexp, messages []string) bool {
	for _, m := range messages {
		if pattern.MatchString(m) {
			return true
		}
	}
	return false
}

func TestTheListOfWarningsHasTheTablesOfTheSource(t *testing.T) {
	t.Parallel()
	text, err := warningList()
	require.NoError(t, err)
	list := strings.ReplaceAll(string(text), "\n//     ", " ")
	found := 0
	inspectSource(t, func(n ast.Node) {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != "advice" && spec.Names[0].Name != "misplaced" {
			return
		}
		ast.Inspect(spec.Values[0], func(n ast.Node) bool {
			if _, ok := n.(*ast.FuncLit); ok {
				return false
			}
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				message, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				found++
				assert.Contains(t, list, message)
			}
			return true
		})
	})
	assert.Greater(t, found, 20, "the texts of the tables advice and misplaced")
}

// inspectSource calls do for every node of the source of package validate, without its tests and
// without the generated files.
func inspectSource(tb testing.TB, do func(ast.Node)) {
	tb.Helper()
	require.NoError(tb, filepath.WalkDir(room, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, l := range lists {
			if entry.Name() == l.file {
				return nil
			}
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(tb, err)
		ast.Inspect(file, func(n ast.Node) bool {
			do(n)
			return true
		})
		return nil
	}))
}

// The test changes the folder of the process. So it is not parallel.
func TestTheProgramWritesTheLists(t *testing.T) {
	t.Chdir(t.TempDir())
	main()
	for _, l := range lists {
		want, err := l.write()
		require.NoError(t, err)
		got, err := os.ReadFile(l.file)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got))
	}
}

func TestAnEntryThatMeetsAnotherRuleIsAnError(t *testing.T) {
	t.Parallel()
	nothing := func(*validate.Command, int) {}
	noType := func(c *validate.Command, _ int) { c.Type = "" }
	both := func(c *validate.Command, _ int) { c.Type, c.Content = "", nil }
	for _, tt := range []struct {
		name, field string
		do          func(*validate.Command, int)
		ok          bool
	}{
		{"its rule", "Type", noType, true},
		{"no rule", "Type", nothing, false},
		{"two rules", "Type", both, false},
		{"a rule of another field", "Name", noType, false},
		{"a rule of a field that begins in the same way", "Typ", noType, false},
	} {
		_, err := violation(tt.field, rule{text: "an entry", do: tt.do})
		assert.Equal(t, tt.ok, err == nil, "%s: %v", tt.name, err)
	}
	longName := func(c *validate.Command) { c.Name = strings.Repeat("n", 1000) }
	for name, do := range map[string]func(*validate.Command){
		"no warning":       func(*validate.Command) {},
		"a broken command": longName,
	} {
		_, err := warning("CommandContent", warningCase{when: "an entry", do: do})
		assert.Error(t, err, name)
	}
}

func TestATextIsWrappedBetweenItsWords(t *testing.T) {
	t.Parallel()
	word := strings.Repeat("w", 100)
	for _, tt := range []struct{ name, text, want string }{
		{"a line that is full", strings.Repeat("x", 94) + " yz", "// " + strings.Repeat("x", 94) + " yz\n"},
		{"a line that is one letter too long", strings.Repeat("x", 95) + " yz", "// " + strings.Repeat("x", 95) + "\n//   yz\n"},
		{"a first word that is too long", word + " y", "// " + word + "\n//   y\n"},
		{"no text", "", "// \n"},
	} {
		var b strings.Builder
		writeText(&b, tt.text, "// ", "//   ")
		assert.Equal(t, tt.want, b.String(), tt.name)
	}
}
