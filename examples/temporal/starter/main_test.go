package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
	"github.com/ecs-runcommand/runcommand-go/examples/temporal/rollout"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func TestWrongArgumentsArePrintedOnce(t *testing.T) {
	t.Parallel()
	file := writeFile(t, "patch.sh", "echo patched")
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"a flag that does not exist", []string{"-x"}, "starter: flag provided but not defined: -x\nusage: starter -id id [flags]; -h explains the flags\n"},
		{"a word", []string{"-id", "patch-1", "start"}, "starter: \"start\" is not a flag; the program takes no other arguments\n"},
		{"no id", nil, "starter: -id is missing: the id of the workflow\n"},
		{"a script without instances", []string{"-id", "patch-1", "-script", file}, "starter: -script and -instances must be given together\n"},
		{"instances without a script", []string{"-id", "patch-1", "-instances", file}, "starter: -script and -instances must be given together\n"},
		{"a start that approves", []string{"-id", "patch-1", "-script", file, "-instances", file, "-approve", "2"}, "starter: -approve, -reject and -cancel are for a rollout that was started before\n"},
		{"a script that is not there", []string{"-id", "patch-1", "-script", file + "x", "-instances", file}, file + "x"},
		{"a list of instances that is not there", []string{"-id", "patch-1", "-script", file, "-instances", file + "x"}, file + "x"},
		{"a wave that is no size", []string{"-id", "patch-1", "-script", file, "-instances", file, "-waves", "1,all"}, "starter: -waves: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			assert.Equal(t, 2, run(t.Context(), c.args, &out, &errs))
			assert.Contains(t, errs.String(), c.want)
			assert.Equal(t, 1, bytes.Count(errs.Bytes(), []byte("starter: ")), "%s", &errs)
			assert.Empty(t, out.String())
		})
	}
}

func TestTheInputOfARolloutComesFromFlagsAndFiles(t *testing.T) {
	t.Parallel()
	o, err := parse([]string{"-id", "patch-1", "-script", writeFile(t, "patch.sh", "echo patched"), "-instances", writeFile(t, "ids.txt", "i-1\ni-2 i-3\n"),
		"-waves", "1,10%,100%", "-max-failures", "2%", "-approval", "-pause", "5m"}, nil)
	require.NoError(t, err)
	require.NotNil(t, o.input)
	assert.Equal(t, "echo patched", string(o.input.Command.Content))
	assert.Equal(t, []string{"i-1", "i-2", "i-3"}, o.input.Instances)
	assert.Equal(t, []fleet.Size{fleet.Count(1), fleet.Percent(10), fleet.Percent(100)}, o.input.Waves)
	assert.Equal(t, fleet.Percent(2), o.input.MaxFailures)
	assert.True(t, o.input.Approval)
	assert.Equal(t, rollout.Duration(5*time.Minute), o.input.Pause)
}

func TestHelpIsForAPager(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "starter", run)
}

// writeFile writes a file and returns its path.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
