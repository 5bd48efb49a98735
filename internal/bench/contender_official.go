package main

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	ecs "github.com/alibabacloud-go/ecs-20140526/v4/client"
)

// openAPIConfig returns the configuration of the official SDK and its core library.
func openAPIConfig(t target) *openapi.Config {
	config := &openapi.Config{
		AccessKeyId:     new(accessKeyID),
		AccessKeySecret: new(accessKeySecret),
		RegionId:        new(region),
		Endpoint:        &t.host,
		Protocol:        new("http"),
	}
	if t.inProcess != nil {
		config.HttpClient = caller{t.client()}
	}
	return config
}

// A caller is an HTTP client with the method that the core library requires.
type caller struct{ *http.Client }

// Call sends r with c. It ignores the transport that the library passes, since c makes no connections.
func (c caller) Call(r *http.Request, _ *http.Transport) (*http.Response, error) { return c.Do(r) }

// prepareOfficial calls the service with the generated SDK. With that SDK the
// program itself encodes the script in Base64 and decodes the output. This work is
// measured too, since the other contenders do it as well.
func prepareOfficial(s *scenario, t target) (call, error) {
	client, err := ecs.NewClient(openAPIConfig(t))
	if err != nil {
		return nil, err
	}
	switch s.action {
	case actionRun:
		return func(context.Context) (outcome, error) {
			res, err := client.RunCommand(officialRequest(&s.run))
			switch {
			case err != nil:
				return outcome{}, err
			case res.Body == nil || res.Body.InvokeId == nil:
				return outcome{}, errors.New("no invocation in the reply")
			}
			return outcome{rows: 1}, nil
		}, nil
	case actionDescribe:
		return func(context.Context) (outcome, error) {
			res, err := client.DescribeInvocations(&ecs.DescribeInvocationsRequest{
				RegionId: new(region), InvokeId: new(invocationID), ContentEncoding: new("Base64"), MaxResults: new(int32(pageSize)),
			})
			if err != nil {
				return outcome{}, err
			}
			rows := 0
			for _, i := range res.Body.Invocations.Invocation {
				rows += len(i.InvokeInstances.InvokeInstance)
			}
			return outcome{rows: rows}, nil
		}, nil
	default:
		return func(context.Context) (outcome, error) {
			res, err := client.DescribeInvocationResults(&ecs.DescribeInvocationResultsRequest{
				RegionId: new(region), InvokeId: new(invocationID), ContentEncoding: new("Base64"), MaxResults: new(int32(pageSize)),
			})
			if err != nil {
				return outcome{}, err
			}
			var got outcome
			for _, row := range res.Body.Invocation.InvocationResults.InvocationResult {
				output, err := base64.StdEncoding.DecodeString(*row.Output)
				if err != nil {
					return got, err
				}
				got.rows++
				got.output += len(output)
			}
			return got, nil
		}, nil
	}
}

func officialRequest(c *command) *ecs.RunCommandRequest {
	r := &ecs.RunCommandRequest{
		RegionId:        new(region),
		Type:            new("RunShellScript"),
		CommandContent:  new(base64.StdEncoding.EncodeToString(c.script)),
		ContentEncoding: new("Base64"),
		Timeout:         new(int64(c.timeout / time.Second)),
		ClientToken:     &c.token,
	}
	for i := range c.instances {
		r.InstanceId = append(r.InstanceId, &c.instances[i])
	}
	if d := c.details; d != nil {
		r.Name = &d.name
		r.Description = &d.description
		r.WorkingDir = &d.workingDir
		r.Username = &d.username
		r.ResourceGroupId = &d.resourceGroup
		r.Launcher = &d.launcher
		r.TerminationMode = new("ProcessTree")
		r.Frequency = &d.cron
		r.EnableParameter = new(true)
		r.Parameters = make(map[string]any, len(d.parameters))
		for name, value := range d.parameters {
			r.Parameters[name] = value
		}
		for i := range d.tags {
			r.Tag = append(r.Tag, &ecs.RunCommandRequestTag{Key: &d.tags[i].Key, Value: &d.tags[i].Value})
		}
	}
	return r
}
