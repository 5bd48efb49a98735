package fleet_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func openJournal(tb testing.TB, path string) *fleet.FileJournal {
	tb.Helper()
	j, err := fleet.OpenJournal(path)
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, j.Close()) })
	return j
}

// threeEntries are entries, and threeLines is the file that holds them. The sums were computed by another program.
var threeEntries = []string{`{"plan":"echo 你"}`, `"b"`, `[3, 4]`}

var threeLines = `{"n":1,"sum":"54cc4c5f","entry":{"plan":"echo 你"}}
{"n":2,"sum":"1eccdae0","entry":"b"}
{"n":3,"sum":"fcf400a3","entry":[3, 4]}
`

// journalFile writes a file and returns its path.
func journalFile(tb testing.TB, content string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "journal")
	require.NoError(tb, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func contentOf(tb testing.TB, path string) string {
	tb.Helper()
	content, err := os.ReadFile(path)
	require.NoError(tb, err)
	return string(content)
}

func appendEntry(tb testing.TB, j fleet.Journal, n int, entry string) {
	tb.Helper()
	require.NoError(tb, j.Append(tb.Context(), int64(n), []byte(entry)))
}

func TestAJournalFileHasOneReadableLineAnEntry(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	j := openJournal(t, path)
	assert.Empty(t, entriesOf(t, j))
	for i, entry := range threeEntries {
		appendEntry(t, j, i+1, entry)
	}
	assert.Equal(t, threeLines, contentOf(t, path))
	assert.Equal(t, threeEntries, entriesOf(t, j))
	if info, err := os.Stat(path); runtime.GOOS != "windows" {
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode())
	}
	require.NoError(t, j.Close())

	j = openJournal(t, path)
	assert.Equal(t, threeEntries, entriesOf(t, j))
	require.ErrorIs(t, j.Append(t.Context(), 3, []byte(`{}`)), fleet.ErrSuperseded)
	appendEntry(t, j, 4, `{}`)
	assert.Equal(t, append(threeEntries[:3:3], `{}`), entriesOf(t, j))
	assert.True(t, strings.HasPrefix(contentOf(t, path), threeLines))
}

func TestAnEntryIsOneJSONValueOnOneLine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	j := openJournal(t, path)
	for entry, reason := range map[string]string{
		"": "one JSON value", " ": "one JSON value", `{} {}`: "one JSON value", `{"a":`: "one JSON value", `nul`: "one JSON value", "\"\xff\"": "in UTF-8",
		"{\n}": "line breaks", "{}\n": "line breaks", "{}\r": "line breaks", "\"\x00\"": "one JSON value", `{}}`: "one JSON value",
	} {
		err := j.Append(t.Context(), 1, []byte(entry))
		require.ErrorContains(t, err, reason, "%.20q", entry)
		require.ErrorIs(t, err, errors.ErrInvalidArgument)
		assert.ErrorContains(t, err, path)
	}
	require.ErrorContains(t, j.Append(t.Context(), 1, make([]byte, 64<<20+1)), "an entry of 67108865 bytes is too large: at most 67108864 bytes fit")
	assert.Empty(t, contentOf(t, path))
	good := []string{` {"a" : "\n\u0000"}	`, `null`, `-1.5e300`, `"` + strings.Repeat("x", 8<<20) + `"`, `{"n":9,"n":9}`}
	for i, entry := range good {
		appendEntry(t, j, i+1, entry)
	}
	assert.Equal(t, good, entriesOf(t, j))
	require.NoError(t, j.Close())
	assert.Equal(t, good, entriesOf(t, openJournal(t, path)))
}

func TestAJournalThatWasCutAtAnyByteGoesOn(t *testing.T) {
	t.Parallel()
	for cut := range len(threeLines) + 1 {
		path := journalFile(t, threeLines[:cut])
		j := openJournal(t, path)
		whole, end := 0, 0
		for _, line := range strings.SplitAfter(threeLines, "\n")[:3] {
			if end += len(line); cut >= end-1 { // a line without its line end is whole
				whole++
			}
		}
		require.Equal(t, append([]string(nil), threeEntries[:whole]...), entriesOf(t, j), "cut at %d", cut)
		assert.Equal(t, threeLines[:cut], contentOf(t, path), "reading changes nothing")
		require.ErrorIs(t, j.Append(t.Context(), int64(whole), []byte(`{}`)), fleet.ErrSuperseded)
		for i, entry := range threeEntries[whole:] {
			appendEntry(t, j, whole+i+1, entry)
		}
		appendEntry(t, j, 4, `{}`)
		require.Equal(t, threeLines, contentOf(t, path)[:len(threeLines)], "cut at %d", cut)
		require.NoError(t, j.Close())
		j = openJournal(t, path)
		assert.Equal(t, append(threeEntries[:3:3], `{}`), entriesOf(t, j))
		require.NoError(t, j.Close())
	}
}

func TestATornLastLineMayHoldNULBytes(t *testing.T) {
	t.Parallel()
	two, last := threeLines[:strings.LastIndex(strings.TrimSpace(threeLines), "\n")+1], threeLines[strings.LastIndex(strings.TrimSpace(threeLines), "\n")+1:]
	nul := strings.Repeat("\x00", 5000)
	for name, c := range map[string]struct {
		tail  string
		whole int
	}{
		"NUL bytes":                                {nul, 2},
		"one NUL byte":                             {"\x00", 2},
		"a beginning and NUL bytes":                {last[:3] + nul, 2},
		"a beginning up to the entry and NUL":      {last[:len(last)-5] + nul, 2},
		"NUL bytes and the end without line end":   {strings.Repeat("\x00", 12) + last[12:len(last)-1], 2},
		"a gap of NUL bytes":                       {last[:4] + "\x00\x00\x00" + last[7:len(last)-1], 2},
		"a whole line with NUL as line end":        {last[:len(last)-1] + "\x00", 3},
		"a whole line without line end, then NULs": {last[:len(last)-1] + nul, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := journalFile(t, two+c.tail)
			j := openJournal(t, path)
			assert.Equal(t, threeEntries[:c.whole], entriesOf(t, j))
			for i, entry := range threeEntries[c.whole:] {
				appendEntry(t, j, c.whole+i+1, entry)
			}
			appendEntry(t, j, 4, `{}`)
			assert.True(t, strings.HasPrefix(contentOf(t, path), threeLines))
			require.NoError(t, j.Close())
			assert.Equal(t, append(threeEntries[:3:3], `{}`), entriesOf(t, openJournal(t, path)))
		})
	}
}

// Each byte of the file matters: a file with any other byte in its place is damaged. There
// is one exception: a NUL byte in place of the last line end. A file system leaves it there
// when the last byte did not reach the disk, and the entry before it is whole.
func TestEachWrongByteIsFoundInItsLine(t *testing.T) {
	t.Parallel()
	path := journalFile(t, threeLines)
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer file.Close()
	for at := range len(threeLines) {
		line := 1 + strings.Count(threeLines[:at], "\n")
		for wrong := range 256 {
			if byte(wrong) == threeLines[at] {
				continue
			}
			_, err := file.WriteAt([]byte{byte(wrong)}, int64(at))
			require.NoError(t, err)
			j, err := fleet.OpenJournal(path)
			if at == len(threeLines)-1 && wrong == 0 {
				require.NoError(t, err)
				require.Equal(t, threeEntries, entriesOf(t, j))
				require.NoError(t, j.Close())
				continue
			}
			require.ErrorIs(t, err, fleet.ErrDamaged, "byte %d, %q", at, wrong)
			require.Nil(t, j)
			require.ErrorContains(t, err, fmt.Sprintf("%s: the journal is damaged: line %d: ", path, line), "byte %d, %q", at, wrong)
		}
		_, err := file.WriteAt([]byte(threeLines[at:at+1]), int64(at))
		require.NoError(t, err)
	}
	assert.Equal(t, threeEntries, entriesOf(t, openJournal(t, path)), "nothing else was changed")
}

func TestADamagedLineIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	lines := strings.SplitAfter(threeLines, "\n")
	for _, c := range []struct{ name, content, want string }{
		{"a missing line", lines[0] + lines[2], "line 2: its number is 3 instead of 2"},
		{"a missing first line", lines[1] + lines[2], "line 1: its number is 2 instead of 1"},
		{"a line twice", lines[0] + lines[0], "line 2: its number is 1 instead of 2"},
		{"lines in another order", lines[0] + lines[2] + lines[1], "line 2: its number is 3 instead of 2"},
		{"a changed entry", strings.Replace(threeLines, "echo", "exec", 1), "line 1: its sum does not match its number and its entry"},
		{"a changed number", strings.Replace(lines[0], `"n":1`, `"n":2`, 1), "line 1: its number is 2 instead of 1"},
		{"an additional field", strings.Replace(threeLines, `{"n":2,`, `{"n":2,"x":"SECRET",`, 1), `line 2: it is not an object with exactly the fields "n", "sum" and "entry"`},
		{"a missing field", lines[0] + `{"n":2,"entry":"SECRET"}` + "\n", `line 2: it is not an object with exactly the fields`},
		{"another kind of value", lines[0] + "[\"SECRET\"]\n", "line 2: it is not an object with exactly the fields"},
		{"a number as text", strings.Replace(threeLines, `{"n":2,`, `{"n":"2",`, 1), "line 2: it is not an object with exactly the fields"},
		{"half a line with a line end", lines[0] + lines[1][:20] + "\n", "line 2: it is not JSON"},
		{"half a line in the middle", lines[0] + lines[1][:20] + "\n" + lines[2], "line 2: it is not JSON"},
		{"an empty line", lines[0] + "\n" + lines[1], "line 2: it is not JSON"},
		{"an empty line at the end", threeLines + "\n", "line 4: it is not JSON"},
		{"NUL bytes and a line end", lines[0] + "\x00\x00\n", "line 2: it holds NUL bytes"},
		{"NUL bytes in the middle", lines[0] + "\x00\x00\n" + lines[2], "line 2: it holds NUL bytes"},
		{"line ends of Windows", strings.ReplaceAll(threeLines, "\n", "\r\n"), "line 1: it is not written as a journal writes it"},
		{"blanks", strings.ReplaceAll(threeLines, `,"sum"`, `, "sum"`), "line 1: it is not written as a journal writes it"},
		{"fields in another order", `{"sum":"54cc4c5f","n":1,"entry":{"plan":"echo 你"}}` + "\n", "line 1: it is not written as a journal writes it"},
		{"a byte-order mark", "\ufeff" + threeLines, "line 1: it is not JSON"},
		{"another file", "This is SECRET\nas well\n", "line 1: it is not JSON"},
		{"another file without line end", "SECRET", "line 1: it is not JSON"},
		{"another JSON file without line end", `{"name":"SECRET"}`, "line 1: it is not an object with exactly the fields"},
		{"something else after the last line", threeLines + "SECRET", "line 4: it is not JSON"},
		{"the next number without line end, then more", threeLines[:len(threeLines)-1] + "x", "line 3: it is not JSON"},
		{"another number without line end", lines[0] + strings.TrimSpace(lines[2]), "line 2: its number is 3 instead of 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := journalFile(t, c.content)
			j, err := fleet.OpenJournal(path)
			require.ErrorIs(t, err, fleet.ErrDamaged)
			assert.Nil(t, j)
			assert.ErrorContains(t, err, "fleet: journal "+path+": the journal is damaged: "+c.want)
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "SECRET")
			assert.Equal(t, c.content, contentOf(t, path))
			_, again := fleet.OpenJournal(path)
			assert.EqualError(t, again, err.Error(), "the lock was released")
		})
	}
}

func TestALineLongerThanAnyEntryIsNoTornLine(t *testing.T) {
	t.Parallel()
	path := journalFile(t, threeLines)
	require.NoError(t, os.Truncate(path, 65<<20)) // NUL bytes, most of which take no space
	_, err := fleet.OpenJournal(path)
	require.ErrorIs(t, err, fleet.ErrDamaged)
	assert.ErrorContains(t, err, "line 4: it is longer than any line of a journal")
}

func TestAJournalIsOpenOnceWhateverPathLeadsToIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, symlink, hardlink := filepath.Join(dir, "journal"), filepath.Join(dir, "symlink"), filepath.Join(dir, "hardlink")
	j := openJournal(t, path)
	appendEntry(t, j, 1, `{}`)
	require.NoError(t, os.Symlink(path, symlink))
	require.NoError(t, os.Link(path, hardlink))
	for _, other := range []string{path, symlink, hardlink, filepath.Join(dir, "..", filepath.Base(dir), "journal")} {
		second, err := fleet.OpenJournal(other)
		require.ErrorIs(t, err, fleet.ErrLocked)
		assert.ErrorContains(t, err, "another process is using this journal")
		assert.ErrorContains(t, err, filepath.Base(other))
		assert.Nil(t, second)
	}
	appendEntry(t, j, 2, `{}`)
	require.NoError(t, j.Close())
	require.NoError(t, j.Close(), "a second Close does nothing")
	for _, other := range []string{symlink, hardlink, path} {
		j, err := fleet.OpenJournal(other)
		require.NoError(t, err)
		assert.Len(t, entriesOf(t, j), 2)
		require.NoError(t, j.Close())
	}
}

func TestWhatCannotBeAJournalIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	regular := journalFile(t, "")
	for _, c := range []struct{ name, path, want string }{
		{"no path", "", "OpenJournal needs the path of a file"},
		{"a folder", dir, "open " + dir + ": it is a folder, not a regular file"},
		{"the working folder", ".", "it is a folder"},
		{"a folder that is not there", filepath.Join(dir, "new") + string(filepath.Separator), "is the path of a folder"},
		{"a file in a folder that is not there", filepath.Join(dir, "none", "journal"), "its folder does not exist: open " + filepath.Join(dir, "none", "journal")},
		{"a path with a NUL byte", filepath.Join(dir, "a\x00b"), "invalid argument"},
		{"a path below a regular file", filepath.Join(regular, "journal"), "open " + filepath.Join(regular, "journal")},
		{"a name that is too long", filepath.Join(dir, strings.Repeat("x", 5000)), "open "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			j, err := fleet.OpenJournal(c.path)
			require.ErrorContains(t, err, c.want)
			assert.True(t, strings.HasPrefix(err.Error(), "fleet: "), err)
			assert.Nil(t, j)
		})
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, files)
}
