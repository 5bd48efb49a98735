package runcommandtest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/emulator"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// What [Server.Client] uses, and any other client can use.
const (
	// Region is the region of the clients that [Server.Client] returns. The
	// server serves every documented region: invocations, client tokens and
	// instances with a RegionID are known in their own region alone.
	Region = "cn-hangzhou"

	// AccessKeyID and AccessKeySecret are accepted by a server without
	// [WithCredential]. They are worth nothing anywhere else.
	AccessKeyID     = "testing-access-key-id"
	AccessKeySecret = "testing-access-key-secret"
)

// localURL is the address under which requests in process are signed; nobody
// ever looks it up.
const localURL = "http://ecs.runcommandtest.invalid"

// A Server is a local Cloud Assistant. Its methods may be called concurrently.
type Server struct {
	engine *emulator.Server
	key    emulator.Credential

	mu       sync.Mutex
	closed   bool
	listener net.Listener // given, and not served yet
	http     *http.Server
	url      string
}

// NewServer returns a server. It opens no listener before [Server.URL] and
// starts no process without [WithShell]. Close it when it is no longer needed.
func NewServer(opts ...Option) *Server {
	c := config{Options: emulator.Options{RateLimits: map[string]emulator.Rate{}}}
	for _, option := range opts {
		if option != nil {
			option(&c)
		}
	}
	if len(c.Credentials) == 0 {
		c.Credentials = []emulator.Credential{{AccessKeyID: AccessKeyID, AccessKeySecret: AccessKeySecret}}
	}
	return &Server{engine: emulator.New(c.Options), key: c.Credentials[0], listener: c.listener}
}

// Start returns a server that is closed when the test and its subtests have
// ended. When the test has failed by then, the server's state is logged first:
// clock, instances, invocations, the latest calls and the faults left over.
func Start(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	s := NewServer(opts...)
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("state of the local service:\n%s", s)
		}
		s.Close()
	})
	return s
}

// Client returns a client of the server that talks to it in process, in [Region]
// and with the server's first credential. Options that are given come last. It
// panics when an option is not valid, as only a mistake in the test can do that.
func (s *Server) Client(opts ...runcommand.Option) *runcommand.Client {
	all := append([]runcommand.Option{
		runcommand.WithEndpoint(localURL),
		runcommand.WithStaticCredential(s.key.AccessKeyID, s.key.AccessKeySecret, s.key.SecurityToken),
		runcommand.WithHTTPClient(&http.Client{Transport: s.Transport()}),
	}, opts...)
	client, err := runcommand.NewClient(Region, all...)
	if err != nil {
		panic(fmt.Sprintf("runcommandtest: client: %v", err))
	}
	return client
}

// Transport returns a RoundTripper that hands requests to the server without a
// network, whatever host they name. It honours their context, works inside
// testing/synctest, and fails as a network would where a [Fault] says so. After
// Close it fails like a dial that is refused, with an error that says why.
func (s *Server) Transport() http.RoundTripper { return s.engine.Transport() }

// URL returns the address of the server on the loopback interface, such as
// "http://127.0.0.1:41593". The first call opens the listener; after Close and
// where no listener can be opened it panics, as httptest does.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.url != "" {
		return s.url
	}
	if s.closed {
		panic("runcommandtest: URL of a closed server")
	}
	listener := s.listener
	if listener == nil {
		var err error
		listener, err = net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it opens at once or not at all
		if err != nil {
			panic(fmt.Sprintf("runcommandtest: listen on loopback: %v", err))
		}
	}
	s.listener = nil
	s.http = newHTTPServer(s.engine)
	s.url = "http://" + listener.Addr().String()
	go serve(s.http, listener)
	return s.url
}

// serve returns when Close closes the server.
func serve(server *http.Server, l net.Listener) { _ = server.Serve(l) }

// newHTTPServer bounds what a caller can make the server hold.
func newHTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    256 << 10,
	}
}

// Close closes the listener and every connection, ends the context of every
// execution that is going on and waits until all have returned. It may be called
// more than once.
func (s *Server) Close() {
	s.mu.Lock()
	server, listener := s.http, s.listener
	s.closed, s.http, s.listener = true, nil, nil
	s.mu.Unlock()
	s.engine.Close()
	if server != nil {
		_ = server.Close() // the listener and connections are of no use either way
	}
	if listener != nil {
		_ = listener.Close() // nobody was served on it
	}
}

// AddInstance adds instances to the account, or changes those that are there
// already. Without any instance every RunCommand is refused with
// InvalidInstance.NotFound. It panics when one has no ID, as only a mistake in
// the test can do that.
func (s *Server) AddInstance(inst ...Instance) { s.engine.AddInstance(inst...) }

// RemoveInstance releases an instance: what runs on it ends with
// InstanceReleased, and later calls that name it are refused.
func (s *Server) RemoveInstance(instanceID string) { s.engine.RemoveInstance(instanceID) }

// Handle makes fn decide what instances do from now on. It is called once for
// every execution, concurrently. It may block: ctx ends when the execution is
// stopped or times out, when its instance restarts and when the server is
// closed, and fn must return then; until then the instance is Running. What fn
// does at once is visible to the very next Describe call. A nil fn brings back
// the default.
//
// An fn that panics, or ends its goroutine as t.FailNow and so every require
// does, ends its own execution with ExecutionException and nothing else. The
// ErrorInfo names the type of the panic's value; value and stack are in what
// String returns, and so in the log of a test that fails.
func (s *Server) Handle(fn func(ctx context.Context, x Exec) Outcome) {
	if fn == nil {
		s.engine.Handle(nil)
		return
	}
	s.engine.Handle(func(ctx context.Context, x Exec, _ Instance) Outcome { return fn(ctx, x) })
}

// Inject makes things go wrong: every [Fault] waits for the moment that its kind
// names and happens then, as often as it says. It panics when a Kind is none of
// the constants, the zero Kind among them, an Action is neither empty nor one of
// the five operations, or a Status is neither 0 nor between 200 and 599: such a
// fault could never happen and is a mistake in the test.
func (s *Server) Inject(f ...Fault) { s.engine.Inject(f...) }

// Pending returns the faults that have not happened as often as they should. A
// test that injects faults ends by asserting that there are none.
func (s *Server) Pending() []Fault { return s.engine.Pending() }

// Control lets decide see every call of an action, or of every action when it is
// empty, before the service does and before its signature is checked: decide
// answers in the service's place with [Answer] or [Refuse], or lets the call go
// on with [Pass] or [Delay]. The function that is returned takes it away again.
func (s *Server) Control(action string, decide func(Call) Verdict) (remove func()) {
	return s.engine.Control(action, decide)
}

// Calls returns the calls of an action that reached the server, in order, or of
// every action when it is empty. The latest 10,000 are kept, as far as they have
// room in 64 MiB, and of the parameters of a call whose signature was refused no
// more than 4 KB.
func (s *Server) Calls(action string) []Call { return s.engine.Calls(action) }

// Invocations returns a snapshot of every invocation that is remembered, the
// oldest first. It is readable when printed.
func (s *Server) Invocations() []Invocation { return s.engine.Invocations() }

// Instances returns a snapshot of every instance.
func (s *Server) Instances() []InstanceInfo { return s.engine.Instances() }

// Executions returns how often a script was begun on an instance: the number
// that proves "at most once".
func (s *Server) Executions(instanceID string) int { return s.engine.Executions(instanceID) }

// Reboot restarts an instance: what runs on it ends with InstanceRestarted, and
// tasks that wait for its next start begin.
func (s *Server) Reboot(instanceID string) { s.engine.Reboot(instanceID) }

// Advance moves the server's clock, and only that, forward by d: schedules fire,
// runs end, client tokens and ended invocations grow old on the way, each at its
// own time. Time does not run backwards: a negative d does nothing.
//
// Clients work before and after an Advance of any length. They keep their own
// time: a Wait that sleeps between two questions does not wake up sooner, a
// MaxWait or a deadline does not pass sooner, and the dates of requests are
// judged by the clock that client and server share. What clients are shown, such
// as Result.Started, is by the server's clock and so may lie in their future.
func (s *Server) Advance(d time.Duration) { s.engine.Advance(d) }

// Now returns the time by the server's clock.
func (s *Server) Now() time.Time { return s.engine.Now() }

// ServeHTTP makes a Server an [http.Handler], for a listener of one's own.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.engine.ServeHTTP(w, r) }

// String returns the state of the server for people: what [Start] logs. Of very
// many instances, invocations, rows, calls and faults it has some dozens each.
func (s *Server) String() string { return s.engine.String() }

// Dump writes what String returns.
func (s *Server) Dump(w io.Writer) error {
	_, err := io.WriteString(w, s.String())
	return err
}
