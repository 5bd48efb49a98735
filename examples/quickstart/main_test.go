package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQuickstart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "script.sh")
	require.NoError(t, os.WriteFile(file, []byte("echo from a file\n"), 0o600))
	for _, c := range []struct {
		name   string
		args   []string
		stdin  string
		status int
		out    []string
		err    string
	}{
		{"nothing: the first script", nil, "", 0, []string{"i-local-1  Success, exit code 0", "i-local-2", "| uid=", "succeeded on all 2"}, ""},
		{"a script", []string{"echo $((6*7)); echo second >&2"}, "", 0, []string{"  | 42\n  | second\n"}, ""},
		{"several words", []string{"echo", "two", "words"}, "", 0, []string{"| two words"}, ""},
		{"standard input", []string{"-"}, "echo from stdin", 0, []string{"| from stdin"}, ""},
		{"a file", []string{"-f", file}, "", 0, []string{"| from a file"}, ""},
		{"a script that fails", []string{"echo so far; exit 3"}, "", 1, []string{"Failed, exit code 3", "| so far"}, "failed on 2 of 2"},
		{"a script that takes too long", []string{"-timeout", "1s", "exec sleep 60"}, "", 1, []string{"Timeout", "ExecutionTimeout"}, "failed on 2 of 2"},
		{"an empty script", []string{"-"}, "", 2, nil, "CommandContent"},
		{"half a second", []string{"-timeout", "500ms", "true"}, "", 2, nil, "Timeout"},
		{"no time at all", []string{"-timeout", "0s", "true"}, "", 2, nil, "-timeout"},
		{"a file that is not there", []string{"-f", file + "x"}, "", 2, nil, "no such file"},
		{"a file and a script", []string{"-f", file, "true"}, "", 2, nil, "not both"},
		{"a region without instances", []string{"-region", "cn-hangzhou"}, "", 2, nil, "must be given together"},
		{"a flag that is none", []string{"-x"}, "", 2, nil, "usage"},
		{"a region that is none", []string{"-region", "cn/../hangzhou", "-instances", "i-1"}, "", 1, nil, "region"},
		{"help", []string{"-h"}, "", 0, nil, "usage: quickstart"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			status := run(t.Context(), c.args, strings.NewReader(c.stdin), &out, &errs)
			assert.Equal(t, c.status, status, "%s%s", &out, &errs)
			for _, want := range c.out {
				assert.Contains(t, out.String(), want)
			}
			assert.Contains(t, errs.String(), c.err)
		})
	}
}
