package runcommand

import (
	"context"
	"encoding/json"
	"iter"
	"slices"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// The limits of one call of DescribeInstances (ECS API reference).
const (
	instanceChunk    = 100 // ids
	instancePageSize = 100 // rows of a page; without a size the service sends 10, also for 100 ids
	mostInstanceTags = 20
)

// InstanceFilter selects instances of the region. With several fields set, an instance has
// to match all of them. An empty filter is an error, because a field that was forgotten
// would then select the whole region. Set All to select the whole region.
type InstanceFilter struct {
	// IDs selects these instances, any number of them. The letter case does not matter. An
	// empty list that is not nil selects no instance, without a call.
	IDs []string
	// Name is the whole name of the instances. A * in it stands for any characters.
	Name   string
	Status InstanceStatus
	// Tags selects the instances that have all these tags, at most 20. The service finds
	// instances by tags only while at most 1000 resources have these tags. Beyond that
	// number use the operation ListTagResources of the official SDK.
	Tags []Tag
	// ResourceGroupID selects the instances of one resource group. The service finds at
	// most 1000 of them. It cannot select the default resource group.
	ResourceGroupID string
	VPCID           string
	ZoneID          string
	All             bool // select all instances of the region; then no other field may be set
}

// check returns an error for a filter that the service would refuse or ignore.
func (f InstanceFilter) check() error {
	filtered := f.IDs != nil || f.Name != "" || f.Status != "" || len(f.Tags) > 0 || f.ResourceGroupID != "" || f.VPCID != "" || f.ZoneID != ""
	switch {
	case f.All && filtered:
		return invalid("InstanceFilter: All selects the whole region, so no other field may be set")
	case !f.All && !filtered:
		return invalid("InstanceFilter: it is empty; set a field, or All for the whole region")
	case slices.ContainsFunc(f.IDs, isBlank):
		return invalid("InstanceFilter: an instance id is empty")
	case f.Status != "" && !slices.Contains(instanceStatuses, f.Status):
		return invalid("InstanceFilter: Status %.40q cannot be used as a filter; use one of %q", f.Status, instanceStatuses)
	case len(f.Tags) > mostInstanceTags:
		return invalid("InstanceFilter: there are %d tags; the limit is %d (%w)", len(f.Tags), mostInstanceTags, errors.ErrLimitExceeded)
	case slices.ContainsFunc(f.Tags, func(t Tag) bool { return t.Key == "" }):
		return invalid("InstanceFilter: the key of a tag is empty")
	}
	return nil
}

// Instances yields the instances of the region that match the filter, each once, in the
// order of the service. It reads a page of up to 100 instances only when the loop needs
// it. More than 100 ids take several calls. Each loop over the sequence asks the service
// anew. A page token that expires repeats and loses no instance.
//
// An id that is unknown, released or in another region yields nothing: it is no error.
// The service also hides instances, without an error, from a caller who lacks the right
// ecs:DescribeInstances. [Client.Preflight] tells these two cases apart.
//
// The second value is an error of the filter ([errors.ErrInvalidArgument], and nothing is
// sent), the service or the context. There is at most one error, and it comes last (ECS API
// reference, DescribeInstances). The right is ecs:DescribeInstances.
func (c *Client) Instances(ctx context.Context, f InstanceFilter) iter.Seq2[Instance, error] {
	return func(yield func(Instance, error) bool) {
		if err := c.instances(ctx, f, func(i Instance) bool { return yield(i, nil) }); err != nil {
			yield(Instance{}, err)
		}
	}
}

// instances passes the instances that match the filter to the function yield, until yield
// returns false.
func (c *Client) instances(ctx context.Context, f InstanceFilter, yield func(Instance) bool) (err error) {
	if err := c.ready(); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	c.observed(ctx, Operation{Name: "Instances", Instances: len(f.IDs)}, func(ctx context.Context) Ended {
		err = c.listInstances(ctx, f, yield)
		return Ended{Err: err}
	})
	return err
}

// listInstances passes the instances that match a checked filter to the function yield,
// until yield returns false.
func (c *Client) listInstances(ctx context.Context, f InstanceFilter, yield func(Instance) bool) error {
	if f.IDs == nil {
		_, err := c.instancesOf(ctx, f, newInstanceSet(nil), yield)
		return err
	}
	for chunk := range slices.Chunk(newInstanceSet(f.IDs).ids(f.IDs), instanceChunk) {
		f.IDs = chunk
		if all, err := c.instancesOf(ctx, f, newInstanceSet(chunk), yield); err != nil || !all {
			return err
		}
	}
	return nil
}

// instancesOf makes the calls for one chunk of ids, or for a filter without ids. It
// reports whether yield took all instances.
func (c *Client) instancesOf(ctx context.Context, f InstanceFilter, asked instanceSet, yield func(Instance) bool) (all bool, err error) {
	seen := make(map[string]bool)
	all = true
	err = eachPage(ctx, listPaging, func(ctx context.Context, token string) (next string, newRows bool, err error) {
		answer, err := do[wire.DescribeInstancesReply](ctx, c, f.params(c.region, token, false))
		if err != nil {
			return "", false, err
		}
		rows := answer.Rows()
		for k := range rows {
			id, ok := asked.spelling(rows[k].InstanceID)
			if !ok || seen[id] {
				continue
			}
			seen[id], newRows = true, true
			if i := instanceOf(&rows[k], id); f.matches(i) && !yield(i) {
				all = false
				return "", newRows, errStopPaging
			}
		}
		return answer.NextToken, newRows, nil
	})
	return all, err
}

// params returns the parameters of the call that reads one page of instances. A dry run
// checks only whether the caller may list the instances that the filter names.
func (f InstanceFilter) params(region, token string, dryRun bool) wire.Params {
	w := wire.NewWriter(wire.ActionDescribeInstances)
	w.Text("RegionId", region)
	if len(f.IDs) > 0 {
		ids, err := json.Marshal(f.IDs)
		if err != nil {
			panic(err) // a list of texts can always be written as JSON
		}
		w.Text("InstanceIds", string(ids))
	}
	w.Text("InstanceName", f.Name)
	w.Text("Status", string(f.Status))
	wire.Tags(w, "Tag", f.Tags)
	w.Text("ResourceGroupId", f.ResourceGroupID)
	w.Text("VpcId", f.VPCID)
	w.Text("ZoneId", f.ZoneID)
	w.Flag("DryRun", dryRun)
	w.Page(instancePageSize, token)
	return w.Params()
}

// matches reports whether an instance matches the fields of the filter for which the
// service may return other instances, too. The documents say this of the resource group.
// The status may change while the pages are read.
func (f InstanceFilter) matches(i Instance) bool {
	return (f.Status == "" || f.Status == i.Status) &&
		(f.ResourceGroupID == "" || f.ResourceGroupID == i.ResourceGroupID)
}
