package runcommand

import (
	"context"
	"iter"
	"slices"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// Fetch yields the results as they are now, with output, and does not wait: of the named
// instances, or of all instances when no instance is named. A result of an instance that
// is still running has what the service shows of it so far. For a schedule, it is the
// result of the latest run; [Invocation.History] yields all runs. Use Fetch to show the
// state of a long command, or to read the outputs of an invocation that has ended.
//
// Fetch yields each instance once, in the order of the service. It yields nothing for an
// instance that the service does not list: the invocation did not run there, is not
// visible yet, or is older than the records that the service keeps. It leaves out the rows
// of a reply that are about another invocation or about another instance. A blank id is an
// error. Instance ids are compared without letter case, and results have the spelling of
// the request. When the request is not known, spell them as the service does.
//
// One call to the service returns up to 50 results. Fetch makes one call for each named
// instance where that takes fewer calls, and always for a single instance. When the
// request is not known ([Client.Invocation] without [OfRequest]), the number of instances
// is not known either, and for several named instances Fetch reads pages until it has
// found them.
//
// The second value is an error of the ids, the service or the context. There is at most
// one error, and it comes last.
func (i *Invocation) Fetch(ctx context.Context, instanceIDs ...string) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		if err := i.fetch(ctx, instanceIDs, func(r Result) bool { return yield(r, nil) }); err != nil {
			yield(Result{}, err)
		}
	}
}

func (i *Invocation) fetch(ctx context.Context, instanceIDs []string, yield func(Result) bool) (err error) {
	if err := i.ready(); err != nil {
		return err
	}
	if err := i.client.readyIn(ctx); err != nil {
		return err
	}
	if slices.ContainsFunc(instanceIDs, isBlank) {
		return invalid("Fetch: an instance id is empty")
	}
	i.client.observed(ctx, Operation{Name: "Fetch", InvocationID: i.ID, Instances: len(instanceIDs)}, func(ctx context.Context) Ended {
		err = i.readResults(ctx, instanceIDs, yield)
		return Ended{Err: err, InvocationID: i.ID}
	})
	return err
}

// readResults passes the results of the named instances, or of all, to the function yield,
// until yield returns false.
func (i *Invocation) readResults(ctx context.Context, instanceIDs []string, yield func(Result) bool) error {
	instances := newInstanceSet(i.targets)
	wanted := instances.ids(i.targets)
	if len(instanceIDs) > 0 {
		wanted = instances.ids(instanceIDs)
		if len(wanted) == 0 {
			return nil // the request names none of these instances
		}
		instances = newInstanceSet(wanted)
	}
	f := &fetching{Invocation: i, instances: instances, missing: len(wanted), yield: yield, yielded: make(map[string]bool)}
	if len(instanceIDs) == 0 || len(wanted) > 1 && !fewerCallsByInstance(len(wanted), len(i.targets)) {
		return f.read(ctx, "")
	}
	for _, id := range wanted {
		if err := f.read(ctx, id); err != nil || f.abandoned {
			return err
		}
	}
	return nil
}

// fetching is the state of one Fetch.
type fetching struct {
	*Invocation
	instances instanceSet     // the instances to yield
	missing   int             // number of instances still to come; below 1 when the instances are not known
	yielded   map[string]bool // the instances that were yielded
	yield     func(Result) bool
	abandoned bool // true when yield has returned false
}

// read reads the results of one instance, or of all instances when instanceID is "". It
// ends as soon as no instance is missing.
func (f *fetching) read(ctx context.Context, instanceID string) error {
	page := func(ctx context.Context, token string) (*wire.DescribeInvocationResultsReply, error) {
		return do[wire.DescribeInvocationResultsReply](ctx, f.client, f.resultsParams(instanceID, false, token))
	}
	return f.eachOutcome(ctx, invocationPaging, f.instances, page, func(id string, row *wire.Outcome) (isNew, more bool) {
		if f.yielded[id] {
			return false, true
		}
		f.yielded[id] = true
		f.missing--
		r := f.masked(resultOf(row))
		r.InvocationID, r.InstanceID = f.ID, id
		f.abandoned = !f.yield(r)
		return true, !f.abandoned && f.missing != 0 && instanceID == ""
	})
}
