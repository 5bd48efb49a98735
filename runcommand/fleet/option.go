package fleet

import (
	"context"
	"crypto/rand"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// Option configures a [Fleet]. A wrong option, such as nil, makes [New] and [Resume] fail with
// an error that is [errors.ErrInvalidArgument]. Of two options of the same kind, the later one
// counts. No option is kept in the journal: give them to Resume again.
type Option func(*options) error

// options collects the options of one fleet.
type options struct {
	id         string
	journal    Journal
	approve    func(context.Context, Wave) error
	limit      Size // of WithMaxFailures
	grace      time.Duration
	progress   func(Progress)
	policy     poll.Policy
	tags       func(group, chunk string) []runcommand.Tag
	visibility time.Duration
}

// newOptions applies the options to the defaults. The id is that of a new fleet; Resume
// replaces it.
func newOptions(opts []Option) (*options, error) {
	o := &options{
		id:         "fleet-" + strings.ToLower(rand.Text()),
		tags:       defaultTags,
		visibility: visibility,
	}
	for i, opt := range opts {
		if opt == nil {
			return nil, invalid("option %d is nil", i+1)
		}
		if err := opt(o); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// tagging returns what makes the tags of this fleet.
func (o *options) tagging() tagging { return tagging{o.id, o.tags} }

// WithJournal keeps a journal of the fleet, so that [Resume] can go on when the process has
// ended or crashed. Without a journal it is not known after a crash what ran. The journal
// must be empty: see [ErrJournalNotEmpty]. The fleet uses it until Run or Results has
// returned, and in [Fleet.Decide]. Close a [FileJournal] after that. A nil journal is an
// error.
//
// The fleet writes an entry before it sends a chunk, and sends it when the entry is durable. An
// error of the journal halts the fleet: it sends nothing more. The [HaltError] wraps the error.
func WithJournal(j Journal) Option {
	return func(o *options) error {
		if holdsNil(j) {
			return invalid("WithJournal: the journal is nil")
		}
		o.journal = j
		return nil
	}
}

// WithApproval asks f before every wave but the first. The argument of f is the wave that
// has just ended, with its counts. When f returns an error, the fleet halts: the error is a
// [*HaltError] that wraps the error of f. The function may take as long as it needs; its
// context ends when the context of the fleet ends. A panic of f halts the fleet, too. A nil f
// is an error.
//
//	fleet.WithApproval(func(ctx context.Context, ended fleet.Wave) error {
//		if ended.Failed > 0 {
//			return fmt.Errorf("wave %d had %d failures", ended.Number, ended.Failed)
//		}
//		return nil
//	})
//
// f is called in the goroutine of Run or Results, after the pause. All commands of the wave
// have ended then, and the fleet does nothing else meanwhile. The end of the context while f
// runs is a cancellation, whatever f returns.
//
// The journal keeps that the plan needs an approval: [Resume] then needs this option. It asks
// again for a wave that was approved and had not begun.
func WithApproval(f func(ctx context.Context, ended Wave) error) Option {
	return func(o *options) error {
		if f == nil {
			return invalid("WithApproval: the function is nil")
		}
		o.approve = f
		return nil
	}
}

// WithMaxFailures replaces the limit on failures of the plan. With it, a fleet that failures
// have halted can be resumed, see [Resume]. The journal keeps the new limit. An unset [Size] and one
// that is not valid are errors. Earlier failures still count: a fleet with 11 failures that
// is resumed with Count(10) halts again before it sends anything.
func WithMaxFailures(s Size) Option {
	return func(o *options) error {
		switch {
		case s.Err() != nil:
			return invalid("WithMaxFailures: %w", s.Err())
		case !s.isSet():
			return invalid(`WithMaxFailures: the size is unset; use a count, a share or NoLimit`)
		}
		o.limit = s
		return nil
	}
}

// StopOnCancel stops the commands that are under way when the context of the fleet ends. The
// fleet then waits until they have ended, at most for the time grace. Calls that still send
// chunks end after a quarter of that time; the rest is for the calls that stop commands.
// Without this option the commands go on. A grace of 0 or less is an error. Each chunk that
// runs costs one call of StopInvocation. The fleet makes up to 8 of these calls at the same
// time.
//
// The right is ecs:StopInvocation. The [HaltError] says how many commands were asked to
// stop, and whether some were not. Instances on which the fleet has stopped the command do
// not count as failed in the limit on failures, but their results are no success. A chunk
// whose reply was lost is stopped only when it is found in time; otherwise its instances are
// Unknown. When the program leaves the loop over [Fleet.Results], no command is stopped.
func StopOnCancel(grace time.Duration) Option {
	return func(o *options) error {
		if grace <= 0 {
			return invalid("StopOnCancel: the grace must be longer than 0, got %v", grace)
		}
		o.grace = grace
		return nil
	}
}

// OnProgress calls f when the counts of the fleet have changed, in the goroutine of
// [Fleet.Run] or [Fleet.Results]. The fleet goes on when f has returned. f may call
// [Fleet.Report]. A panic of f is logged and changes nothing. A nil f is an error. The last
// call, before Run returns, has the final counts.
//
//	fleet.OnProgress(func(p fleet.Progress) {
//		fmt.Printf("\r%d of %d, %d failed", p.Done, p.Total, p.Failed)
//	})
func OnProgress(f func(Progress)) Option {
	return func(o *options) error {
		if f == nil {
			return invalid("OnProgress: the function is nil")
		}
		o.progress = f
		return nil
	}
}

// PollEvery sets how long the fleet pauses between two polls of the same group of chunks,
// and between two attempts to fetch outputs that are not there yet.
// The pauses begin again with the first one when a chunk of the group was accepted.
//
// The pauses are those of [poll.Until]. Without this option they begin with 1 second and grow
// with the time waited up to 20 seconds. Longer ones cost fewer calls, and the fleet notices
// the end of a wave later: poll.Policy{Max: time.Minute} is for commands that take hours. The
// service can ask for a longer pause, up to 5 minutes. The looks of a resumed fleet in its
// first minute have these pauses, too.
func PollEvery(p poll.Policy) Option {
	return func(o *options) error {
		o.policy = p
		return nil
	}
}

// WithVisibilityDelay says how long the service may hide a new invocation from its lists.
// The default is 1 minute; the documents give no time. A fleet that was resumed sends no new
// chunk before this time has passed, so that it finds every chunk that another process has sent. A
// shorter time is for tests with a service that shows invocations at once: 0 for package
// runcommandtest. A negative time is an error.
//
// The time is also how long the fleet looks for a chunk whose reply was lost before it sends the
// chunk again, unless the 5 minutes of its token end before. And it is how long an accepted
// chunk may be missing from the list of its group before the fleet asks for it by its id.
func WithVisibilityDelay(d time.Duration) Option {
	return func(o *options) error {
		if d < 0 {
			return invalid("WithVisibilityDelay: the time is negative: %v", d)
		}
		o.visibility = d
		return nil
	}
}

// WithTags replaces the two tags of the fleet, [TagGroup] and [TagChunk], by those that f
// returns. The argument group names the fleet and a group of 50 chunks, and chunk is the
// number of the chunk. f must always return the same tags for the same arguments, also in
// the process that resumes the fleet.
//
// The group is the id of the fleet, a hyphen and a number from 1, such as "fleet-abc-1", and
// chunk is a number from 1. To keep these tags and rename their keys:
//
//	fleet.WithTags(func(group, chunk string) []runcommand.Tag {
//		return []runcommand.Tag{{Key: "acme-rollout", Value: group}, {Key: "acme-chunk", Value: chunk}}
//	})
//
// New and Resume call f a few times to check it. A nil f, a panic of f, and tags that differ
// between two calls with the same arguments are errors. When f panics or returns other tags later,
// the fleet halts before it sends the chunk. New also refuses tags that break a rule
// of the service, such as more than 20 tags together with those of the command.
//
// Goroutines call f at the same time. f must not call methods of the fleet: it would wait
// for itself.
//
// The service finds a chunk by its tags. When f leaves group or chunk out, leaves the id of the
// fleet out of group, returns nothing, or gives several groups the same tags, the fleet needs
// one call for each chunk and poll, not one for 50 chunks. After a crash it cannot find out whether a chunk was accepted: it sends
// the chunk again with the same token in the first minutes, and reports its instances as
// Unknown later. It also cannot notice that a journal has lost entries
// ([ErrJournalIncomplete]).
func WithTags(f func(group, chunk string) []runcommand.Tag) Option {
	return func(o *options) error {
		if f == nil {
			return invalid("WithTags: the function is nil")
		}
		o.tags = f
		return nil
	}
}

// invalid returns an error about a wrong argument, which is an ErrInvalidArgument. It begins
// with "fleet: ".
func invalid(format string, args ...any) error {
	return fmt.Errorf("fleet: "+format+": %w", append(args, errors.ErrInvalidArgument)...)
}

// errNoContext is the error of every function of this package that gets a nil context.
var errNoContext = invalid("the context is nil")

// holdsNil reports whether j is nil or holds a nil pointer.
func holdsNil(j Journal) bool {
	if j == nil {
		return true
	}
	v := reflect.ValueOf(j)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
