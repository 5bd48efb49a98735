package shell

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestShellCloseFindsProcessesInSessionsOfTheirOwn(t *testing.T) {
	t.Parallel()
	for name, command := range map[string]string{
		"with the environment of their script": `exec setsid sh`,
		"with an environment of their own":     `exec env -i PATH="$PATH" setsid sh`,
		"that have left their directory":       `cd / && exec setsid sh`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := openShell(t)
			bystander, _ := openShell(t)
			ours, theirs := newProcessWatch(t), newProcessWatch(t)
			tell := newProcessWatch(t)
			const daemon = `(%s -c 'exec 3>%s; echo up >&3; read word <%s; echo "$word" >&3; exec sleep 3600') >/dev/null 2>&1 &`
			for _, d := range []struct {
				of   *Shell
				life *processWatch
			}{{s, ours}, {bystander, theirs}} {
				wait := begin(t.Context(), t, d.of, text(fmt.Sprintf(daemon, command, d.life.path, tell.path)))
				d.life.open(t, 0)
				d.life.expectLine(t, "up")
				assert.NoError(t, wait().err)
			}

			require.NoError(t, s.Close())
			ours.ends(t)

			inTime(t, "the other shell's process to listen", func() {
				assert.NoError(t, os.WriteFile(tell.path, []byte("alive\n"), 0))
			})
			theirs.expectLine(t, "alive")
			require.NoError(t, bystander.Close())
			theirs.ends(t)
		})
	}
}
