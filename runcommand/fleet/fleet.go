package fleet

import (
	"context"
	"iter"
	"slices"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// A Fleet is one execution of a [Plan], from its beginning or resumed. Make a Fleet with
// [New] or [Resume]: a zero Fleet and a nil one cannot run. [Fleet.Run] or [Fleet.Results]
// may be called once; a second call returns an error that is [errors.ErrInvalidArgument] and
// changes nothing.
//
// The other methods are safe for concurrent use, also during the run. [Fleet.Report] waits for
// a write to the journal that is under way. So a [Journal], a function of [WithTags], a
// logger and an observer of the client must not call Report or Decide. The functions of
// [OnProgress] and [WithApproval] may call Report.
type Fleet struct {
	client  *runcommand.Client
	options *options
	record  *recorder
	resumed bool

	mu     *lock
	ledger *ledger // nil in a zero Fleet; mu protects what it points to
	state  fleetState
	halt   *HaltError // why the fleet halted; nil when it did not
}

// A fleetState says whether Run or Results was called. It only moves forward.
type fleetState uint8

const (
	fleetReady   fleetState = iota // neither was called
	fleetRunning                   // one of them was called and has not returned
	fleetOver                      // it has returned
)

// The errors of New and Resume about a journal. They are found with errors.Is in the error
// that New or Resume returns. That error is also an [errors.ErrInvalidArgument]: the same
// call would fail again.
var (
	// ErrJournalEmpty is an error of Resume: no fleet has written into the journal. Begin one
	// with [New].
	ErrJournalEmpty = errors.New("the journal is empty")
	// ErrJournalNotEmpty is an error of New: the journal has entries. Go on with [Resume], or
	// use another journal for another fleet.
	ErrJournalNotEmpty = errors.New("the journal holds a fleet already")
	// ErrHalted is an error of Resume: more instances have failed than the limit allows. Give
	// a higher limit with [WithMaxFailures] to go on.
	ErrHalted = errors.New("failures have halted the fleet")
	// ErrNeedsApproval is an error of Resume: the fleet had an approval, and the option
	// [WithApproval] is missing.
	ErrNeedsApproval = errors.New("the plan needs an approval before each wave")
)

// New checks a plan and returns a fleet that runs it. It sends nothing and writes nothing.
//
// The error lists every mistake of the plan: it is an [*errors.ValidationError]. Its fields
// are those of [Plan], such as "Waves.2", and the parameters of the command, such as
// "CommandContent". New refuses a journal that has entries ([ErrJournalNotEmpty]): its fleet
// goes on with [Resume]. A wrong option, and a client that runcommand.NewClient did not make,
// are an [errors.ErrInvalidArgument]. Any other error is that of the journal.
//
// The fleet keeps copies of the lists in p, so the program may change p afterwards. One client
// may serve any number of fleets at the same time: they share its limiter.
//
// New reads the journal to its end, however long that takes. [NewContext] does the same
// with a context.
func New(c *runcommand.Client, p Plan, opts ...Option) (*Fleet, error) {
	return NewContext(context.Background(), c, p, opts...)
}

// NewContext is like [New], but gives ctx to the journal: the reading ends when ctx ends.
// The run of the fleet does not depend on ctx. A nil ctx is an [errors.ErrInvalidArgument].
func NewContext(ctx context.Context, c *runcommand.Client, p Plan, opts ...Option) (*Fleet, error) {
	if ctx == nil {
		return nil, errNoContext
	}
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	if c.Region() == "" { // also for a nil client
		return nil, invalid("the client was not made by runcommand.NewClient")
	}
	if o.limit.isSet() {
		p.MaxFailures = o.limit
	}
	s, err := p.check(c, o)
	if err != nil {
		return nil, err
	}
	if o.journal != nil {
		switch before, err := readJournal(ctx, o.journal); {
		case err != nil:
			return nil, err
		case before != nil:
			return nil, invalid("%w (%s); use Resume to go on with it, or a new journal", ErrJournalNotEmpty, before.spec.Fleet)
		}
	}
	return &Fleet{
		client: c, options: o, mu: newLock(), ledger: newLedger(s),
		record: newRecorder(o.journal, s, 1),
	}, nil
}

// Resume returns the fleet that a journal holds. It goes on where the journal ends, in the
// region of the client. It sends nothing and writes nothing; [Fleet.Run] does. The options
// are not in the journal: give them again. [WithJournal] is not needed.
//
//	journal, err := fleet.OpenJournal("upgrade.journal")
//	...
//	f, err := fleet.Resume(client, journal)
//	if errors.Is(err, fleet.ErrJournalEmpty) {
//		f, err = fleet.New(client, plan, fleet.WithJournal(journal))
//	}
//
// The fleet waits for chunks that were accepted. It looks, by its tags, for a chunk whose
// outcome is not in the journal. When the service does not list the chunk for a minute, the
// fleet sends it again with its token. It does so only in the first five minutes after the
// chunk was announced, since the documents do not say how long the service remembers a
// token. So a Resume within four minutes is in time. After that the instances of the chunk are Unknown. They get no command again,
// and every Resume looks for the chunk anew. When the clock of the machine has gone back,
// the age of a token is not known, and the token is not used. [WithTags] must return the
// same tags as before, or Resume fails.
//
// Instances on which the command did not run, as [Fleet.Decide] said, get it first: before
// the rest of a later wave.
//
// In its first minute a resumed fleet sends no new chunk. It looks for commands of the fleet
// that the journal does not name. When there is one, the end of the journal is lost, and the
// fleet halts with [ErrJournalIncomplete], and sends nothing again either: otherwise it could run a command twice. It also
// halts when these look-ups fail for 5 minutes; a later Resume looks again.
//
// A fleet that failures have halted goes on only with [WithMaxFailures] ([ErrHalted]),
// unless decisions of a person have brought the failures back to the limit. A fleet whose plan
// had an approval goes on only with [WithApproval] ([ErrNeedsApproval]). A fleet that was
// cancelled needs no option to go on: instances on which [StopOnCancel] has stopped the
// command do not count as failed. They do not get the command again.
//
// The error is an [errors.ErrInvalidArgument] for a wrong argument or option, an empty
// journal ([ErrJournalEmpty]), another region, other tags, and the two cases above. Any
// other error means that the journal cannot be read. It wraps the error of the journal, such
// as [ErrDamaged], or names the entry that does not fit the entries before it. An entry with
// a type or a field that this version does not know is such an error, too: a later version
// may have written it.
//
// Resume reads the journal to its end, however long that takes. [ResumeContext] does the
// same with a context.
func Resume(c *runcommand.Client, j Journal, opts ...Option) (*Fleet, error) {
	return ResumeContext(context.Background(), c, j, opts...)
}

// ResumeContext is like [Resume], but gives ctx to the journal: the reading ends when ctx
// ends. The run of the fleet does not depend on ctx. A nil ctx is an
// [errors.ErrInvalidArgument].
func ResumeContext(ctx context.Context, c *runcommand.Client, j Journal, opts ...Option) (*Fleet, error) {
	if ctx == nil {
		return nil, errNoContext
	}
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	if c.Region() == "" { // also for a nil client
		return nil, invalid("the client was not made by runcommand.NewClient")
	}
	if holdsNil(j) {
		return nil, invalid("Resume: the journal is nil")
	}
	l, err := readJournal(ctx, j)
	switch {
	case err != nil:
		return nil, err
	case l == nil:
		return nil, invalid("%w; use New to begin a fleet", ErrJournalEmpty)
	case l.spec.Region != c.Region():
		return nil, invalid("the fleet is in region %s, and the client is for %s", l.spec.Region, c.Region())
	case l.spec.Approval && o.approve == nil:
		return nil, invalid("%w; use WithApproval", ErrNeedsApproval)
	case l.halted && !o.limit.isSet():
		return nil, invalid("%w (%s); use WithMaxFailures to go on", ErrHalted, l.failures())
	}
	o.id, o.journal = l.spec.Fleet, j
	if _, err := o.tagging().check(); err != nil {
		return nil, invalid("%w", err)
	}
	for _, sent := range l.chunks {
		if !slices.Equal(sent.tags, o.tagging().of(sent.group, sent.number)) {
			return nil, invalid("the chunks of the fleet have other tags: use WithTags as before")
		}
	}
	return &Fleet{
		client: c, options: o, mu: newLock(), ledger: l, resumed: true,
		record: newRecorder(j, l.spec, l.entries+1),
	}, nil
}

// ID returns the id of the fleet: "fleet-" and random letters and digits. It is in the tags of
// its commands and in log records, and stays the same when the fleet is resumed. It is "" for a
// nil Fleet and for a zero one.
func (f *Fleet) ID() string {
	if f == nil || f.options == nil {
		return ""
	}
	return f.options.id
}

// Run runs the fleet until all instances have ended or the fleet has halted. The report is
// never nil, and holds what is known also when there is an error.
//
// The error is nil when the command succeeded on all instances (without those that
// SkipUnready leaves out). It is a [*HaltError] when the fleet has halted: because of
// failures, a refusal, the journal, a missing approval, or the end of ctx. It is
// a [*FailedError] when the fleet came to its end and some instances did not succeed. It is an
// [errors.ErrInvalidArgument], and nothing happens, for a nil ctx, for a second call, and for a
// Fleet that neither New nor Resume made.
//
//	report, err := f.Run(ctx)
//	if halt, ok := errors.AsType[*fleet.HaltError](err); ok {
//		log.Printf("%d instances got no command: %v", halt.NotSent, halt)
//	}
//
// When ctx ends, the run ends at once, and the commands go on. With [StopOnCancel] the
// commands are stopped, and Run returns when the grace is over at the latest. A journal gets
// 5 more seconds to finish an entry. As long as ctx does not end, Run waits for each
// instance until its command has ended, at most until 2 minutes after the timeout of the
// command. For an Unknown instance it waits 5 minutes more. While the polls for the states
// fail, it waits until ctx ends.
//
// The report holds all outputs, up to 24 KB for each instance. For many instances use
// [Fleet.Results], which keeps none.
func (f *Fleet) Run(ctx context.Context) (*Report, error) {
	if err := f.begin(ctx); err != nil {
		return f.Report(), err
	}
	r := newRun(ctx, f, nil)
	if err := r.execute(); err != nil {
		return f.Report(), err
	}
	report := f.Report()
	return report, report.Err()
}

// Results runs the fleet like [Fleet.Run] and yields the result of each instance with its
// output, once, as soon as it has ended. It keeps no output. A resumed fleet also yields the
// results of the instances that had ended before, with their outputs as far as the service
// still has them. While the body of the loop runs, the fleet only finishes calls that it has
// begun. When the body takes longer than 5 minutes, a chunk whose reply was lost can become
// Unknown: the fleet could not send it again in time.
//
// The second value is a [*HaltError] that says why the fleet halted. There is at most one
// such error, and it comes last. A command that failed is no error of the fleet: see
// [runcommand.Result.Err]. When the program leaves the loop, the fleet sends nothing more,
// but stops no command. [Fleet.Report] tells what is known then.
//
//	for result, err := range f.Results(ctx) {
//		if err != nil {
//			return err // the fleet halted
//		}
//		if result.Err() != nil {
//			failed = append(failed, result.InstanceID)
//		}
//	}
//	return f.Report().Err()
//
// Instances that got no command are not yielded: read Unready, NotSent and Unknown of the
// report. The fleet begins with the first iteration, not with the call of Results. The loop
// runs in the goroutine of the caller. A wrong call, as described at Run, yields an
// [errors.ErrInvalidArgument].
func (f *Fleet) Results(ctx context.Context) iter.Seq2[runcommand.Result, error] {
	return func(yield func(runcommand.Result, error) bool) {
		if err := f.begin(ctx); err != nil {
			yield(runcommand.Result{}, err)
			return
		}
		r := newRun(ctx, f, func(result runcommand.Result) bool { return yield(result, nil) })
		if err := r.execute(); err != nil && !r.abandoned {
			yield(runcommand.Result{}, err)
		}
	}
}

// begin reserves the only run of the fleet. Run and Results call it. Its error is an
// ErrInvalidArgument.
func (f *Fleet) begin(ctx context.Context) error {
	if f == nil || f.ledger == nil {
		return invalid("this fleet was made neither by New nor by Resume")
	}
	if ctx == nil {
		return errNoContext
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.state != fleetReady {
		return invalid("Run or Results was called before; use Resume to go on with a fleet")
	}
	f.state = fleetRunning
	return nil
}
