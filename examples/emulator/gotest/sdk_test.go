package gotest

import (
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A caller makes calls with the old SDK in one format.
type caller struct {
	*testing.T
	client *ecs.Client
	format string // "JSON" or "XML"
}

func TestTheOldSDK(t *testing.T) {
	binary := build(t)
	for scheme, flags := range map[string][]string{"http": nil, "https": {"-tls"}} {
		e := start(t, binary, flags...)
		require.Equal(t, scheme, e.scheme)
		for _, format := range []string{"JSON", "XML"} {
			c := caller{t, e.client(t, e.secret), format}
			for name, test := range map[string]func(caller){
				"a command runs on every instance and its output comes back": caller.runs,
				"a script that fails tells its exit code":                    caller.fails,
				"a running command can be stopped":                           caller.stops,
				"results are paged through with NextToken":                   caller.pages,
				"instances and agents are listed":                            caller.lists,
				"a list without items is empty":                              caller.findsNothing,
				"refusals have their documented code and status":             caller.isRefused,
			} {
				t.Run(scheme+" "+format+" "+name, func(t *testing.T) {
					t.Parallel()
					test(caller{t, c.client, format})
				})
			}
		}
		t.Run(scheme+" a wrong secret is recognised by the SDK", func(t *testing.T) {
			t.Parallel()
			c := caller{t, e.client(t, "wrong"), "JSON"}
			err, ok := errorOf(c.tryRun("true", nil)).(*errors.ServerError)
			require.True(t, ok)
			assert.Equal(t, "SignatureDoesNotMatch", err.ErrorCode())
			assert.Equal(t, http.StatusBadRequest, err.HttpStatus())
			// The SDK compares its text to sign with that in the message.
			assert.Equal(t, "InvalidAccessKeySecret: Please check you AccessKeySecret", err.Recommend())
		})
	}
}

func errorOf(_ string, err error) error { return err }

// tryRun sends a command and returns the id of its invocation.
func (c caller) tryRun(script string, edit func(*ecs.RunCommandRequest)) (string, error) {
	r := ecs.CreateRunCommandRequest()
	r.AcceptFormat = c.format
	r.Type = "RunShellScript"
	r.CommandContent = base64.StdEncoding.EncodeToString([]byte(script))
	r.ContentEncoding = "Base64"
	r.InstanceId = &instances
	if edit != nil {
		edit(r)
	}
	reply, err := c.client.RunCommand(r)
	if err != nil {
		return "", err
	}
	assert.NotEmpty(c, reply.RequestId)
	assert.NotEmpty(c, reply.CommandId)
	return reply.InvokeId, nil
}

func (c caller) run(script string, edit func(*ecs.RunCommandRequest)) string {
	c.Helper()
	id, err := c.tryRun(script, edit)
	require.NoError(c, err)
	return id
}

// wait polls until every instance satisfies done.
func (c caller) wait(id string, done func(ecs.InvocationResult) bool) []ecs.InvocationResult {
	c.Helper()
	var rows []ecs.InvocationResult
	require.EventuallyWithT(c, func(now *assert.CollectT) {
		r := ecs.CreateDescribeInvocationResultsRequest()
		r.AcceptFormat = c.format
		r.InvokeId = id
		reply, err := c.client.DescribeInvocationResults(r)
		require.NoError(now, err)
		rows = reply.Invocation.InvocationResults.InvocationResult
		require.Len(now, rows, len(instances))
		for _, row := range rows {
			require.True(now, done(row), row.InvocationStatus)
		}
	}, 30*time.Second, 50*time.Millisecond)
	return rows
}

func over(row ecs.InvocationResult) bool {
	return row.InvocationStatus != "Pending" && row.InvocationStatus != "Running" && row.InvocationStatus != "Stopping"
}

func output(t *testing.T, row ecs.InvocationResult) string {
	t.Helper()
	text, err := base64.StdEncoding.DecodeString(row.Output)
	require.NoError(t, err)
	return string(text)
}

func (c caller) runs() {
	id := c.run(`echo "hello from {{ACS::InstanceId}}, {{name}}"`, func(r *ecs.RunCommandRequest) {
		r.Name = "greeting <&> 中文"
		r.Timeout = requests.NewInteger(60)
		r.EnableParameter = requests.NewBoolean(true)
		r.Parameters = map[string]any{"name": "<Go> & friends"}
		r.Tag = &[]ecs.RunCommandTag{{Key: "team", Value: "go"}, {Key: "empty"}}
	})
	for _, row := range c.wait(id, over) {
		assert.Equal(c, "Success", row.InvocationStatus)
		assert.Equal(c, "Finished", row.InvokeRecordStatus)
		assert.Equal(c, "hello from "+row.InstanceId+", <Go> & friends\n", output(c.T, row))
		assert.Len(c, row.Tags.Tag, 2)
	}
	r := ecs.CreateDescribeInvocationsRequest()
	r.AcceptFormat = c.format
	r.InvokeId = id
	r.ContentEncoding = "PlainText"
	reply, err := c.client.DescribeInvocations(r)
	require.NoError(c, err)
	require.Len(c, reply.Invocations.Invocation, 1)
	invocation := reply.Invocations.Invocation[0]
	assert.Equal(c, "greeting <&> 中文", invocation.CommandName)
	assert.Equal(c, `echo "hello from {{ACS::InstanceId}}, {{name}}"`, invocation.CommandContent)
	assert.EqualValues(c, 60, invocation.Timeout)
	assert.False(c, invocation.Timed)
	assert.Equal(c, []ecs.Tag{{TagKey: "team", TagValue: "go"}, {TagKey: "empty"}}, invocation.Tags.Tag)
	assert.Len(c, invocation.InvokeInstances.InvokeInstance, len(instances))
}

func (c caller) fails() {
	id := c.run("echo so far; exit 3", nil)
	for _, row := range c.wait(id, over) {
		assert.Equal(c, "Failed", row.InvocationStatus)
		assert.EqualValues(c, 3, row.ExitCode)
		assert.Equal(c, "ExitCodeNonzero", row.ErrorCode)
		assert.Equal(c, "so far\n", output(c.T, row))
	}
}

func (c caller) stops() {
	id := c.run("exec sleep 60", nil)
	c.wait(id, func(row ecs.InvocationResult) bool { return row.InvocationStatus == "Running" })
	r := ecs.CreateStopInvocationRequest()
	r.AcceptFormat = c.format
	r.InvokeId = id
	reply, err := c.client.StopInvocation(r)
	require.NoError(c, err)
	assert.NotEmpty(c, reply.RequestId)
	for _, row := range c.wait(id, over) {
		assert.Equal(c, "Terminated", row.InvocationStatus)
	}
}

func (c caller) pages() {
	id := c.run("true", nil)
	c.wait(id, over)
	var seen []string
	token := ""
	for {
		r := ecs.CreateDescribeInvocationResultsRequest()
		r.AcceptFormat = c.format
		r.InvokeId, r.NextToken = id, token
		r.MaxResults = requests.NewInteger(1)
		reply, err := c.client.DescribeInvocationResults(r)
		require.NoError(c, err)
		for _, row := range reply.Invocation.InvocationResults.InvocationResult {
			seen = append(seen, row.InstanceId)
		}
		if token = reply.Invocation.NextToken; token == "" {
			break
		}
	}
	assert.Equal(c, instances, seen)
}

func (c caller) lists() {
	r := ecs.CreateDescribeInstancesRequest()
	r.AcceptFormat = c.format
	r.InstanceIds = `["i-local-2", "i-none"]`
	reply, err := c.client.DescribeInstances(r)
	require.NoError(c, err)
	require.Len(c, reply.Instances.Instance, 1)
	instance := reply.Instances.Instance[0]
	assert.Equal(c, []string{"i-local-2", "Running", "linux"}, []string{instance.InstanceId, instance.Status, instance.OSType})
	assert.Empty(c, instance.Tags.Tag)

	a := ecs.CreateDescribeCloudAssistantStatusRequest()
	a.AcceptFormat = c.format
	a.InstanceId = &instances
	agents, err := c.client.DescribeCloudAssistantStatus(a)
	require.NoError(c, err)
	rows := agents.InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus
	require.Len(c, rows, len(instances))
	assert.Equal(c, "true", rows[0].CloudAssistantStatus)
	assert.True(c, rows[0].SupportSessionManager)

	i := ecs.CreateInstallCloudAssistantRequest()
	i.AcceptFormat = c.format
	i.InstanceId = &instances
	installed, err := c.client.InstallCloudAssistant(i)
	require.NoError(c, err)
	assert.NotEmpty(c, installed.RequestId)
}

func (c caller) findsNothing() {
	r := ecs.CreateDescribeInvocationsRequest()
	r.AcceptFormat = c.format
	r.InvokeId = "t-none"
	reply, err := c.client.DescribeInvocations(r)
	require.NoError(c, err)
	assert.Empty(c, reply.Invocations.Invocation)
}

func (c caller) isRefused() {
	for _, refusal := range []struct {
		code   string
		status int
		edit   func(*ecs.RunCommandRequest)
	}{
		{"InvalidInstance.NotFound", 404, func(r *ecs.RunCommandRequest) { r.InstanceId = &[]string{"i-none"} }},
		{"InvalidCmdType.NotFound", 404, func(r *ecs.RunCommandRequest) { r.Type = "RunPythonScript" }},
		{"InvalidParam.Frequency", 400, func(r *ecs.RunCommandRequest) { r.Frequency = "rate(often)" }},
		{"InvalidRegionId.NotFound", 404, func(r *ecs.RunCommandRequest) { r.RegionId = "mars-north-1" }},
	} {
		_, err := c.tryRun("true", refusal.edit)
		server, ok := err.(*errors.ServerError)
		require.True(c, ok, "%v", err)
		assert.Equal(c, refusal.status, server.HttpStatus())
		if c.format == "JSON" {
			assert.Equal(c, refusal.code, server.ErrorCode())
		} else { // the SDK reads errors in JSON alone; of others it keeps the text
			assert.Contains(c, server.Message(), "<Error>")
			assert.Contains(c, server.Message(), "<Code>"+refusal.code+"</Code>")
		}
	}
}
