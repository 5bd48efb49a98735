package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheSecretFromAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, c := range []struct{ name, content, secret, err string }{
		{"one line", "s3cret\n", "s3cret", ""},
		{"no line break", "s3cret", "s3cret", ""},
		{"a line of Windows", "s3cret\r\n", "s3cret", ""},
		{"characters that a shell would read", "a$(id)'\"+/=", "a$(id)'\"+/=", ""},
		{"the longest", strings.Repeat("x", maxSecret) + "\r\n", strings.Repeat("x", maxSecret), ""},
		{"nothing", "", "", "holds no secret"},
		{"an empty line", "\n", "", "holds no secret"},
		{"two lines", "s3cret\nmore\n", "", "blanks, line breaks"},
		{"a blank", "s3cret more", "", "blanks, line breaks"},
		{"other letters", "gehäim", "", "outside of ASCII"},
		{"too much", strings.Repeat("x", maxSecret+1), "", "more than the 1024 bytes"},
		{"a whole device", strings.Repeat("x", 1<<20), "", "more than the 1024 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(dir, strings.ReplaceAll(c.name, " ", "-"))
			require.NoError(t, os.WriteFile(file, []byte(c.content), 0o600))
			o, err := parse([]string{"-secret-file", file}, io.Discard)
			if c.err != "" {
				assert.ErrorContains(t, err, c.err)
				assert.ErrorContains(t, err, file)
				assert.NotContains(t, err.Error(), "s3cret")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.secret, o.secret)
		})
	}
	_, err := parse([]string{"-secret-file", filepath.Join(dir, "missing")}, io.Discard)
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = parse([]string{"-secret-file", ""}, io.Discard)
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = parse([]string{"-secret-file", dir}, io.Discard)
	assert.ErrorContains(t, err, "-secret-file")
	_, err = parse([]string{"-secret-file", dir, "-secret", "x"}, io.Discard)
	assert.ErrorContains(t, err, "both given")
}

// The test changes the environment of the process. So it is not parallel.
func TestTheSecretFromTheEnvironment(t *testing.T) {
	t.Setenv(secretVariable, "from-the+environment")
	o, err := parse(nil, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, "from-the+environment", o.secret)

	o, err = parse([]string{"-secret", "from-the-flag"}, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, "from-the-flag", o.secret, "the flag comes first")
	o, err = parse([]string{"-secret", ""}, io.Discard)
	require.NoError(t, err)
	assert.NotContains(t, o.secret, "environment", "an empty flag asks for a new one")
	assert.GreaterOrEqual(t, len(o.secret), 20)
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte("from-the-file"), 0o600))
	o, err = parse([]string{"-secret-file", file}, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, "from-the-file", o.secret, "the file comes before the variable")

	t.Setenv(secretVariable, "two words")
	_, err = parse(nil, io.Discard)
	assert.ErrorContains(t, err, secretVariable)
	assert.NotContains(t, err.Error(), "words")
	t.Setenv(secretVariable, "")
	o, err = parse(nil, io.Discard)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(o.secret), 20, "an empty variable counts as none")
}

// The test changes the directory of the process. So it is not parallel.
func TestTheLineOfTheSecretNamesItsFileForEveryDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("secret", []byte("s3cret"), 0o600))
	o, err := parse([]string{"-secret-file", "secret"}, io.Discard)
	require.NoError(t, err)
	dir, err := os.Getwd()
	require.NoError(t, err)
	assert.Contains(t, o.secretShown, quote(filepath.Join(dir, "secret")))
}

func TestASecretFromAFileIsUsedAndNotPrinted(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "the team's secret")
	require.NoError(t, os.WriteFile(file, []byte("marked-secret\n"), 0o600))
	p := launch(t, "-addr", "127.0.0.1:0", "-secret-file", file)
	assert.NotContains(t, p.greeting, "marked-secret")
	assert.Contains(t, p.greeting, `export ALIBABA_CLOUD_ACCESS_KEY_SECRET="$(tr -d '\r\n' <'`+strings.ReplaceAll(file, "'", `'\''`)+`')"`)
	p.variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "marked-secret"
	assert.Empty(t, p.run(t, "true"))
	assert.Zero(t, p.end())
	assert.NotContains(t, p.errs.String(), "marked-secret")
}
