package runcommand_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// rolloutTags are the two tags of the invocations of beginRollout.
var rolloutTags = []runcommand.Tag{{Key: "rollout", Value: "r-1"}, {Key: "group", Value: "7"}}

// beginRollout runs a command on instances of its own, 100 an invocation, with the two tags
// of rolloutTags and one for the number of the invocation.
func beginRollout(tb testing.TB, srv *runcommandtest.Server, client *runcommand.Client, invocations int) {
	tb.Helper()
	for k := range invocations {
		b := runcommand.Shell(strings.Repeat("x", 18<<10)).Timeout(time.Hour).Instances(addInstances(srv, k*100, 100)...).Tag("chunk", strconv.Itoa(k))
		for _, tag := range rolloutTags {
			b = b.Tag(tag.Key, tag.Value)
		}
		begin(tb, client, b)
	}
}

// TestOneCallTellsTheStateOfFiftyTaggedInvocations also has the largest scripts, since the
// rows of a list contain them.
func TestOneCallTellsTheStateOfFiftyTaggedInvocations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		takes := 10 * time.Minute
		setDuration(srv, &takes)
		begin(t, client, minimal().Tag("rollout", "r-1").Tag("group", "8"))
		beginRollout(t, srv, client, 50)
		begin(t, client, minimal().Tag("group", "7"))
		for _, status := range []runcommand.Status{runcommand.StatusRunning, runcommand.StatusSuccess} {
			before := len(srv.Calls(""))
			chunks, instances := make(map[string]bool), make(map[string]bool)
			for s, err := range client.Invocations(t.Context(), runcommand.Filter{Tags: rolloutTags}) {
				require.NoError(t, err)
				require.Len(t, s.Tags, 3)
				assert.Subset(t, s.Tags, rolloutTags)
				assert.Len(t, s.Instances, 100)
				for _, tag := range s.Tags {
					if tag.Key == "chunk" {
						chunks[tag.Value] = true
					}
				}
				for _, r := range s.Instances {
					assert.Equal(t, status, r.Status)
					assert.Equal(t, s.InvocationID, r.InvocationID)
					instances[r.InstanceID] = true
				}
			}
			calls := len(srv.Calls("")) - before
			t.Logf("%d invocations, %d instances, %s: %d call", len(chunks), len(instances), status, calls)
			assert.Len(t, chunks, 50)
			assert.Len(t, instances, 5000)
			assert.Equal(t, 1, calls)
			<-time.After(takes)
		}
	})
}

// serveTagged answers DescribeInvocations with n invocations that all have a tag, 50 a page.
// The total count of each page is always the same, as it has no meaning.
func serveTagged(srv *runcommandtest.Server, n int) {
	srv.Control(states, func(c runcommandtest.Call) runcommandtest.Verdict {
		first, next := 0, ""
		_, _ = fmt.Sscanf(c.Parameters["NextToken"], "from-%d", &first)
		var rows []string
		for k := first; k < min(n, first+50); k++ {
			rows = append(rows, fmt.Sprintf(`{"InvokeId":"t-%d","InvocationStatus":"Success"}`, k))
		}
		if first+50 < n {
			next = fmt.Sprintf("from-%d", first+50)
		}
		return runcommandtest.Answer(http.StatusOK, fmt.Sprintf(`{"RequestId":"R","TotalCount":5000,"NextToken":%q,"Invocations":{"Invocation":[%s]}}`,
			next, strings.Join(rows, ",")))
	})
}

func TestAListByTagsThatMayBeCutSaysSo(t *testing.T) {
	t.Parallel()
	tagged := runcommand.Filter{Tags: rolloutTags}
	for name, c := range map[string]struct {
		filter runcommand.Filter
		n      int
		read   int // leave the loop after this many invocations; 0 means never
		is     error
	}{
		"none":                                  {tagged, 0, 0, nil},
		"some":                                  {tagged, 120, 0, nil},
		"one less than the service finds":       {tagged, 999, 0, nil},
		"as many as the service finds":          {tagged, 1000, 0, runcommand.ErrTooManyTagged},
		"more than documented":                  {tagged, 1001, 0, runcommand.ErrTooManyTagged},
		"with a status that all have":           {runcommand.Filter{Tags: rolloutTags, Status: runcommand.StatusSuccess}, 1000, 0, runcommand.ErrTooManyTagged},
		"with a status that the client rejects": {runcommand.Filter{Tags: rolloutTags, Status: runcommand.StatusFailed}, 1000, 0, runcommand.ErrTooManyTagged},
		"without tags":                          {runcommand.Filter{}, 1200, 0, nil},
		"left early":                            {tagged, 1000, 10, nil},
		"left at the last one":                  {tagged, 1000, 1000, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				serveTagged(srv, c.n)
				var failures []error
				n := 0
				for s, err := range client.Invocations(t.Context(), c.filter) {
					require.Empty(t, failures, "the error comes last")
					if err != nil {
						assert.Nil(t, s)
						failures = append(failures, err)
						continue
					}
					if n++; n == c.read {
						break
					}
				}
				switch {
				case c.read > 0:
					assert.Equal(t, c.read, n)
				case c.filter.Status == runcommand.StatusFailed:
					assert.Zero(t, n)
				default:
					assert.Equal(t, c.n, n, "the error hides no invocation")
				}
				if c.is == nil {
					assert.Empty(t, failures)
					return
				}
				require.Len(t, failures, 1)
				require.ErrorIs(t, failures[0], c.is)
				require.ErrorIs(t, failures[0], errors.ErrLimitExceeded)
				assert.False(t, errors.Retryable(failures[0]))
			})
		})
	}
}

// BenchmarkTaggedInvocations lists 50 invocations on 100 instances each by two tags. The
// work of the local service, which answers in the same process, is part of the time and of
// the allocations. The metric MiB-kept is the size of all summaries together.
func BenchmarkTaggedInvocations(b *testing.B) {
	srv, client := setup(b)
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes, Times: -1})
	beginRollout(b, srv, client, 50)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for s, err := range client.Invocations(b.Context(), runcommand.Filter{Tags: rolloutTags}) {
			if err != nil {
				b.Fatal(err)
			}
			n += len(s.Instances)
		}
		if n != 5000 {
			b.Fatal(n, "instances")
		}
	}
	before := liveHeap()
	var kept []*runcommand.Summary
	for s := range client.Invocations(b.Context(), runcommand.Filter{Tags: rolloutTags}) {
		kept = append(kept, s)
	}
	b.ReportMetric(float64(liveHeap()-before)/(1<<20), "MiB-kept")
	runtime.KeepAlive(kept)
}
