package fleet_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// A journal that a person or a database has changed must not make a fleet run a command twice.
func TestResumeRefusesAChangedJournal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(entries []string) []string
		want   string
	}{
		{"the begin of a wave is missing", func(entries []string) []string {
			return slices.DeleteFunc(entries, func(e string) bool { return strings.Contains(e, `"type":"wave"`) && strings.Contains(e, `"wave":2`) })
		}, "of a wave that has not begun"},
		{"an instance is unready before its wave", func(entries []string) []string {
			return append(entries[:2], `{"type":"unready","time":"2026-01-01T00:00:00Z","wave":2,"unready":[{"instance":"i-bp000000000000000039"}]}`)
		}, "is in a wave that has not begun"},
		{"the plan names an instance twice", func(entries []string) []string {
			entries[0] = strings.Replace(entries[0], "i-bp000000000000000039", "I-bp000000000000000001", 1)
			return entries[:1]
		}, "the plan names an instance twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 40, time.Second)
				whole := &keptJournal{}
				f, err := fleet.New(s.Client(), fleet.Plan{
					Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(20)}, MaxFailures: fleet.NoLimit(),
				}, fleet.WithJournal(whole))
				require.NoError(t, err)
				_, err = f.Run(t.Context())
				require.NoError(t, err)
				changed := &keptJournal{}
				for _, e := range c.change(entriesOf(t, whole)) {
					changed.entries = append(changed.entries, []byte(e))
				}
				_, err = fleet.Resume(s.Client(), changed)
				require.ErrorContains(t, err, c.want)
			})
		})
	}
}
