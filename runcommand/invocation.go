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
	ClientToken string `json:"-"` // "" when it is not known; see OfRequest

	client  *Client
	request *wire.Params // parameters of the request; nil when the request is not known
	group   string       // id of the resource group; "" for the default group
	targets []string     // the instances that the request names; nil when they are not known
	plan    *plan        // when the command runs and ends; nil when that is not known

	began    time.Time // when Client.Run began; zero when Client.Invocation made the Invocation
	attempts int       // number of attempts of Client.Run; 0 when Client.Invocation made the Invocation
}

// InvocationOption gives [Client.Invocation] more information about an invocation. It
// has no effect on an [Invocation] that was made before.
type InvocationOption func(*invocationConfig)

// invocationConfig collects the options of one Client.Invocation.
type invocationConfig struct {
	group   string
	request *Request // nil when the request is not known
}

// InResourceGroup names the resource group that the command was run with. The
// service lists the invocation only in calls that name this group.
func InResourceGroup(id string) InvocationOption {
	return func(c *invocationConfig) { c.group = id }
}

// OfRequest gives the request that the invocation was run with, for a program that has
// kept the request together with the id of the invocation. The handle then knows what a
// handle from [Client.Run] knows: the instances, when the command ends, the resource
// group, and the secrets that its errors have to mask. So no method asks the service for
// these facts, and a wait knows all instances from the beginning.
//
// The request must be the one of the invocation. With another request a wait may wait for
// the wrong instances. The token of the handle is the one of the request, if it has one.
// [Invocation.Stop] treats the handle as one from Client.Run: it expects that the service
// knows the invocation, or will know it within 30 s.
//
// A later [InResourceGroup] replaces the resource group of the request. A nil request
// changes nothing. The option keeps a copy of the request.
func OfRequest(req *Request) InvocationOption {
	if req == nil {
		return func(*invocationConfig) {}
	}
	kept := req.clone()
	return func(c *invocationConfig) { c.request, c.group = &kept, kept.ResourceGroupID }
}

// Invocation returns a handle of the invocation with this id. Another process may have
// begun the invocation. With [OfRequest] the handle knows as much as one from
// [Client.Run]. The method Invocation does not call the service. A nil option changes
// nothing.
func (c *Client) Invocation(id string, opts ...InvocationOption) *Invocation {
	var cfg invocationConfig
	for _, opt := range opts {
		if opt != nil {
			opt(&cfg)
		}
	}
	inv := &Invocation{ID: id, client: c, group: cfg.group}
	if req := cfg.request; req != nil {
		params := req.params(c.Region(), req.ClientToken)
		inv.ClientToken, inv.request = req.ClientToken, &params
		inv.targets = slices.Clone(req.InstanceIDs)
		if req.frequencyErr() == nil {
			inv.plan = planOf(req)
		}
	}
	return inv
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
func (i *Invocation) Describe(ctx context.Context) (s *Summary, err error) {
	if err := i.ready(); err != nil {
		return nil, err
	}
	i.client.observed(ctx, Operation{Name: "Describe", InvocationID: i.ID}, func(ctx context.Context) Ended {
		s, err = i.describe(ctx)
		return Ended{Err: err, InvocationID: i.ID}
	})
	return s, err
}

func (i *Invocation) describe(ctx context.Context) (*Summary, error) {
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
