//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package fleet_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// journalOfChild is an environment variable. When it is set, a test runs in a second
// process. Its value is the path of the journal.
const journalOfChild = "FLEET_TEST_JOURNAL"

// startJournalChild runs the test again in a second process, with the path in
// journalOfChild. The scanner lines reads the standard output of that process.
func startJournalChild(t *testing.T, path string) (child *exec.Cmd, lines *bufio.Scanner) {
	t.Helper()
	binary, err := os.Executable()
	require.NoError(t, err)
	child = exec.CommandContext(t.Context(), binary, "-test.run=^"+t.Name()+"$", "-test.count=1")
	child.Env = append(os.Environ(), journalOfChild+"="+path)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	stdin, err := child.StdinPipe()
	require.NoError(t, err)
	t.Cleanup(func() { stdin.Close() })
	child.Stderr = os.Stderr
	require.NoError(t, child.Start())
	return child, bufio.NewScanner(out)
}

func TestASecondProcessIsRefusedUntilTheFirstOneDies(t *testing.T) {
	t.Parallel()
	if path := os.Getenv(journalOfChild); path != "" {
		appendEntry(t, openJournal(t, path), 1, `{"by":"child"}`)
		fmt.Println("\nopen")
		_, err := io.ReadAll(os.Stdin) // until the parent ends
		require.NoError(t, err)
		return
	}
	path := filepath.Join(t.TempDir(), "journal")
	child, lines := startJournalChild(t, path)
	for lines.Scan() && lines.Text() != "open" {
	}
	require.Equal(t, "open", lines.Text())
	_, err := fleet.OpenJournal(path)
	require.ErrorIs(t, err, fleet.ErrLocked)
	require.EqualError(t, err, "fleet: journal "+path+": another process is using this journal, or this process has opened it twice")

	require.NoError(t, child.Process.Kill())
	require.ErrorContains(t, child.Wait(), "signal: killed")
	j := openJournal(t, path)
	assert.Equal(t, []string{`{"by":"child"}`}, entriesOf(t, j))
	appendEntry(t, j, 2, `{"by":"parent"}`)
}

func TestWhatWasAppendedIsThereAfterTheProcessWasKilled(t *testing.T) {
	t.Parallel()
	entry := func(n int) string { return fmt.Sprintf(`{"n":%d,"text":"%s"}`, n, strings.Repeat("x", n*97%20_000)) }
	if path := os.Getenv(journalOfChild); path != "" {
		j := openJournal(t, path)
		for n := 1; ; n++ {
			appendEntry(t, j, n, entry(n))
			fmt.Printf("\nappended %d\n", n)
		}
	}
	path := filepath.Join(t.TempDir(), "journal")
	for _, killAfter := range []int{1, 7, 60} {
		require.NoError(t, os.RemoveAll(path))
		child, lines := startJournalChild(t, path)
		appended := 0
		for lines.Scan() {
			if number, ok := strings.CutPrefix(lines.Text(), "appended "); ok {
				var err error
				appended, err = strconv.Atoi(number)
				require.NoError(t, err)
			}
			if appended == killAfter {
				require.NoError(t, child.Process.Kill())
			}
		}
		require.ErrorContains(t, child.Wait(), "signal: killed")
		require.GreaterOrEqual(t, appended, killAfter)

		j := openJournal(t, path)
		entries := entriesOf(t, j)
		require.GreaterOrEqual(t, len(entries), appended)
		require.LessOrEqual(t, len(entries), appended+1, "the process was killed before it said that it appended one more")
		for i, got := range entries {
			require.Equal(t, entry(i+1), got)
		}
		appendEntry(t, j, len(entries)+1, `{}`)
		require.NoError(t, j.Close())
	}
}

// A limit on the size of files acts like a full disk: a write stores a part of its data and
// then fails.
func TestAFullDiskIsAnErrorAndLeavesWhatWasThere(t *testing.T) {
	t.Parallel()
	const limit = 1000
	if path := os.Getenv(journalOfChild); path != "" {
		j := openJournal(t, path)
		signal.Ignore(syscall.SIGXFSZ)
		var before syscall.Rlimit
		require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before))
		full := before
		full.Cur = limit
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full))
		for n := 4; ; n++ {
			content := contentOf(t, path)
			err := j.Append(t.Context(), int64(n), []byte(`"`+strings.Repeat("x", 300)+`"`))
			if err == nil {
				continue
			}
			require.ErrorIs(t, err, syscall.EFBIG)
			require.EqualError(t, err, "fleet: journal "+path+": write: file too large")
			require.Greater(t, n, 4)
			require.Equal(t, content, contentOf(t, path), "the part of the line was removed")
			require.ErrorIs(t, j.Append(t.Context(), int64(n), []byte(`"`+strings.Repeat("y", 1000)+`"`)), syscall.EFBIG)
			require.Equal(t, content, contentOf(t, path))
			appendEntry(t, j, n, `"short"`)
			require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before))
			appendEntry(t, j, n+1, `"there is room again"`)
			fmt.Println("\nfull")
			return
		}
	}
	for name, content := range map[string]string{
		"a whole file":                        threeLines,
		"a file without the last line end":    strings.TrimSuffix(threeLines, "\n"),
		"a file with a torn line at its end":  threeLines + `{"n":4,"sum":"0000`,
		"a file with NUL bytes up to the end": threeLines + strings.Repeat("\x00", limit-len(threeLines)),
	} {
		path := journalFile(t, content)
		child, lines := startJournalChild(t, path)
		var out []string
		for lines.Scan() {
			out = append(out, lines.Text())
		}
		require.NoError(t, child.Wait(), "%s: %s", name, strings.Join(out, "\n"))
		require.Contains(t, out, "full")
		j := openJournal(t, path)
		entries := entriesOf(t, j)
		assert.Equal(t, threeEntries, entries[:3], name)
		assert.Equal(t, []string{`"short"`, `"there is room again"`}, entries[len(entries)-2:], name)
		require.NoError(t, j.Close())
	}
}

func TestAPipeADeviceOrASocketIsNoJournalAndBlocksNothing(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "") //nolint:usetesting // the path of a socket must be short
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	pipe, socket, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "socket"), filepath.Join(dir, "link")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	require.NoError(t, os.Symlink(pipe, link))
	listener, err := net.Listen("unix", socket)
	require.NoError(t, err)
	defer listener.Close()
	for path, want := range map[string]string{
		pipe: "it is a named pipe", link: "it is a named pipe", socket: "it is a socket", os.DevNull: "it is a device",
	} {
		j, err := fleet.OpenJournal(path)
		require.EqualError(t, err, "fleet: cannot open the journal: open "+path+": "+want+", not a regular file")
		assert.Nil(t, j)
	}
}

func TestALinkToAFileThatIsNotThereCreatesTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "other"), 0o700))
	target, link := filepath.Join(dir, "other", "journal"), filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(target, link))
	j := openJournal(t, link)
	appendEntry(t, j, 1, `1`)
	assert.Contains(t, contentOf(t, target), `"entry":1}`)
	require.NoError(t, os.Remove(link))
	require.NoError(t, os.Symlink(journalFile(t, contentOf(t, target)), link))
	require.ErrorContains(t, j.Append(t.Context(), 2, []byte(`2`)), "the file was replaced by another one")
}
