// Package emulator is a Cloud Assistant in memory: it answers the five
// operations around RunCommand as the ECS API reference describes them, with
// instances whose agents do what they are told, schedules, idempotency, rate
// limits and faults.
//
// It checks requests as they arrive on the wire, with its own code and its own
// table of limits, so that a client tested against it is not tested against
// itself.
//
// Next to nothing happens in the background. Whoever looks lets everything
// happen that is due by the server's clock, in order; so time can be virtual,
// can be moved with Advance, and costs nothing while nobody looks. Only a Runner
// that was handed a command has a goroutine of its own until it returns, and a
// timer waits for the next scheduled run where there is a Runner to notice it.
package emulator

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Server is one emulated service. Its methods may be called concurrently.
type Server struct {
	opts       Options
	clock      clock
	life       *lifetime
	operations map[string]operation
	tokenKey   [32]byte
	flights    sync.WaitGroup
	shell      *shell // nil unless scripts are really run

	mu       sync.Mutex
	runner   Runner
	store    store
	timeline timeline
	nonces   nonceBook
	tokens   tokenBook
	windows  map[string]window
	faults   []*armed
	controls []*control
	calls    callLog
	crashes  crashLog
	fresh    []*flight
	landed   chan struct{} // closed and replaced when a flight has landed
	printed  []byte        // the latest output, see once
	alarm    alarm
}

// New returns a server. It opens nothing; Close ends what instances are doing.
func New(opts Options) *Server {
	opts = opts.complete()
	s := &Server{
		opts:       opts,
		clock:      clock{source: opts.Clock},
		life:       newLifetime(),
		operations: operations(),
		store:      newStore(),
		tokens:     tokenBook{entries: map[tokenKey]tokenEntry{}},
		windows:    map[string]window{},
		calls:      callLog{limit: opts.MaxCalls},
		landed:     make(chan struct{}),
	}
	rand.Read(s.tokenKey[:]) // never fails
	if opts.Shell {
		s.shell = newShell(opts.ShellDir)
	}
	s.Handle(opts.Runner)
	return s
}

// Close ends every wait inside the server and the context of every Runner, and
// returns when the last of them has returned. Calls that come later fail
// like a connection that is refused. Close may be called more than once.
func (s *Server) Close() {
	if !s.life.end() {
		return
	}
	s.mu.Lock()
	s.disarm()
	s.mu.Unlock()
	s.flights.Wait()
	if s.shell != nil {
		_ = s.shell.Close() // what it could not remove lies among temporary files
	}
}

// Now returns the time by the server's clock.
func (s *Server) Now() time.Time { return s.clock.now() }

// Handle makes runner decide what instances do from now on; nil brings back
// what the server began with.
func (s *Server) Handle(runner Runner) {
	if runner == nil && s.shell != nil {
		runner = s.runScript
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runner = runner
}

// runScript is the Runner that really runs scripts.
func (s *Server) runScript(ctx context.Context, x Exec, inst Instance) Outcome {
	began := time.Now()
	out := s.shell.run(ctx, x, inst)
	out.Takes = time.Since(began)
	return out
}

// Advance moves the server's clock, and only that, forward: schedules fire, runs
// end, windows pass, each at its own time on the way. Runners of the runs on the
// way are called one after another. Callers keep their own time, by which the
// dates of requests are still judged. Time does not run backwards: a negative d
// does nothing.
func (s *Server) Advance(d time.Duration) {
	if d < 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(s.life)
	s.clock.advance(d)
	s.settle(s.life)
	s.rearm()
}

// AddInstance adds instances, or changes those that are there already. No call
// could name an instance without an ID, so that it is a mistake of the test:
// AddInstance panics.
func (s *Server) AddInstance(instances ...Instance) {
	if slices.ContainsFunc(instances, func(inst Instance) bool { return inst.ID == "" }) {
		panic("runcommandtest: AddInstance: an instance has no ID")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.glance(s.life)
	for _, inst := range instances {
		s.store.put(inst, now)
	}
}

// RemoveInstance releases an instance: what runs on it ends with
// InstanceReleased, and later calls that name it are refused.
func (s *Server) RemoveInstance(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.settle(s.life)
	if m, ok := s.store.machines[id]; ok {
		s.release(m, now)
	}
}

// Reboot restarts an instance: what runs on it ends with InstanceRestarted, and
// tasks that wait for a start begin.
func (s *Server) Reboot(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.settle(s.life)
	if m, ok := s.store.machines[id]; ok {
		s.reboot(m, now)
	}
}

// Executions returns how often a script was begun on an instance. It counts for
// as long as the server lives, whatever is forgotten.
func (s *Server) Executions(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.glance(s.life)
	return s.store.executions[id]
}

var _ http.Handler = (*Server)(nil)
