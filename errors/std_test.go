package errors_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	stderrors "errors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestEveryNameOfTheStandardPackageIsReExported(t *testing.T) {
	t.Parallel()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "errors").Output()
	require.NoError(t, err)
	standard := exportedNames(t, strings.TrimSpace(string(dir)))
	require.Subset(t, standard, []string{"New", "Is", "As", "Join"}, "the standard package was read")
	assert.Subset(t, exportedNames(t, "."), standard)
}

func TestReExportsBehaveAsTheStandardOnes(t *testing.T) {
	t.Parallel()
	inner := errors.New("inner")
	wrapped := fmt.Errorf("outer: %w", inner)
	pathErr := error(&fs.PathError{Op: "open", Path: "p", Err: inner})

	assert.Equal(t, "inner", inner.Error())
	assert.True(t, errors.Is(wrapped, inner))
	assert.Same(t, inner, errors.Unwrap(wrapped))
	assert.ErrorIs(t, errors.Join(nil, wrapped), inner)
	assert.NoError(t, errors.Join(nil, nil))
	assert.Same(t, stderrors.ErrUnsupported, errors.ErrUnsupported)

	var target *fs.PathError
	assert.True(t, errors.As(fmt.Errorf("x: %w", pathErr), &target))
	found, ok := errors.AsType[*fs.PathError](fmt.Errorf("x: %w", pathErr))
	assert.True(t, ok)
	assert.Same(t, target, found)
}

// exportedNames lists the exported top-level names of the package in dir.
func exportedNames(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	for _, file := range parseDir(t, dir) {
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.IsExported() {
					names = append(names, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.TypeSpec:
						if s.Name.IsExported() {
							names = append(names, s.Name.Name)
						}
					case *ast.ValueSpec:
						for _, n := range s.Names {
							if n.IsExported() {
								names = append(names, n.Name)
							}
						}
					}
				}
			}
		}
	}
	return names
}

// parseDir parses the files in dir that are not tests.
func parseDir(t *testing.T, dir string) []*ast.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, file)
	}
	return files
}
