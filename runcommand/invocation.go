package runcommand

import (
	"context"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// Invocation is a command that the service has accepted. [Client.Run] returns it.
// [Client.Invocation] returns it for an id that the program knows.
//
// It is safe for concurrent use; several waits may run at the same time. When an
// Invocation is printed, it shows the ids and not the token.
type Invocation struct {
	ID          string // begins with "t-"
	CommandID   string // begins with "c-"; "" when Client.Invocation made the Invocation
	RequestID   string // id of the accepted request; "" when Client.Invocation made the Invocation
	ClientToken string `json:"-"` // "" when Client.Invocation made the Invocation

	client  *Client
	request *wire.Params // parameters of the request; nil when Client.Invocation made the Invocation
	group   string       // id of the resource group; "" for the default group
	targets []string     // the instances that the request names; nil when they are not known
	plan    *plan        // when the command runs and ends; nil when that is not known
}

// InvocationOption gives [Client.Invocation] more information about an invocation. It
// has no effect on an [Invocation] that was made before.
type InvocationOption func(*invocationConfig)

// invocationConfig collects the options of one Client.Invocation.
type invocationConfig struct{ group string }

// InResourceGroup names the resource group that the command was run with. The
// service lists the invocation only in calls that name this group.
func InResourceGroup(id string) InvocationOption {
	return func(c *invocationConfig) { c.group = id }
}

// Invocation returns a handle of the invocation with this id. Another process may have
// begun the invocation. The method Invocation does not call the service. A nil option
// changes nothing.
func (c *Client) Invocation(id string, opts ...InvocationOption) *Invocation {
	var cfg invocationConfig
	for _, opt := range opts {
		if opt != nil {
			opt(&cfg)
		}
	}
	return &Invocation{ID: id, client: c, group: cfg.group}
}

// ready returns an error for an invocation without a client or an id.
func (i *Invocation) ready() error {
	if i == nil || i.client == nil {
		return invalid("this invocation came neither from Client.Run nor from Client.Invocation")
	}
	if i.ID == "" {
		return invalid("the id of the invocation is empty")
	}
	return i.client.ready()
}

// Describe returns the state of the invocation and its instances, without output. The
// error is [ErrNotVisible] when the service does not list the invocation.
func (i *Invocation) Describe(ctx context.Context) (*Summary, error) {
	if err := i.ready(); err != nil {
		return nil, err
	}
	found, err := i.findState(ctx, func(ctx context.Context, params wire.Params) (*wire.DescribeInvocationsReply, error) {
		return do[wire.DescribeInvocationsReply](ctx, i.client, params)
	})
	switch {
	case err != nil:
		return nil, err
	case found == nil:
		return nil, ErrNotVisible
	}
	s := summaryOf(found, newInstanceSet(i.targets))
	for k := range s.Instances {
		s.Instances[k] = i.masked(s.Instances[k])
	}
	return s, nil
}

// stateParams returns the parameters of the call that reads one page of the invocation's
// state.
func (i *Invocation) stateParams(token string) wire.Params {
	return i.withSecrets(Filter{InvocationID: i.ID, ResourceGroupID: i.group}.params(i.client.region, token))
}

// findState reads pages until a page lists the invocation, and returns the state of the
// invocation. It returns nil when no page lists the invocation.
func (i *Invocation) findState(
	ctx context.Context, describe func(context.Context, wire.Params) (*wire.DescribeInvocationsReply, error),
) (found *wire.Invocation, err error) {
	err = eachPage(ctx, pollPaging, func(ctx context.Context, token string) (string, bool, error) {
		answer, err := describe(ctx, i.stateParams(token))
		if err != nil {
			return "", false, err
		}
		rows := answer.Rows()
		for k := range rows {
			if rows[k].InvokeID == i.ID {
				found = &rows[k]
				return "", true, errStopPaging
			}
		}
		return answer.NextToken, false, nil
	})
	return found, err
}

// Summary is the state of an invocation at one moment.
type Summary struct {
	InvocationID string
	CommandID    string
	Name         string
	Status       Status
	RepeatMode   RepeatMode
	Frequency    string // the schedule in the spelling of the service; "" without a schedule
	Timeout      time.Duration
	Created      time.Time
	Tags         []Tag
	Instances    []Result // one result per instance, without output
}

// summaryOf converts a row of a reply into the state of an invocation. The state has one
// result for each instance of that row that is also in instances.
func summaryOf(inv *wire.Invocation, instances instanceSet) *Summary {
	s := &Summary{
		InvocationID: inv.InvokeID,
		CommandID:    inv.CommandID,
		Name:         inv.CommandName,
		RepeatMode:   RepeatMode(inv.RepeatMode),
		Frequency:    inv.Frequency,
		Timeout:      secondsToDuration(inv.Timeout),
		Created:      wire.Time(inv.CreationTime),
	}
	for _, t := range inv.Tags.Tag {
		s.Tags = append(s.Tags, Tag{Key: t.TagKey, Value: t.TagValue})
	}
	rows := inv.Instances()
	place := make(map[string]int, len(rows))
	s.Instances = slices.Grow(s.Instances, len(rows)) // grows only once, because there may be 25,000 rows
	for _, row := range rows {
		id, ok := instances.spelling(row.InstanceID)
		if !ok {
			continue
		}
		r := resultOf(row)
		r.InvocationID, r.InstanceID = inv.InvokeID, id
		at, again := place[id]
		switch {
		case !again:
			place[id] = len(s.Instances)
			s.Instances = append(s.Instances, r)
		case !s.Instances[at].Status.Terminal(): // a terminal state is not replaced
			s.Instances[at] = r
		}
	}
	s.Status = overallStatusOf(inv, s.Instances)
	return s
}

// overallStatusOf returns the overall status that the service reports. When the service
// reports none, overallStatusOf computes it from the instances.
func overallStatusOf(inv *wire.Invocation, instances []Result) Status {
	if s := statusOf(inv.InvocationStatus, inv.InvokeStatus, 0); s != "" {
		return s
	}
	return overallStatus(instances)
}
