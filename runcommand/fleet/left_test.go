package fleet_test

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func TestALoopThatPanicsHasLeftTheFleet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		body func()
	}{
		{"panic", func() { panic("the body of the loop") }},
		{"runtime.Goexit", runtime.Goexit},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 350, time.Second)
				journal := &keptJournal{}
				f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(100)}, fleet.WithJournal(journal))
				require.NoError(t, err)
				done := make(chan struct{})
				go func() {
					defer close(done)
					defer func() { _ = recover() }()
					for range f.Results(t.Context()) {
						c.body()
					}
				}()
				<-done
				report := f.Report()
				requireWhole(t, report, ids)
				assert.True(t, report.Halted)
				assert.ErrorContains(t, report.Err(), "halted in wave 1")
				assert.Contains(t, string(journal.entries[len(journal.entries)-1]), `"reason":"halted in wave 1`)
			})
		})
	}
}
