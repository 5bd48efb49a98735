package fleet_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// An earlier fleet has the same tags when the tags do not name the fleet.
func TestAChunkOfAnotherFleetWithTheSameTagsIsNotTakenForOneOfThisFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 50, time.Second)
		tags := fleet.WithTags(func(group, chunk string) []runcommand.Tag {
			return []runcommand.Tag{{Key: "g", Value: group[strings.LastIndex(group, "-"):]}, {Key: "c", Value: chunk}}
		})
		run := func() *fleet.Report {
			f, err := fleet.New(s.Client(runcommand.WithRetry(poll0(), 1)), fleet.Plan{Command: command(), Instances: ids}, tags)
			require.NoError(t, err)
			report, err := f.Run(t.Context())
			require.NoError(t, err)
			return report
		}
		yesterday := run()
		<-time.After(24 * time.Hour)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultGatewayTimeout, Action: "RunCommand"}) // not known whether it ran
		today := run()
		assert.NotEqual(t, yesterday.Results[0].InvocationID, today.Results[0].InvocationID)
		assert.Equal(t, 2, s.Executions(ids[0]))
	})
}

// A chunk without its tags could not be found by them after a crash.
func TestAFleetSendsNoChunkWithoutItsTags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, message string
		tags          func(calls int, chunk string) string
	}{
		{"the function panics in the middle", "the function of WithTags panicked", func(_ int, chunk string) string {
			if chunk == "3" {
				panic("no")
			}
			return chunk
		}},
		{"the function returns other tags in the middle", "returns other tags for the same group and chunk", func(calls int, chunk string) string {
			if chunk == "3" {
				return strconv.Itoa(calls)
			}
			return chunk
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 50, time.Second)
				client := s.Client(runcommand.WithLimits(validate.Limits{Instances: 10}))
				journal := &keptJournal{}
				calls, broken := 0, true
				tags := fleet.WithTags(func(group, chunk string) []runcommand.Tag {
					value := chunk
					if broken { // only the first run, which looks for nothing in other goroutines
						calls++
						value = c.tags(calls, chunk)
					}
					return []runcommand.Tag{{Key: "group", Value: group}, {Key: "chunk", Value: value}}
				})
				f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(10)}, fleet.WithJournal(journal), tags)
				require.NoError(t, err)
				report, err := f.Run(t.Context())
				require.ErrorContains(t, err, c.message)
				assert.Len(t, report.Results, 20)
				assert.Len(t, report.NotSent, 30)

				broken = false
				f, err = fleet.Resume(client, journal, tags)
				require.NoError(t, err)
				_, err = f.Run(t.Context())
				require.NoError(t, err)
				assert.Equal(t, 50, requireOnce(t, s, ids))
			})
		})
	}
}

// When groups have the same tags, the look for lost entries would never end, or would take a chunk of another group for
// a lost one. The fleet then asks for each chunk by its id, and works.
func TestAFleetWhoseGroupsShareTagsAsksForEachChunk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		group func(number int) string
	}{
		{"every third group has the same tags", func(n int) string { return strconv.Itoa(n % 3) }},
		{"groups 10 to 19 have the same tags", func(n int) string { return strconv.Itoa(n)[:1] }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 520, time.Second)
				client := s.Client(runcommand.WithLimits(validate.Limits{Instances: 1}))
				journal := &keptJournal{}
				tags := fleet.WithTags(func(group, chunk string) []runcommand.Tag {
					end := strings.LastIndex(group, "-") + 1
					number, err := strconv.Atoi(group[end:])
					require.NoError(t, err)
					return []runcommand.Tag{{Key: "group", Value: group[:end] + c.group(number)}, {Key: "chunk", Value: chunk}}
				})
				f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal), tags)
				require.NoError(t, err)
				_, _, err = runFor(t, f, 2*time.Second)
				require.ErrorIs(t, err, context.Canceled)
				f, err = fleet.Resume(client, journal, tags)
				require.NoError(t, err)
				report, err := f.Run(t.Context())
				require.NoError(t, err)
				assert.Len(t, report.Results, 520)
				assert.Equal(t, 520, requireOnce(t, s, ids))
				for _, call := range s.Calls("DescribeInvocations") {
					assert.NotEmpty(t, call.Parameters["InvokeId"], "no chunk is looked for by its tags")
				}
			})
		})
	}
}
