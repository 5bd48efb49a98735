package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
)

func TestWrongArgumentsArePrintedOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"a flag that does not exist", []string{"-x"}, 2, "worker: flag provided but not defined: -x\nusage: worker [flags]; -h explains the flags\n"},
		{"a flag that does not exist after a word", []string{"word", "-x"}, 2, "worker: flag provided but not defined: -x\nusage: worker [flags]; -h explains the flags\n"},
		{"a word", []string{"start"}, 2, "worker: \"start\" is not a flag; the program takes no other arguments\n"},
		{"a region that is none", []string{"-region", "cn/../hangzhou"}, 1, "worker: "},
		{"a database that the program does not know", []string{"-db", "mysql://host/rollouts"}, 1, "worker: sqljournal: the address of the database begins with \"mysql://\""},
		{"a database in a folder that does not exist", []string{"-db", filepath.Join(t.TempDir(), "none", "rollouts.db")}, 1, "worker: sqljournal: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			assert.Equal(t, c.status, run(t.Context(), c.args, &out, &errs))
			assert.Contains(t, errs.String(), c.want)
			assert.Equal(t, 1, bytes.Count(errs.Bytes(), []byte("worker: ")), "%s", &errs)
			assert.Empty(t, out.String())
		})
	}
}

func TestHelpIsForAPager(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "worker", run)
}
