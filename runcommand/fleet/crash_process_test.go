package fleet_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

var errDead = errors.New("the process is dead")

// A process is a simulated process that dies at an entry of its journal. A dead process
// writes nothing, sends nothing, and learns nothing.
type process struct {
	journal   *keptJournal
	transport http.RoundTripper
	dieAt     int64 // number of the entry; 0: it does not die
	stored    bool  // true: it dies right after the entry was stored; false: right before

	once sync.Once
	dead atomic.Bool
	kill context.CancelFunc
}

func (p *process) die() {
	p.once.Do(func() {
		p.dead.Store(true)
		p.kill()
	})
}

// Append implements [fleet.Journal].
func (p *process) Append(ctx context.Context, n int64, entry []byte) error {
	if n == p.dieAt && !p.stored {
		p.die()
	}
	if p.dead.Load() {
		return errDead
	}
	err := p.journal.Append(ctx, n, entry)
	if n == p.dieAt {
		p.die()
	}
	return err
}

// Entries implements [fleet.Journal].
func (p *process) Entries(ctx context.Context) iter.Seq2[[]byte, error] {
	return p.journal.Entries(ctx)
}

// RoundTrip implements [http.RoundTripper].
func (p *process) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.dead.Load() {
		return nil, errDead
	}
	reply, err := p.transport.RoundTrip(r)
	if err == nil && p.dead.Load() {
		_ = reply.Body.Close()
		return nil, errDead
	}
	return reply, err
}

// client returns a client of the process.
func (p *process) client(s *runcommandtest.Server) *runcommand.Client {
	p.transport = s.Transport()
	return s.Client(
		runcommand.WithHTTPClient(&http.Client{Transport: p}),
		runcommand.WithLimits(validate.Limits{Instances: 3}),
		runcommand.WithRetry(poll.Policy{Initial: time.Second, Jitter: -1}, 3),
	)
}

// run runs a fleet in the process.
func (p *process) run(t *testing.T, s *runcommandtest.Server, plan fleet.Plan, opts ...fleet.Option) (*fleet.Report, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	p.kill = cancel
	defer cancel()
	return p.fleet(t, s, plan, opts...).Run(ctx)
}

// fleet returns the fleet of the journal, and a new one when the journal is empty.
func (p *process) fleet(t *testing.T, s *runcommandtest.Server, plan fleet.Plan, opts ...fleet.Option) *fleet.Fleet {
	t.Helper()
	client := p.client(s)
	f, err := fleet.Resume(client, p, opts...)
	if len(p.journal.entries) == 0 {
		f, err = fleet.New(client, plan, append(opts, fleet.WithJournal(p))...)
	}
	require.NoError(t, err)
	return f
}

// A journalEntry is an entry of a journal, as its documentation describes it.
type journalEntry struct {
	Type       string
	Time       time.Time
	Chunk      int
	Token      string
	Instances  []string
	Invocation string
	Ran        *bool
}

func wholeEntries(tb testing.TB, j fleet.Journal) []journalEntry {
	tb.Helper()
	var entries []journalEntry
	for line, err := range j.Entries(tb.Context()) {
		require.NoError(tb, err)
		var e journalEntry
		require.NoError(tb, json.Unmarshal(line, &e))
		entries = append(entries, e)
	}
	return entries
}

// openChunks returns the announcements without an outcome.
func openChunks(entries []journalEntry) map[int]journalEntry {
	open := map[int]journalEntry{}
	for _, e := range entries {
		switch e.Type {
		case "send":
			open[e.Chunk] = e
		case "accepted", "refused", "unsent", "unknown":
			delete(open, e.Chunk)
		}
	}
	return open
}

// crashServer starts a service with faults of many kinds, and returns a plan with two
// instances that do not exist. The seed decides where the faults happen, until calm is called.
func crashServer(tb testing.TB, seed uint64, opts ...runcommandtest.Option) (s *runcommandtest.Server, plan fleet.Plan, calm func()) {
	tb.Helper()
	s, ids := fleetServer(tb, 30, 10*time.Second, append(opts, runcommandtest.WithPendingFaults())...)
	rng := rand.New(rand.NewPCG(seed, 0))
	ids = slices.Insert(ids, 4+rng.IntN(20), "i-missing1")
	ids = slices.Insert(ids, 4+rng.IntN(20), "i-missing2")
	kinds := []runcommandtest.FaultKind{
		runcommandtest.FaultResetAfterAccept, runcommandtest.FaultResetAfterAccept, runcommandtest.FaultCutReply,
		runcommandtest.FaultLostGateway, runcommandtest.FaultLostInternalError, runcommandtest.FaultBadGateway,
		runcommandtest.FaultResetBefore, runcommandtest.FaultThrottled, runcommandtest.FaultBadInstance, runcommandtest.FaultRefused,
		runcommandtest.FaultInternalError, runcommandtest.FaultTokenBusy,
	}
	var mu sync.Mutex
	calm = s.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict {
		mu.Lock()
		defer mu.Unlock()
		if rng.IntN(5) < 3 {
			s.Inject(runcommandtest.Fault{Kind: kinds[rng.IntN(len(kinds))], Action: "RunCommand"})
		}
		return runcommandtest.Verdict{}
	})
	s.Inject(
		runcommandtest.Fault{Kind: runcommandtest.FaultBadGateway, Action: "DescribeInvocations", Times: 2},
		runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: "DescribeInvocationResults", Times: 2},
	)
	return s, fleet.Plan{
		Command: command(), Instances: ids, Concurrency: fleet.Count(24),
		Waves: []fleet.Size{fleet.Count(4), fleet.Percent(100)}, MaxFailures: fleet.NoLimit(), Pause: 5 * time.Second,
	}, calm
}

// requireComplete checks that the fleet came to its end, and that each instance that exists
// ran the command once.
func requireComplete(tb testing.TB, s *runcommandtest.Server, r *fleet.Report, ids []string) {
	tb.Helper()
	requireWhole(tb, r, ids)
	require.Empty(tb, r.NotSent, "the job is done")
	require.Empty(tb, r.Unknown)
	require.False(tb, r.Halted)
	for _, result := range r.Results {
		require.Equal(tb, 1, s.Executions(result.InstanceID), "executions on %s", result.InstanceID)
		require.Equal(tb, runcommand.StatusSuccess, result.Status)
	}
	for _, u := range r.Unready {
		require.Zero(tb, s.Executions(u.InstanceID), "executions on %s, which was not ready", u.InstanceID)
	}
	assert.LessOrEqual(tb, len(r.Unready), 1+len(ids)/4)
}
