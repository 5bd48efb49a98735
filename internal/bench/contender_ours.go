package main

import (
	"context"
	"net/http"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// prepareOurs calls the service with this module. The module builds the request, checks it against
// the limits, encodes, signs and sends it, and decodes the reply into the public types.
func prepareOurs(s *scenario, t target) (call, error) {
	options := []runcommand.Option{
		runcommand.WithEndpoint(strings.TrimSuffix(t.url(), "/")),
		runcommand.WithStaticCredential(accessKeyID, accessKeySecret, ""),
		runcommand.WithLimiter(actionRun, unlimited{}),
	}
	if t.inProcess != nil {
		options = append(options, runcommand.WithHTTPClient(&http.Client{Transport: t.inProcess}))
	}
	client, err := runcommand.NewClient(region, options...)
	if err != nil {
		return nil, err
	}
	switch s.action {
	case actionRun:
		return func(ctx context.Context) (outcome, error) {
			_, err := runOurs(ctx, client, &s.run)
			return outcome{rows: 1}, err
		}, nil
	case actionDescribe:
		inv := client.Invocation(invocationID)
		return func(ctx context.Context) (outcome, error) {
			summary, err := inv.Describe(ctx)
			if err != nil {
				return outcome{}, err
			}
			return outcome{rows: len(summary.Instances)}, nil
		}, nil
	default:
		// The invocation is started with this client. So the client knows that the invocation has
		// no schedule, and History makes no extra call to find this out.
		once := typical()
		once.instances = instances(pageSize)
		inv, err := runOurs(context.Background(), client, &once)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context) (outcome, error) {
			var got outcome
			for r, err := range inv.History(ctx) {
				if err != nil {
					return got, err
				}
				got.rows++
				got.output += len(r.Output)
			}
			return got, nil
		}, nil
	}
}

func runOurs(ctx context.Context, client *runcommand.Client, c *command) (*runcommand.Invocation, error) {
	b := runcommand.Shell(string(c.script)).
		Timeout(c.timeout).
		ClientToken(c.token).
		Instances(c.instances...)
	if d := c.details; d != nil {
		b = b.Name(d.name).
			Description(d.description).
			WorkingDir(d.workingDir).
			Username(d.username).
			ResourceGroup(d.resourceGroup).
			Launcher(d.launcher).
			KillTree().
			Cron(d.cron).
			Parameters(d.parameters)
		for _, t := range d.tags {
			b = b.Tag(t.Key, t.Value)
		}
	}
	req, err := b.Build()
	if err != nil {
		return nil, err
	}
	return client.Run(ctx, req)
}

// unlimited is a limiter without a limit. It replaces the default limiter, which
// allows the documented 1000 calls of RunCommand a minute.
type unlimited struct{}

// Wait returns at once. It returns the error of ctx when ctx has ended.
func (unlimited) Wait(ctx context.Context) error { return ctx.Err() }
