package runcommand_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// TestRequestsInWireForm compares the parameters that each operation sends, and their
// order, with the description in the ECS API reference.
func TestRequestsInWireForm(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		ask  func(*runcommand.Client) error
		want string
	}{
		"a command with every field": {
			ask: func(c *runcommand.Client) error {
				_, err := c.Run(t.Context(), &runcommand.Request{
					RegionID: "cn-hangzhou", Type: runcommand.RunShellScript, Content: []byte("echo {{name}}{{z}}\n"),
					Name: "greet", Description: "says hello", WorkingDir: "/tmp", Timeout: 90 * time.Second,
					EnableParameter: true, Parameters: map[string]string{"z": "", "name": `a<b>&"c`},
					RepeatMode: runcommand.RepeatPeriod, Frequency: frequency.MustParse("rate(5m)"), KeepCommand: true,
					Username: "admin", WindowsPasswordName: "pw", InstanceIDs: []string{"i-1", "i-2"},
					Tags:        []runcommand.Tag{{Key: "k", Value: "v"}, {Key: "k2"}},
					ContainerID: "docker://" + strings.Repeat("a", 64), ContainerName: "web", ResourceGroupID: "rg-1", ClientToken: "tok",
					TerminationMode: runcommand.TerminateProcessTree, Launcher: "python3 -u {{ACS::ScriptFileName}}", OSSOutputDelivery: "oss://bucket/p",
				})
				return err
			},
			want: `RegionId=cn-hangzhou
Type=RunShellScript
CommandContent=ZWNobyB7e25hbWV9fXt7en19Cg==
ContentEncoding=Base64
Name=greet
Description=says hello
WorkingDir=/tmp
Timeout=90
EnableParameter=true
Parameters={"name":"a<b>&\"c","z":""}
RepeatMode=Period
Frequency=rate(5m)
KeepCommand=true
Username=admin
WindowsPasswordName=pw
InstanceId.1=i-1
InstanceId.2=i-2
Tag.1.Key=k
Tag.1.Value=v
Tag.2.Key=k2
Tag.2.Value=
ContainerId=docker://` + strings.Repeat("a", 64) + `
ContainerName=web
ResourceGroupId=rg-1
ClientToken=tok
TerminationMode=ProcessTree
Launcher=python3 -u {{ACS::ScriptFileName}}
OssOutputDelivery=oss://bucket/p`,
		},
		"a command on the instances with a tag": {
			ask: func(c *runcommand.Client) error {
				_, err := c.Run(t.Context(), &runcommand.Request{
					Type: runcommand.RunBatScript, Content: []byte{0xff, 0x00, 0xfe}, ClientToken: "tok",
					ResourceTags: []runcommand.Tag{{Key: "env", Value: "prod"}},
				})
				return err
			},
			want: `RegionId=cn-hangzhou
Type=RunBatScript
CommandContent=/wD+
ContentEncoding=Base64
ResourceTag.1.Key=env
ResourceTag.1.Value=prod
ClientToken=tok`,
		},
		"invocations with every filter": {
			ask: func(c *runcommand.Client) error {
				for _, err := range c.Invocations(t.Context(), runcommand.Filter{
					InvocationID: "t-1", InstanceID: "i-1", CommandID: "c-1", CommandName: "n", Type: runcommand.RunBatScript,
					Status: runcommand.StatusRunning, RepeatMode: runcommand.RepeatOnce, ResourceGroupID: "rg",
					Tags: []runcommand.Tag{{Key: "a", Value: "b"}},
				}) {
					return err
				}
				return nil
			},
			want: `RegionId=cn-hangzhou
InvokeId=t-1
InstanceId=i-1
CommandId=c-1
CommandName=n
CommandType=RunBatScript
InvokeStatus=Running
RepeatMode=Once
ResourceGroupId=rg
ContentEncoding=Base64
Tag.1.Key=a
Tag.1.Value=b
MaxResults=50`,
		},
		"the state of an invocation": {
			ask: func(c *runcommand.Client) error {
				_, err := c.Invocation("t-1").Describe(t.Context())
				return err
			},
			want: "RegionId=cn-hangzhou\nInvokeId=t-1\nContentEncoding=Base64\nMaxResults=50",
		},
		"the history of an invocation": {
			ask: func(c *runcommand.Client) error {
				req := &runcommand.Request{
					Type: runcommand.RunShellScript, Content: []byte("date"), InstanceIDs: []string{"i-1"},
					Frequency: frequency.MustParse("rate(5m)"), ResourceGroupID: "rg",
				}
				inv, err := c.Run(t.Context(), req)
				require.NoError(t, err)
				for _, err := range inv.History(t.Context()) {
					return err
				}
				return nil
			},
			want: "RegionId=cn-hangzhou\nInvokeId=t-1\nResourceGroupId=rg\nIncludeHistory=true\nContentEncoding=Base64\nMaxResults=50",
		},
		"the result of an instance": {
			ask: func(c *runcommand.Client) error {
				for _, err := range c.Invocation("t-1", runcommand.InResourceGroup("rg")).Fetch(t.Context(), "i-1") {
					return err
				}
				return nil
			},
			want: "RegionId=cn-hangzhou\nInvokeId=t-1\nInstanceId=i-1\nResourceGroupId=rg\nContentEncoding=Base64\nMaxResults=50",
		},
		"a stop of two instances": {
			ask:  func(c *runcommand.Client) error { return c.Invocation("t-1").Stop(t.Context(), "i-1", "i-2") },
			want: "RegionId=cn-hangzhou\nInvokeId=t-1\nInstanceId.1=i-1\nInstanceId.2=i-2",
		},
		"the agents of two instances": {
			ask: func(c *runcommand.Client) error {
				_, err := c.AgentStatus(t.Context(), "i-1", "i-2")
				return err
			},
			want: "RegionId=cn-hangzhou\nInstanceId.1=i-1\nInstanceId.2=i-2",
		},
		"all agents": {
			ask: func(c *runcommand.Client) error {
				_, err := c.AgentStatus(t.Context())
				return err
			},
			want: "RegionId=cn-hangzhou\nMaxResults=50",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := &bodyRecorder{}
			client, err := runcommand.NewClient("cn-hangzhou", runcommand.WithStaticCredential("id", "secret", ""),
				runcommand.WithHTTPClient(&http.Client{Transport: sent}), runcommand.WithRetry(poll.Policy{}, 1))
			require.NoError(t, err)
			err = tc.ask(client) // err may be set, because every operation gets the reply of RunCommand; the test checks only the request
			require.NotEmpty(t, sent.bodies, "%v", err)
			var got []string
			for pair := range strings.SplitSeq(sent.bodies[len(sent.bodies)-1], "&") {
				line, err := url.PathUnescape(pair)
				require.NoError(t, err)
				got = append(got, line)
			}
			assert.Equal(t, strings.Split(tc.want, "\n"), got)
		})
	}
}
