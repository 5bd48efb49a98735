package fleet_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func TestAJournalThatWasChangedWhileItWasOpenTakesNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(path string) error
		want   string
	}{
		{"cut", func(path string) error { return os.Truncate(path, 10) }, "it has 10 bytes instead of"},
		{"emptied", func(path string) error { return os.Truncate(path, 0) }, "it has 0 bytes instead of"},
		{"longer", func(path string) error { return os.WriteFile(path, []byte(threeLines+threeLines), 0o600) }, "the file was changed while it was open"},
		{"removed", os.Remove, "the file is gone"},
		{"renamed", func(path string) error { return os.Rename(path, path+".old") }, "the file is gone"},
		{"replaced by a copy", func(path string) error {
			if err := os.WriteFile(path+".new", []byte(threeLines), 0o600); err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		}, "the file was replaced by another one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := journalFile(t, threeLines)
			j := openJournal(t, path)
			require.NoError(t, c.change(path))
			before, _ := os.ReadFile(path)
			err := j.Append(t.Context(), 4, []byte(`{}`))
			require.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, "fleet: journal "+path)
			after, _ := os.ReadFile(path)
			assert.Equal(t, string(before), string(after))
			require.NoError(t, os.WriteFile(path, []byte(threeLines), 0o600))
			assert.EqualError(t, j.Append(t.Context(), 4, []byte(`{}`)), err.Error(), "it stays so")
		})
	}
}

func TestEntriesThatVanishedAreAnError(t *testing.T) {
	t.Parallel()
	path := journalFile(t, threeLines)
	j := openJournal(t, path)
	require.NoError(t, os.Truncate(path, int64(strings.Index(threeLines, "\n")+1)))
	var read []string
	var last error
	for entry, err := range j.Entries(t.Context()) {
		read, last = append(read, string(entry)), err
	}
	assert.Equal(t, []string{threeEntries[0], ""}, read)
	require.ErrorIs(t, last, fleet.ErrDamaged)
	assert.ErrorContains(t, last, "it ends after entry 1, but entry 3 was there")
}

func TestAfterAFailedSyncNothingIsTaken(t *testing.T) {
	t.Parallel()
	path := journalFile(t, threeLines)
	j := openJournal(t, path)
	bad := errors.New("input/output error")
	j.FailSync(bad)
	err := j.Append(t.Context(), 4, []byte(`{}`))
	require.ErrorIs(t, err, bad)
	assert.ErrorContains(t, err, path+": it cannot be synced, so it is not known whether entry 4 is on the disk: input/output error")
	j.FailSync(nil)
	for _, n := range []int64{4, 5} {
		assert.EqualError(t, j.Append(t.Context(), n, []byte(`{}`)), err.Error())
	}
	assert.Equal(t, threeEntries, entriesOf(t, j))
}

func TestAClosedOrUnopenedJournalSaysSo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	closed := openJournal(t, path)
	require.NoError(t, closed.Close())
	for _, c := range []struct {
		j    *fleet.FileJournal
		want string
	}{{nil, "was not opened by OpenJournal"}, {new(fleet.FileJournal), "was not opened by OpenJournal"}, {closed, "it was closed: file already closed"}} {
		require.ErrorContains(t, c.j.Append(t.Context(), 1, []byte(`{}`)), c.want)
		read := 0
		for entry, err := range c.j.Entries(t.Context()) {
			require.ErrorContains(t, err, c.want)
			assert.Nil(t, entry)
			read++
		}
		assert.Equal(t, 1, read)
		require.NoError(t, c.j.Close())
		assert.NotEmpty(t, fmt.Sprintf("%v", c.j)+fmt.Sprintf("%#v", c.j))
	}
	require.ErrorIs(t, closed.Append(t.Context(), 1, []byte(`{}`)), fs.ErrClosed)

	open := openJournal(t, path)
	var none context.Context
	require.ErrorContains(t, open.Append(none, 1, []byte(`{}`)), "fleet: the context is nil")
	for _, err := range open.Entries(none) {
		require.ErrorContains(t, err, "fleet: the context is nil")
	}
}

func TestEntriesAreReadWhileOthersAreAppended(t *testing.T) {
	t.Parallel()
	j := openJournal(t, filepath.Join(t.TempDir(), "journal"))
	appendEntry(t, j, 1, `1`)
	done := make(chan error, 1)
	go func() {
		var err error
		for n := int64(2); n <= 50 && err == nil; n++ {
			err = j.Append(t.Context(), n, fmt.Append(nil, n))
		}
		done <- err
	}()
	for read := 0; read < 50; {
		entries := entriesOf(t, j)
		require.GreaterOrEqual(t, len(entries), max(read, 1))
		for i, entry := range entries {
			require.Equal(t, strconv.Itoa(i+1), entry)
		}
		read = len(entries)
	}
	require.NoError(t, <-done)
}

func TestNoWayOfPrintingAJournalShowsItsEntries(t *testing.T) {
	t.Parallel()
	const marker = "MARKER-OF-THE-SCRIPT"
	path := filepath.Join(t.TempDir(), "journal")
	j := openJournal(t, path)
	appendEntry(t, j, 1, `{"script":"`+marker+`"}`)
	errs := []error{
		j.Append(t.Context(), 9, []byte(`"`+marker+`"`)),
		j.Append(t.Context(), 2, []byte(`"`+marker)),
	}
	_, err := fleet.OpenJournal(path)
	errs = append(errs, err)
	j.FailSync(errors.New("input/output error"))
	errs = append(errs, j.Append(t.Context(), 2, []byte(`"`+marker+`"`)))
	require.NoError(t, os.WriteFile(path, []byte(marker), 0o600))
	errs = append(errs, j.Append(t.Context(), 2, []byte(`"`+marker+`"`)))
	var printed bytes.Buffer
	for _, log := range []*slog.Logger{slog.New(slog.NewTextHandler(&printed, nil)), slog.New(slog.NewJSONHandler(&printed, nil))} {
		log.Info("journal", "journal", j, "errors", errs)
	}
	fmt.Fprintf(&printed, "%v %+v %#v %s %q", j, j, j, j, j)
	for _, err := range errs {
		require.ErrorContains(t, err, path)
		fmt.Fprintf(&printed, "%v %+v %#v %s %q", err, err, err, err, err)
	}
	assert.NotContains(t, printed.String(), marker)
	assert.Contains(t, printed.String(), path)
}

func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("%d bytes", size), func(b *testing.B) {
			j := openJournal(b, filepath.Join(b.TempDir(), "journal"))
			entry := []byte(`"` + strings.Repeat("x", size-2) + `"`)
			b.ReportAllocs()
			b.SetBytes(int64(size))
			for n := int64(1); b.Loop(); n++ {
				if err := j.Append(b.Context(), n, entry); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
