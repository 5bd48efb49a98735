package runcommand

import (
	"context"
	"iter"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// Filter selects invocations. Zero fields select all; several fields are
// narrowed together.
type Filter struct {
	InvocationID    string
	InstanceID      string
	CommandID       string
	CommandName     string
	ResourceGroupID string
	Type            CommandType
	Status          Status // Pending, Scheduled, Running, Stopping, Success, Failed, PartialFailed or Stopped
	RepeatMode      RepeatMode
	Tags            []Tag // at most 20; the service finds at most 1000 invocations by tags
}

// Invocations yields the invocations of the region that match the filter, in
// the service's order, page by page; each comes once. The service keeps them
// for some weeks.
//
// The second value is an error of the service or the context; it comes at most
// once and last.
func (c *Client) Invocations(ctx context.Context, f Filter) iter.Seq2[*Summary, error] {
	return func(yield func(*Summary, error) bool) {
		if err := c.invocations(ctx, f, func(s *Summary) bool { return yield(s, nil) }); err != nil {
			yield(nil, err)
		}
	}
}

func (c *Client) invocations(ctx context.Context, f Filter, yield func(*Summary) bool) error {
	if err := c.ready(); err != nil {
		return err
	}
	seen := make(map[string]bool)
	return eachPage(ctx, ofMany, func(ctx context.Context, token string) (next string, news bool, err error) {
		answer, err := call[wire.DescribeInvocationsReply](ctx, c, f.question(c.region, token))
		if err != nil {
			return "", false, err
		}
		rows := answer.Rows()
		for k := range rows {
			id := rows[k].InvokeID
			if seen[id] {
				continue
			}
			seen[id], news = true, true
			if s := summaryOf(&rows[k], rosterOf(nil)); f.admits(s) && !yield(s) {
				return "", news, errEnough
			}
		}
		return answer.NextToken, news, nil
	})
}

func (f Filter) question(region, token string) request {
	return &wire.DescribeInvocations{
		RegionID:        region,
		InvokeID:        f.InvocationID,
		InstanceID:      f.InstanceID,
		CommandID:       f.CommandID,
		CommandName:     f.CommandName,
		CommandType:     string(f.Type),
		InvokeStatus:    string(f.Status),
		RepeatMode:      string(f.RepeatMode),
		ResourceGroupID: f.ResourceGroupID,
		Tags:            wireTags(f.Tags),
		MaxResults:      pageSize,
		NextToken:       token,
	}
}

// admits drops another invocation than the one that was asked for, and applies
// what the service ignores beside an instance id (ECS API reference,
// DescribeInvocations): name, repeat mode, and the status PartialFailed.
func (f Filter) admits(s *Summary) bool {
	if f.InvocationID != "" && s.InvocationID != f.InvocationID && s.InvocationID != "" {
		return false
	}
	if f.InstanceID == "" {
		return true
	}
	return (f.CommandName == "" || f.CommandName == s.Name) &&
		(f.RepeatMode == "" || f.RepeatMode == s.RepeatMode) &&
		(f.Status != StatusPartialFailed || f.Status == s.Status)
}
