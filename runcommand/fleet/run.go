package fleet

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

const (
	// visibility is how long a new invocation may be missing from the lists of the service.
	visibility = time.Minute
	// tokenLifetime is how long the fleet relies on the client token of a chunk, from its
	// announcement on, as runcommand.Client.Run does.
	tokenLifetime = 5 * time.Minute
	// tokenReserve is the time before the end of tokenLifetime that is left for sending a
	// chunk again.
	tokenReserve = 15 * time.Second
	// patience is how long sending may fail in ways that can pass by waiting.
	patience = 5 * time.Minute

	// The limits of calls at the same time. They bound the memory that replies take, and
	// mostOpen bounds the number of chunks whose outcome a crash leaves unknown.
	mostOpen     = 8 // chunks without an outcome
	mostLists    = 4 // polls of groups
	mostOutputs  = 4 // chunks whose outputs are fetched
	mostChecks   = 4 // Preflight calls
	mostStopping = 8 // StopInvocation calls

	// describeCalls is the number of calls of each Describe operation in a minute, until the
	// service throttles them.
	describeCalls = 1000
)

// A pauses returns the pauses between calls, one after the other. A policy of package poll
// makes it. It is not safe for concurrent use: only the owner of the run uses it.
type pauses interface {
	NextBackOff() time.Duration
	Reset()
}

// A run is the execution of a fleet. One goroutine, that of the caller, owns its state. The
// calls of the service are made in other goroutines, which send functions to the channel
// events; the owner calls these functions.
//
// The lock of the fleet protects the ledger and the halt, since Report reads them at any time.
// The owner holds it in begin, step, close and the functions of events (see locked), also while
// it writes to the journal. It is free while the functions of OnProgress and WithApproval and
// the body of the loop over Results run. The other fields need no lock, except those that sendMu
// protects.
type run struct {
	fleet    *Fleet
	ledger   *ledger
	client   *runcommand.Client
	tags     tagging
	findable bool                         // the service can find the chunks by their tags
	yield    func(runcommand.Result) bool // nil: the results keep their outputs for the report

	callerCtx context.Context    // context of Run or Results; a run is one call of these
	ctx       context.Context    // context of the calls: it may go on after that of the caller
	cancel    context.CancelFunc // ends ctx
	sendCtx   context.Context    // context of the calls that send chunks: it ends before ctx
	endSends  context.CancelFunc // ends sendCtx
	events    chan func()
	active    int // number of goroutines that will send an event
	ended     bool
	wake      time.Time // the next time at which there is something to do; zero: only events matter
	dirty     bool      // the counts may have changed since the last progress
	shown     Progress  // the last progress

	// waves
	queue    []int   // instances of the waves that have begun and that are to be sent, in order
	parts    []part  // parts of chunks that were refused or not sent; they are sent first
	toCheck  [][]int // instances that Preflight is to be asked about
	later    [][]int // instances of each further wave that has begun; a resume sends them wave by wave
	checking int
	waveOver time.Time       // when the latest wave ended; zero while it goes on
	waveCtx  context.Context // context of the observer for the calls of the wave; nil between waves
	endWave  func(error)     // tells the observer that the wave has ended; nil between waves
	ask      bool            // the approval of the next wave is to be asked for
	approved int             // number of the latest wave that was approved

	// sending
	sendMu      sync.Mutex                    // protects closed and waiting; send uses it
	closed      bool                          // no further chunk may be announced
	waiting     map[*chunk]context.CancelFunc // chunks that are about to be sent and not announced yet
	mostInChunk int                           // largest chunk that the service takes; 0: not known
	open        int                           // chunks without an outcome
	accepted    bool                          // the service has accepted a chunk of the fleet
	acceptedAt  time.Time                     // when the latest acceptance became known
	probed      bool                          // both halves of a denied chunk were tried
	denied      []denial                      // chunks refused for a missing right, not yet decided
	waits       pauses                        // pauses after failures to send
	sendAfter   time.Time
	failingAt   time.Time // when sending began to fail, by the clock of the run; zero when it does not fail

	// watching
	watches    []*watch
	lists      int
	fetching   int
	redelivers []*followed // chunks that had ended before this process began
	ready      []runcommand.Result
	tail       *tailCheck // nil when there is nothing to look for

	// the end
	abandoned bool  // the caller has left the loop
	blind     error // why the run can no longer learn the states of the commands
	cancelled bool  // the context of the caller has ended
	graceEnd  time.Time
	stopping  int
	stopAsked int
	stopErr   error
	graceOver *time.Timer // ends the calls at the end of the grace; nil without one
	sendsOver *time.Timer // ends the calls that send chunks, earlier than graceOver; nil without a grace

	held time.Duration // how long the program (also an approval) and the journal have held up the run
}

// newRun prepares the only run of a fleet. It starts no goroutine. Without yield, the ledger
// keeps the outputs.
func newRun(ctx context.Context, f *Fleet, yield func(runcommand.Result) bool) *run {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	sendCtx, endSends := context.WithCancel(own)
	client := f.client
	for _, action := range []string{"DescribeInvocations", "DescribeInvocationResults", "DescribeInstances", "DescribeCloudAssistantStatus"} {
		client = client.WithFallbackLimiter(action, poll.NewAdaptive(describeCalls, time.Minute))
	}
	tags := f.options.tagging()
	return &run{
		fleet: f, ledger: f.ledger, client: client, yield: yield,
		tags: tags, findable: tags.findable(len(f.ledger.members)),
		callerCtx: ctx, ctx: own, cancel: cancel, sendCtx: sendCtx, endSends: endSends,
		events:  make(chan func()),
		waiting: make(map[*chunk]context.CancelFunc),
		waits:   poll.Policy{}.NewBackOff(),
	}
}

// execute runs the fleet to its end, in the goroutine of the caller. The error is a HaltError.
// When a function of the program panics or the loop is left, execute still ends all calls and
// writes the last entry.
func (r *run) execute() error {
	left := true // a panic in the body of the loop, or runtime.Goexit in a function of the program
	defer func() {
		r.abandoned = r.abandoned || left
		r.close()
	}()
	r.locked(r.begin)
	for !r.over() {
		r.locked(r.step)
		r.holdUp(func() {
			r.reportProgress()
			r.handOver()
		})
		switch {
		case r.ask:
			r.holdUp(r.askApproval)
		case !r.over():
			r.await()
		}
	}
	r.close()
	r.handOver()
	r.reportProgress()
	left = false
	return r.haltReason()
}

// locked calls f while other goroutines cannot read the ledger. Report and Decide wait meanwhile.
func (r *run) locked(f func()) {
	r.fleet.mu.Lock()
	defer r.fleet.mu.Unlock()
	f()
}

// begin writes the first entry of this process and takes up what the journal holds.
func (r *run) begin() {
	l := r.ledger
	if !r.fleet.resumed {
		if err := r.fleet.record.append(r.callerCtx, &entry{Type: entryPlan, Plan: l.spec}); err != nil {
			r.stop(err)
		}
		return
	}
	r.write(&entry{Type: entryResume})
	if r.closed { // another writer has the journal, or it cannot be written
		r.blind = r.fleet.halt.Err
		return
	}
	if limit := r.fleet.options.limit; limit.isSet() {
		r.write(&entry{Type: entryLimit, MaxFailures: limit})
	}
	r.takeUp()
}

// step does everything that can be done now, without waiting for the service. Each part looks at
// the state of the run, starts calls, and says with at when it has something to do again. So a
// part may be called at any time. The order matters: failures are counted before anything is
// sent, and the next wave comes last.
func (r *run) step() {
	now := time.Now()
	r.wake = time.Time{}
	if r.callerCtx.Err() != nil && !r.cancelled {
		r.cancelRun(now)
	}
	r.judge()
	r.resolve(now)
	r.checkTail(now)
	r.checkReadiness()
	r.sendNext(now)
	r.listGroups(now)
	r.fetchOutputs(now)
	r.stopCommands()
	r.nextWave(now)
}

// over reports whether there is nothing more to do or to wait for.
func (r *run) over() bool {
	switch {
	case r.ended || r.abandoned || r.blind != nil:
		return true
	case r.cancelled && !time.Now().Before(r.graceEnd):
		return true
	case r.active > 0 || len(r.ready) > 0 || r.unfinished() > 0 || r.ask:
		return false
	case r.cancelled || r.closed:
		return r.cancelled || len(r.redelivers) == 0
	}
	return len(r.redelivers) == 0 && r.allSent()
}

// allSent reports whether nothing of the plan is left to be sent.
func (r *run) allSent() bool {
	return r.idle() && len(r.later) == 0 && r.ledger.begun == len(r.ledger.waves)
}

// idle reports whether nothing of the wave that is being sent is left to be sent.
func (r *run) idle() bool {
	return len(r.queue) == 0 && len(r.parts) == 0 && len(r.toCheck) == 0 && len(r.denied) == 0 && r.checking == 0 && r.open == 0
}

// write appends an entry to the journal and applies it to the ledger. When the journal
// fails, nothing more is sent, but what is known stays known. Only the owner of the run calls
// it, with the lock held; announcements are appended in send.
func (r *run) write(e *entry) {
	r.holdUp(func() {
		if err := r.fleet.record.append(r.callerCtx, e); err != nil {
			r.stop(err)
		}
	})
	if err := r.ledger.apply(e); err != nil {
		r.stop(fmt.Errorf("fleet: internal: %w", err))
	}
	r.dirty = true
}

// stop halts the fleet: nothing more is sent. The first reason stays. A nil reason means too
// many failures.
func (r *run) stop(reason error) {
	if r.fleet.halt == nil {
		r.fleet.halt = &HaltError{Err: reason}
	}
	if errors.Is(reason, ErrSuperseded) { // the other writer now waits for the commands that run
		r.blind = reason
	}
	r.closeSending()
}
