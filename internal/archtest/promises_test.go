package archtest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	promiseRow  = regexp.MustCompile(`(?m)^\| (P\d+) \| .* \| (.*) \|$`)
	testName    = regexp.MustCompile("`(Test\\w+)`")
	testFunc    = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	promiseName = regexp.MustCompile(`P\d+`)
	promiseLink = regexp.MustCompile(`\b(?:P\d+(?:, | and )?)+ of internal/DESIGN\.md`)
	sourceFile  = regexp.MustCompile("`((?:internal|runcommand|errors|frequency|poll|validate)/[\\w/]+\\.go)`")
)

// The design page names tests and files. When one of them is renamed, this test fails, and the page has to
// be corrected.
func TestTheDesignPageNamesTestsAndFilesThatExist(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	page, err := os.ReadFile(filepath.Join("..", "DESIGN.md"))
	require.NoError(t, err)

	tests, mentioned := map[string]bool{}, map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, f := range testFunc.FindAllSubmatch(text, -1) {
			tests[string(f[1])] = true
		}
		if !strings.Contains(path, "archtest") {
			comment := strings.ReplaceAll(string(text), "\n// ", " ")
			for _, link := range promiseLink.FindAllString(comment, -1) {
				for _, id := range promiseName.FindAllString(link, -1) {
					mentioned[id] = path
				}
			}
		}
		return err
	}))

	promises := map[string]bool{}
	for _, row := range promiseRow.FindAllSubmatch(page, -1) {
		promises[string(row[1])] = true
		names := testName.FindAllSubmatch(row[2], -1)
		assert.NotEmpty(t, names, "%s is proven by no test", row[1])
		for _, name := range names {
			assert.True(t, tests[string(name[1])], "%s: there is no %s", row[1], name[1])
		}
	}
	assert.GreaterOrEqual(t, len(promises), 16)
	for id := range promises {
		assert.Contains(t, mentioned, id, "no test names promise %s", id)
	}
	for id, path := range mentioned {
		assert.True(t, promises[id], "%s names promise %s, which internal/DESIGN.md does not have", path, id)
	}
	for _, file := range sourceFile.FindAllSubmatch(page, -1) {
		assert.FileExists(t, filepath.Join(root, string(file[1])))
	}
}
