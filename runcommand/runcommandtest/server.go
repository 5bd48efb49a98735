package runcommandtest

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest/internal/shell"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest/internal/signature"
)

// A Server is a local Cloud Assistant. [Start] and [NewServer] make one. The zero Server
// does not work, and a Server must not be copied.
//
// Its methods may be called concurrently, while clients wait, and from functions given to
// [Server.Handle] and [Server.Control]. Only Close must not be called by a function given
// to Handle, because it waits until that function returns. After Close the state can still
// be read.
//
// A method that shows or changes what commands do first carries out what is due by the
// server's clock. If it shows outcomes, it also waits for functions that have just begun:
// see the package comment, Time. What it returns is a copy, unless its comment says
// otherwise.
type Server struct {
	opts       config
	clock      clock
	life       context.Context // Close ends this context
	endLife    context.CancelFunc
	operations map[string]operation
	tokenKey   [32]byte
	executing  sync.WaitGroup
	watching   chan struct{} // has room for one: the call that watches an execution
	signatures *signature.Checker
	shell      *shell.Shell // nil without WithShell

	certificate func() tls.Certificate // makes it once, when it is needed

	listening sync.Mutex // guards closed, listener, http and url
	closed    bool
	listener  net.Listener // the listener of WithListener, until URL serves it
	http      *http.Server
	url       string

	mu        sync.Mutex
	handler   Handler
	handled   map[string]int // calls of handler by instance id, since it was set
	executed  executedLog
	store     store
	timeline  timeline
	tokens    tokenTable
	windows   map[string]window
	faults    []*pendingFault
	controls  []*control
	calls     callLog
	panics    panicLog
	awaited   []*wait // calls that read outcomes wait for these
	waits     int     // how many waits were added to awaited in all
	wakeTimer wakeTimer

	longAwaited int    // the length at which awaited is tidied: see dropAwaited
	lastOutput  []byte // the output of the latest run: see share
}

// NewServer returns a server without instances. It opens no listener before [Server.URL]
// and starts no process without [WithShell]. Close it when it is no longer needed. It is
// for programs, examples and benchmarks: a test uses [Start].
//
// A nil option has no effect. Of two options that set the same thing, the later one
// counts. Options that add to a list, such as [WithCredential], add up.
func NewServer(opts ...Option) *Server {
	c := config{}
	for _, option := range opts {
		if option != nil {
			option(&c)
		}
	}
	return newServer(c)
}

// newServer returns a server with the settings c, completed by the defaults. The tests of
// this package call it with settings for which there is no option.
func newServer(c config) *Server {
	c = c.complete()
	s := &Server{
		opts:       c,
		clock:      clock{source: c.clock},
		signatures: signature.NewChecker(c.credentials),
		operations: operations(),
		listener:   c.listener,
		handler:    c.handler,
		handled:    map[string]int{},
		store:      newStore(),
		tokens:     tokenTable{entries: map[tokenKey]tokenEntry{}},
		windows:    map[string]window{},
		calls:      callLog{limit: c.maxCalls},
		timeline:   timeline{full: c.firings},
		watching:   make(chan struct{}, 1),
	}
	s.life, s.endLife = context.WithCancel(context.Background())
	s.certificate = sync.OnceValue(func() tls.Certificate { return newCertificate(c.certifiedHosts()) })
	rand.Read(s.tokenKey[:]) // the error is ignored: rand.Read never fails
	if c.shell {
		s.shell = shell.New(c.shellDir)
	}
	return s
}

// Start returns a server that is closed when the test and its subtests have
// ended. The test fails when a fault of [Server.Inject] is pending by then, unless the
// option [WithPendingFaults] is given. When the test has failed, the server's state is
// logged before the server is closed: clock, instances, invocations, the latest calls and
// the pending faults. A test that has failed already, or was skipped, is not checked for
// pending faults.
//
// A test may start several servers. They share nothing. Inside testing/synctest call Start
// with the tb of the bubble, so that the server is closed before the bubble ends.
func Start(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	s := NewServer(opts...)
	tb.Cleanup(func() {
		tb.Helper()
		s.requireNoPending(tb)
		if tb.Failed() {
			tb.Logf("state of the local service:\n%s", s)
		}
		s.Close()
	})
	return s
}

// Close closes the listener and every connection, ends the context of every
// execution that is going on and waits until all have returned. So it waits forever for a
// function of [Server.Handle] that ignores its context. With [WithShell] it kills scripts
// and removes their directories. Later calls fail like a connection that is refused. The
// methods that show the state still show it, instances can still be changed, and Advance
// still moves the clock. Close may be called more than once.
func (s *Server) Close() {
	s.listening.Lock()
	server, listener := s.http, s.listener
	s.closed, s.http, s.listener = true, nil, nil
	s.listening.Unlock()
	s.endLife()
	s.mu.Lock()
	s.stopTimer()
	s.mu.Unlock()
	s.executing.Wait()
	if s.shell != nil {
		_ = s.shell.Close() // the error is ignored: only temporary files can be left
	}
	if server != nil {
		_ = server.Close() // the error is ignored: nothing uses the listener and connections any more
	}
	if listener != nil {
		_ = listener.Close() // the error is ignored: the listener was never served
	}
}

// Handle makes fn decide what instances do from now on. The server calls fn once for
// every execution, concurrently. fn may block. Until fn returns or ctx ends, the
// instance is Running. When ctx ends, fn must return. ctx ends when the execution is
// stopped or times out, when its instance stops, restarts, is released or loses its
// agent, and when the server is closed. When fn does not block, the very next Describe
// call shows its outcome. With [Output] fn prints while it runs. A nil fn brings back the
// default: with [WithShell] the script really runs, otherwise it ends at once with exit
// code 0.
//
// Handle may be called at any time. An execution that has begun keeps its function. Other
// methods of the server may be called by fn, but not Close. fn is not called for an
// execution whose end a [Fault] decides, and not for the repeat mode DryRun. An
// execution that should last long needs no real time: return an [Outcome] with Takes.
//
// When fn panics, only its own execution ends, with ExecutionException. The same
// happens when fn ends its goroutine, for example by t.FailNow. Every failed assertion
// of package require calls t.FailNow. The ErrorInfo names the type of the panic's
// value. The value and the stack are in the text that String returns, and so in the log
// of a test that fails. The stack has no frames of this package.
//
// [InSequence], [ByInstance] and [Latency] make functions for the frequent cases.
func (s *Server) Handle(fn func(ctx context.Context, x Exec) Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handler = fn
	clear(s.handled)
}

// Now returns the time by the server's clock: time.Now, or the function of [WithClock],
// plus the sum of all calls of [Server.Advance]. Times in replies are of this clock. It is
// never later than the end of the year 9999.
func (s *Server) Now() time.Time { return s.clock.now() }

// Advance moves the server's clock forward by d, and no other clock. On the way
// schedules fire, runs end, and client tokens and ended invocations grow older, each at
// its own time. A negative d does nothing: time does not go back.
//
// Any d is allowed, any number of times. The clock stops at the end of the year 9999: after
// that, nothing that takes time ends. A schedule on one instance fires at most 600,000 times
// in one Advance. When there are more, the first and the last 300,000 happen, and those in
// the middle are left out. For example, a schedule that fires every minute for a year is
// complete. All schedules together fire about 20 million times at most, or 2,000 times each
// if there are more than 10,000.
//
// Clients work before and after an Advance of any length. They keep their own time: a
// Wait that sleeps between two polls does not wake up sooner, and a MaxWait or a
// deadline does not pass sooner. The dates of requests are compared with the clock that
// client and server share. Times in replies, such as Result.Started, are by the
// server's clock. So they may lie in the client's future.
//
// Advance returns when everything on the way has happened. Functions of [Server.Handle]
// that begin on the way have then returned, or block. Calls that arrive meanwhile may have to
// wait. Two calls of Advance at the same time add up. After Close, Advance does nothing.
func (s *Server) Advance(d time.Duration) {
	if d < 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life.Err() != nil {
		return
	}
	s.catchUp(s.life)
	s.clock.advance(d)
	s.carryOut(s.life, s.clock.now(), true)
	s.wakeForNextFiring()
}

// AddInstance adds instances to the account, or changes those that are there already:
// the new description replaces the whole old one. The server keeps a copy. Rows, history
// and counts of an instance stay when it changes.
//
// An instance that becomes Stopped, NoAgent or Offline ends its runs with
// InstanceNotRunning, ClientNotRunning or ClientNotOnline. Schedules wait. Firings
// until the instance is back are skipped; when no firing follows, the task ends with
// that code. A Stopped instance that is described without Stopped has been started: tasks
// that wait for its next start begin.
//
// Without any instance every RunCommand that names instances is refused with
// InvalidInstance.NotFound (ECS API reference, RunCommand).
// AddInstance panics when an instance has no ID, because only a mistake in the test can
// cause that.
func (s *Server) AddInstance(inst ...Instance) {
	if slices.ContainsFunc(inst, func(i Instance) bool { return i.ID == "" }) {
		panic("runcommandtest: AddInstance: an instance has no ID")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	catchUp := s.catchUpUnawaited
	if s.busy(inst) {
		catchUp = s.catchUp // so that runs whose functions have returned by now are not interrupted
	}
	now := catchUp(s.life)
	for _, i := range inst {
		s.setInstance(i, now)
	}
}

// RemoveInstance releases an instance. Its runs end with InstanceReleased, and so do tasks
// that wait for a time or a restart. Later calls of RunCommand,
// DescribeCloudAssistantStatus and InstallCloudAssistant that name it are refused with
// InvalidInstance.NotFound, and DescribeInstances leaves it out. Its results,
// [Server.Executions] and [Server.Executed] stay. An unknown id has no effect.
func (s *Server) RemoveInstance(instanceID string) { s.change(instanceID, s.release) }

// Reboot restarts an instance. Its runs end with InstanceRestarted, and tasks that wait
// for its next start begin. The restart takes no time. A Stopped instance is Running
// afterwards. An instance without an agent gets the one that an InstallCloudAssistant call
// has asked for. An instance whose agent is Offline stays so, and its tasks go on waiting.
// An unknown id has no effect.
func (s *Server) Reboot(instanceID string) { s.change(instanceID, s.reboot) }

// change calls the function do with the instance that has the ID. When there is no such
// instance, it does nothing.
func (s *Server) change(instanceID string, do func(*machine, time.Time)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.catchUp(s.life)
	if m, ok := s.store.machines[instanceID]; ok {
		do(m, now)
	}
}

// Executions returns how often a script was begun on an instance. With this number a
// test can prove "at most once". The server never forgets the number, not even when the
// instance is removed. It is 0 for an instance that is unknown.
//
// Every run of a schedule counts, and also a run whose end a fault decides. These do not
// count: a command that the instance refuses, a command that is not delivered
// ([FaultAgentOffline]), a firing that is skipped, and the repeat mode DryRun.
func (s *Server) Executions(instanceID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUpUnawaited(s.life)
	return s.store.executions[instanceID]
}
