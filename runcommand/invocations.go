package runcommand

import (
	"context"
	"iter"
	"slices"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// Filter selects invocations. The zero Filter selects all. With several fields set,
// an invocation has to match all of them.
type Filter struct {
	InvocationID    string
	InstanceID      string
	CommandID       string
	CommandName     string
	ResourceGroupID string
	Type            CommandType
	// Status must be a status that the service filters by (ECS API reference,
	// DescribeInvocations, InvokeStatus): Pending, Scheduled, Running, Stopping,
	// Success, Failed, PartialFailed, Stopped, or the older word Finished. For any
	// other status the error is [errors.ErrInvalidArgument], and nothing is sent.
	// Error, Timeout, Invalid, Aborted, Cancelled and Terminated are states of one
	// instance: look for them in [Summary.Instances].
	Status     Status
	RepeatMode RepeatMode
	// Tags selects the invocations that have all of these tags, at most 20. The service
	// filters by tags only while at most 1000 invocations have them. For more invocations it
	// does not document what comes. So [ErrTooManyTagged] comes after the invocations when a
	// list by tags has 1000 or more. With other fields set, too, a shorter list may have been
	// cut without a sign: use tags that fewer invocations share.
	Tags []Tag
}

// maxTagged is how many invocations the service can find by tags (ECS API reference,
// DescribeInvocations, Tag). The total count of a reply does not tell whether a list was
// cut, because it has no meaning in a listing with page tokens.
const maxTagged = 1000

// ErrTooManyTagged is the error of [Client.Invocations] after a list by tags that may not
// be complete: 1000 or more invocations have the tags. It comes after these invocations.
// It is an [errors.ErrLimitExceeded].
var ErrTooManyTagged error = kindError{
	"the list may not be complete: the service filters by tags only while at most 1000 invocations have them",
	errors.ErrLimitExceeded,
}

// filterStatuses are the values that the service accepts for the parameter InvokeStatus
// (ECS API reference, DescribeInvocations). Finished is an older status. It means that
// the script ended, with any exit code.
var filterStatuses = []Status{
	StatusPending, StatusScheduled, StatusRunning, StatusStopping,
	StatusSuccess, StatusFailed, StatusPartialFailed, StatusStopped, "Finished",
}

// check returns an error when the service cannot filter by the status of the filter.
func (f Filter) check() error {
	if f.Status == "" || slices.Contains(filterStatuses, f.Status) {
		return nil
	}
	return invalid("Filter: Status %.40q cannot be used as a filter; use one of %q", f.Status, filterStatuses)
}

// Invocations yields the invocations of the region that match the filter. It yields each
// invocation once, in the order of the service. It reads a page only when the loop needs
// it. The service keeps invocations for some weeks.
//
// Each [Summary] has all its instances and tags, also when many invocations are listed.
// So one call to the service tells the state of up to 50 invocations that share a tag,
// for example those of one rollout.
//
// The second value is an error of the filter, the service or the context. There is at
// most one error, and it comes last.
func (c *Client) Invocations(ctx context.Context, f Filter) iter.Seq2[*Summary, error] {
	return func(yield func(*Summary, error) bool) {
		if err := c.invocations(ctx, f, func(s *Summary) bool { return yield(s, nil) }); err != nil {
			yield(nil, err)
		}
	}
}

func (c *Client) invocations(ctx context.Context, f Filter, yield func(*Summary) bool) (err error) {
	if err := c.ready(); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	c.observed(ctx, Operation{Name: "Invocations", InvocationID: f.InvocationID}, func(ctx context.Context) Ended {
		err = c.listInvocations(ctx, f, yield)
		return Ended{Err: err, InvocationID: f.InvocationID}
	})
	return err
}

// listInvocations passes the invocations that match the filter to the function yield, until
// yield returns false.
func (c *Client) listInvocations(ctx context.Context, f Filter, yield func(*Summary) bool) error {
	seen := make(map[string]bool)
	left := false // the caller has left the loop
	err := eachPage(ctx, listPaging, func(ctx context.Context, token string) (next string, newRows bool, err error) {
		answer, err := do[wire.DescribeInvocationsReply](ctx, c, f.params(c.region, token))
		if err != nil {
			return "", false, err
		}
		rows := answer.Rows()
		for k := range rows {
			id := rows[k].InvokeID
			if seen[id] {
				continue
			}
			seen[id], newRows = true, true
			if s := summaryOf(&rows[k], newInstanceSet(nil)); f.matches(&rows[k], s) && !yield(s) {
				left = true
				return "", newRows, errStopPaging
			}
		}
		return answer.NextToken, newRows, nil
	})
	if err == nil && !left && len(f.Tags) > 0 && len(seen) >= maxTagged {
		return ErrTooManyTagged
	}
	return err
}

// params returns the parameters of the call that reads one page of invocations (ECS API
// reference, DescribeInvocations).
func (f Filter) params(region, token string) wire.Params {
	w := wire.NewWriter(wire.ActionDescribeInvocations)
	w.Text("RegionId", region)
	w.Text("InvokeId", f.InvocationID)
	w.Text("InstanceId", f.InstanceID)
	w.Text("CommandId", f.CommandID)
	w.Text("CommandName", f.CommandName)
	w.Text("CommandType", string(f.Type))
	w.Text("InvokeStatus", string(f.Status))
	w.Text("RepeatMode", string(f.RepeatMode))
	w.Text("ResourceGroupId", f.ResourceGroupID)
	w.Text("ContentEncoding", "Base64")
	wire.Tags(w, "Tag", f.Tags)
	w.Page(pageSize, token)
	return w.Params()
}

// matches reports whether an invocation matches the filter: the row of the reply, and the
// summary that was made of this row. It checks the invocation id and the status. When the
// filter has an instance id, matches also checks the name and the repeat mode, because the
// service then ignores these fields of the filter (ECS API reference,
// DescribeInvocations).
func (f Filter) matches(row *wire.Invocation, s *Summary) bool {
	if f.InvocationID != "" && s.InvocationID != f.InvocationID && s.InvocationID != "" {
		return false
	}
	if !f.matchesStatus(row) {
		return false
	}
	return f.InstanceID == "" ||
		(f.CommandName == "" || f.CommandName == s.Name) && (f.RepeatMode == "" || f.RepeatMode == s.RepeatMode)
}

// matchesStatus reports whether one of the two statuses of a row is that of the filter.
// The words of the filter come from both statuses, and the service does not document with
// which of them it compares. A row without a status matches, because the service found it.
func (f Filter) matchesStatus(row *wire.Invocation) bool {
	return f.Status == "" || row.InvocationStatus == "" && row.InvokeStatus == "" ||
		string(f.Status) == row.InvocationStatus || string(f.Status) == row.InvokeStatus
}
