package fleet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// killPath is the path at which a child process asks to be killed.
const killPath = "/kill"

// crashes returns how many processes the test kills: usualCrashes, or as many as the environment
// variable RUNCOMMAND_CRASHES says, as in `make crash`.
func crashes(tb testing.TB) int {
	tb.Helper()
	text := os.Getenv("RUNCOMMAND_CRASHES")
	if text == "" {
		return usualCrashes
	}
	n, err := strconv.Atoi(text)
	require.NoError(tb, err, "RUNCOMMAND_CRASHES")
	return n
}

// TestKilledProcessesRunNothingTwice proves P17 of internal/DESIGN.md with real processes:
// each process is killed at a random moment, and the next one resumes the fleet from the
// journal file. The service runs in this process, and has faults.
func TestKilledProcessesRunNothingTwice(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var sum killFigures
	most := crashes(t)
	const workers = 3
	t.Run("fleets", func(t *testing.T) {
		for worker := range uint64(workers) {
			t.Run(strconv.FormatUint(worker, 10), func(t *testing.T) {
				t.Parallel()
				for seed, enough := worker, false; !enough; seed += workers {
					figures := killAndResume(t, seed)
					mu.Lock()
					sum.add(figures)
					enough = sum.Kills >= most
					mu.Unlock()
				}
			})
		}
	})
	t.Logf("P17: %+v", sum)
	assert.GreaterOrEqual(t, sum.Kills, most)
	assert.Positive(t, sum.KillsWithOpenChunks)
	assert.Zero(t, sum.Doubles)
}

// killFigures counts what happened in crashes of real processes.
type killFigures struct {
	Kills, KillsWithOpenChunks, OpenChunks, SentAgain, Adopted, Executions, Doubles int
}

func (f *killFigures) add(g killFigures) {
	f.Kills += g.Kills
	f.KillsWithOpenChunks += g.KillsWithOpenChunks
	f.OpenChunks += g.OpenChunks
	f.SentAgain += g.SentAgain
	f.Adopted += g.Adopted
	f.Executions += g.Executions
	f.Doubles += g.Doubles
}

// A killMoment says when the parent kills a process.
type killMoment struct {
	after  time.Duration // after its start; 0: not by time
	action string        // at a call of this operation
	call   int           // the number of the call
	served bool          // true: the service has served the call, and the reply is lost; false: the call is lost
	both   bool          // only with served: the service serves the call when the process is dead
	task   childTask     // KillAt and Stored
}

// drawMoment draws a moment. The journal of a fleet has about 250 entries.
func drawMoment(rng *rand.Rand) (m killMoment) {
	switch rng.IntN(6) {
	case 0:
		m.after = time.Duration(30+rng.IntN(1000)) * time.Millisecond
	case 1, 2:
		m.task.KillAt, m.task.Stored = 1+rng.Int64N(250), rng.IntN(2) == 0
	case 3:
		m.action, m.call = "DescribeInvocations", 1+rng.IntN(30)
	case 4, 5:
		m.action, m.call = "RunCommand", 1+rng.IntN(60)
	}
	m.served, m.both = rng.IntN(2) == 0, rng.IntN(2) == 0
	return m
}

// A front passes the calls of child processes to the service, and kills the processes.
type front struct {
	service *runcommandtest.Server
	server  *httptest.Server

	mu      sync.Mutex
	moment  killMoment
	calls   int
	process *os.Process
	killed  bool
	rng     *rand.Rand
	tokens  map[string]bool // tokens that the current process has sent
}

// kill kills the current process. The caller holds the lock.
func (f *front) kill() {
	if f.process != nil && !f.killed {
		f.killed = f.process.Kill() == nil
	}
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	action := r.Header.Get("x-acs-action")
	f.mu.Lock()
	if r.URL.Path == killPath {
		f.kill()
		f.mu.Unlock()
		return
	}
	if token := form.Get("ClientToken"); token != "" {
		f.tokens[token] = true
	}
	f.injectFault(action)
	hit := false
	if action == f.moment.action && f.process != nil && !f.killed {
		f.calls++
		hit = f.calls == f.moment.call
	}
	m := f.moment
	if hit && !m.served {
		f.kill()
	}
	if hit && m.served && m.both {
		f.kill()
	}
	f.mu.Unlock()
	if hit && !m.served {
		panic(http.ErrAbortHandler)
	}
	if !hit {
		f.service.ServeHTTP(w, r)
		return
	}
	f.service.ServeHTTP(httptest.NewRecorder(), r.WithContext(context.WithoutCancel(r.Context())))
	f.mu.Lock()
	f.kill()
	f.mu.Unlock()
	panic(http.ErrAbortHandler)
}

// injectFault sometimes makes something go wrong. The caller holds the lock.
func (f *front) injectFault(action string) {
	if f.rng.IntN(12) > 0 {
		return
	}
	kinds := []runcommandtest.FaultKind{
		runcommandtest.FaultResetBefore, runcommandtest.FaultBadGateway, runcommandtest.FaultInternalError, runcommandtest.FaultThrottled,
		runcommandtest.FaultResetAfterAccept, runcommandtest.FaultCutReply, runcommandtest.FaultLostGateway,
		runcommandtest.FaultDelayed, runcommandtest.FaultBadInstance,
	}
	kind := kinds[f.rng.IntN(len(kinds))]
	if kind == runcommandtest.FaultBadInstance && action != "RunCommand" {
		return
	}
	f.service.Inject(runcommandtest.Fault{Kind: kind, Action: action, RetryAfter: 10 * time.Millisecond, Delay: 50 * time.Millisecond})
}

// killAndResume runs a fleet in a process, kills it and some of the processes that resume
// the fleet, and checks what the last process reports.
func killAndResume(t *testing.T, seed uint64) (figures killFigures) {
	rng := rand.New(rand.NewPCG(seed, 17))
	s, ids := fleetServer(t, 400, time.Duration(rng.IntN(40))*time.Millisecond, runcommandtest.WithPendingFaults(),
		runcommandtest.WithVisibilityDelay(time.Duration(rng.IntN(100))*time.Millisecond))
	for k := range 3 {
		ids = slices.Insert(ids, rng.IntN(len(ids)), "i-missing"+strconv.Itoa(k))
	}
	f := &front{service: s, rng: rng}
	f.server = httptest.NewServer(f)
	defer f.server.Close()
	path := filepath.Join(t.TempDir(), "journal")
	announced := map[string]bool{} // tokens of chunks that were open at the death of a process
	for kills := 2 + rng.IntN(3); ; kills-- {
		var m killMoment
		f.mu.Lock()
		if kills > 0 {
			m = drawMoment(rng)
		}
		f.mu.Unlock()
		task := m.task
		task.URL, task.Journal, task.Instances = f.server.URL, path, ids
		killed, report := f.runChild(t, task, m)
		entries := fileEntries(t, path)
		for token := range announced {
			if f.tokens[token] {
				figures.SentAgain++
				delete(announced, token)
			}
		}
		open := openChunks(entries)
		for token := range announced {
			if !slices.ContainsFunc(chunksOf(open), func(e journalEntry) bool { return e.Token == token }) {
				figures.Adopted++
				delete(announced, token)
			}
		}
		if !killed {
			require.Empty(t, open, "seed %d: %s", seed, report.Err)
			checkChild(t, s, report, ids, seed, &figures)
			return figures
		}
		figures.Kills++
		figures.OpenChunks += len(open)
		if len(open) > 0 {
			figures.KillsWithOpenChunks++
		}
		for _, e := range open {
			announced[e.Token] = true
		}
	}
}

func chunksOf(open map[int]journalEntry) (chunks []journalEntry) {
	for _, e := range open {
		chunks = append(chunks, e)
	}
	return chunks
}

// runChild runs a child process to its end or to its death.
func (f *front) runChild(t *testing.T, task childTask, m killMoment) (killed bool, report childReport) {
	var out, failed bytes.Buffer
	cmd := childCommand(t, task, &out, &failed)
	f.mu.Lock()
	f.moment, f.calls, f.killed, f.tokens = m, 0, false, map[string]bool{}
	require.NoError(t, cmd.Start())
	f.process = cmd.Process
	f.mu.Unlock()
	var timer *time.Timer
	if m.after > 0 {
		timer = time.AfterFunc(m.after, func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.kill()
		})
	}
	err := cmd.Wait()
	if timer != nil {
		timer.Stop()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.process = nil
	if err != nil {
		require.True(t, f.killed, "the process failed: %v: %s", err, failed.String())
		return true, report
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &report))
	return false, report
}

// childCommand returns the command that runs a child process.
func childCommand(t *testing.T, task childTask, out, failed io.Writer) *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(task)
	require.NoError(t, err)
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	cmd.Stdout, cmd.Stderr = out, failed
	return cmd
}

// fileEntries returns the entries of a journal in a file. No process may have it open.
func fileEntries(t *testing.T, path string) []journalEntry {
	t.Helper()
	j, err := fleet.OpenJournal(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, j.Close()) }()
	return wholeEntries(t, j)
}

// checkChild checks the report of the process that ended the job.
func checkChild(t *testing.T, s *runcommandtest.Server, report childReport, ids []string, seed uint64, figures *killFigures) {
	t.Helper()
	all := slices.Concat(report.Results, report.Unready, report.NotSent, report.Unknown)
	assert.ElementsMatch(t, ids, all, "seed %d: each instance is in exactly one list of the report", seed)
	assert.Empty(t, report.NotSent, "seed %d: %s", seed, report.Err)
	assert.Empty(t, report.Unknown, "seed %d: %s", seed, report.Err)
	assert.False(t, report.Halted, "seed %d: %s", seed, report.Err)
	for _, id := range ids {
		n := s.Executions(id)
		figures.Executions += n
		figures.Doubles += max(n-1, 0)
		want := 0
		if slices.Contains(report.Results, id) {
			want = 1
		}
		assert.Equal(t, want, n, "seed %d: executions on %s", seed, id)
	}
}
