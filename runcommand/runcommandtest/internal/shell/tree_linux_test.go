package shell

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// treeEscapes are ways in which a script starts a program so that it outlives an
// ordinary kill. Each has the place %s for the program.
var treeEscapes = map[string]string{
	"in its group":                              `sh -c '%s' &`,
	"in a session of its own":                   `setsid sh -c '%s' &`,
	"in a session of its own, twice":            `setsid env setsid sh -c '%s' &`,
	"by nohup":                                  `nohup sh -c '%s' >/dev/null 2>&1 &`,
	"by a fork in a fork":                       `( ( sh -c '%s' & ) & )`,
	"by a fork in a fork, in a session":         `( ( setsid sh -c '%s' >/dev/null 2>&1 & ) & )`,
	"in another directory":                      `cd /; ( setsid sh -c '%s' & )`,
	"with an environment of its own":            `( env -i PATH="$PATH" setsid sh -c '%s' & )`,
	"as a child that has neither":               `env -i PATH="$PATH" setsid sh -c 'cd /; %s' &`,
	"as a grandchild that has neither":          `export P='%s'; setsid sh -c 'env -i PATH="$PATH" sh -c "cd /; $P"; :' &`,
	"as an orphan in the session of a daemon":   `export P='%s'; setsid sh -c 'sleep 3600 & (env -i PATH="$PATH" sh -c "cd /; $P" &)' &`,
	"by a shell that ignores signals":           `trap "" HUP TERM INT; setsid sh -c 'trap "" HUP TERM INT; %s' &`,
	"with its standard files closed, in a loop": `setsid sh -c 'exec 0<&- 1>&- 2>&-; %s' &`,
}

func TestShellKillsDescendantsInEverySession(t *testing.T) {
	t.Parallel()
	for name, escape := range treeEscapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, dir := openShell(t)
			life := newProcessWatch(t)
			program := fmt.Sprintf("exec 3>%s; echo up >&3; sleep 3600", life.path)
			x := text(fmt.Sprintf(escape, program) + "\nsleep 3600")
			x.KillTree = true
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			wait := begin(ctx, t, s, x)
			life.open(t, 0)
			life.expectLine(t, "up")
			cancel(errors.New("stopped"))
			assert.Equal(t, errors.ExecutionInterrupted, wait().err)
			life.ends(t)
			assert.Empty(t, runDirectories(t, dir))
		})
	}
}

func TestShellKillsOnlyTheTreeOfItsScript(t *testing.T) {
	t.Parallel()
	s, _ := openShell(t)
	other, tell := newProcessWatch(t), newProcessWatch(t)
	neighbour := begin(t.Context(), t, s, text(fmt.Sprintf(
		`setsid sh -c 'exec 3>%s; echo up >&3; read word <%s; echo "$word" >&3' & wait; exit 5`, other.path, tell.path)))
	other.open(t, 0)
	other.expectLine(t, "up")

	x := text("setsid sleep 3600 & sleep 3600")
	x.KillTree = true
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	assert.Equal(t, errors.ExecutionTimeout, run(ctx, s, x).err)

	inTime(t, "the other script's process to listen", func() {
		assert.NoError(t, os.WriteFile(tell.path, []byte("alive\n"), 0))
	})
	other.expectLine(t, "alive")
	assert.Equal(t, 5, neighbour().exit, "another script of the shell goes on")
}

func TestASearchDoesNotTakeTheSessionOfAVisitor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(dir+"/home", 0o700))
	// A person's terminal: a session whose leader looks around in the directory.
	visitor := exec.CommandContext(t.Context(), "setsid", "sh", "-c",
		fmt.Sprintf(`(cd / && exec sleep 3600) & cd %s/home; echo $! >../seen; exec sleep 3600`, dir))
	require.NoError(t, visitor.Start())
	var pid int
	inTime(t, "the visitor to arrive", func() {
		for pid == 0 {
			seen, _ := os.ReadFile(dir + "/seen")
			pid, _ = strconv.Atoi(strings.TrimSpace(string(seen)))
		}
	})
	k, ok := readKinship("/proc/" + strconv.Itoa(pid))
	require.True(t, ok)
	s := newSearch(dir)
	assert.False(t, s.matches("/proc/"+strconv.Itoa(pid)))
	assert.True(t, s.matches("/proc/"+strconv.Itoa(k.parent)), "a process that is in the directory is found")
	assert.False(t, s.matches("/proc/"+strconv.Itoa(pid)), "but its session is not")
	require.NoError(t, visitor.Process.Kill())
	_ = visitor.Wait()
	child, err := os.FindProcess(pid)
	require.NoError(t, err)
	_ = child.Kill()
}

func TestKinshipIsReadBehindAnyName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, tt := range []struct {
		name, stat string
		want       kinship
		ok         bool
	}{
		{"a plain name", "12 (sh) S 1 2 3 0 -1", kinship{1, 2, 3}, true},
		{"a name with blanks and parentheses", "12 (a) S 9 9 9 (b)) R 1 2 3 0", kinship{1, 2, 3}, true},
		{"a process that has ended", "12 (sh) Z 1 2 3 0", kinship{}, false},
		{"a line that is cut", "12 (sh) S 1 2", kinship{}, false},
		{"no numbers", "12 (sh) S 1 x 3 0", kinship{}, false},
		{"nothing", "", kinship{}, false},
	} {
		require.NoError(t, os.WriteFile(dir+"/stat", []byte(tt.stat), 0o600))
		k, ok := readKinship(dir)
		assert.Equal(t, tt.ok, ok, tt.name)
		if tt.ok {
			assert.Equal(t, tt.want, k, tt.name)
		}
	}
	_, ok := readKinship(dir + "/none")
	assert.False(t, ok)
}
