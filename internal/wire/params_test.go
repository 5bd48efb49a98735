package wire_test

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// request is what the five requests have in common.
type request interface {
	Action() string
	Params() wire.Params
}

// lines are parameters as a person reads them, one a line, in order.
func lines(p wire.Params) []string {
	var out []string
	for name, value := range p.All() {
		out = append(out, name+"="+value)
	}
	return out
}

func TestRequestsInWireForm(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		request request
		action  string
		want    string
	}{
		"a command with every field": {
			request: &wire.RunCommand{
				RegionID: "cn-hangzhou", Type: "RunShellScript", Content: []byte("echo {{name}}\n"),
				Name: "greet", Description: "says hello", WorkingDir: "/tmp", Timeout: 90,
				EnableParameter: true, Parameters: map[string]string{"z": "", "name": `a<b>&"c`},
				RepeatMode: "Period", Frequency: "rate(5m)", KeepCommand: true,
				Username: "admin", WindowsPasswordName: "pw", InstanceIDs: []string{"i-1", "i-2"},
				ResourceTags: []wire.Tag{{Key: "env", Value: "prod"}}, Tags: []wire.Tag{{Key: "k", Value: "v"}, {Key: "k2"}},
				ContainerID: "docker://ab", ContainerName: "web", ResourceGroupID: "rg-1", ClientToken: "tok",
				TerminationMode: "ProcessTree", Launcher: "python3 -u {{ACS::ScriptFileName}}", OSSOutputDelivery: "oss://b/p",
			},
			action: "RunCommand",
			want: `RegionId=cn-hangzhou
Type=RunShellScript
CommandContent=ZWNobyB7e25hbWV9fQo=
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
ResourceTag.1.Key=env
ResourceTag.1.Value=prod
Tag.1.Key=k
Tag.1.Value=v
Tag.2.Key=k2
Tag.2.Value=
ContainerId=docker://ab
ContainerName=web
ResourceGroupId=rg-1
ClientToken=tok
TerminationMode=ProcessTree
Launcher=python3 -u {{ACS::ScriptFileName}}
OssOutputDelivery=oss://b/p`,
		},
		"a command without anything says only how its content is encoded": {
			request: &wire.RunCommand{}, action: "RunCommand", want: "ContentEncoding=Base64",
		},
		"content of any bytes": {
			request: &wire.RunCommand{Content: []byte{0xff, 0x00, 0xfe}},
			action:  "RunCommand", want: "CommandContent=/wD+\nContentEncoding=Base64",
		},
		"parameters that are not UTF-8": {
			request: &wire.RunCommand{Parameters: map[string]string{"k": "a\xffb\u2028"}},
			action:  "RunCommand", want: "ContentEncoding=Base64\nParameters={\"k\":\"a\\ufffdb\\u2028\"}",
		},
		"invocations with every field": {
			request: &wire.DescribeInvocations{
				RegionID: "r", InvokeID: "t-1", InstanceID: "i-1", CommandID: "c-1", CommandName: "n", CommandType: "RunBatScript",
				InvokeStatus: "Running", RepeatMode: "Once", ResourceGroupID: "rg", IncludeOutput: true,
				Tags: []wire.Tag{{Key: "a", Value: "b"}}, MaxResults: 50, NextToken: "next",
			},
			action: "DescribeInvocations",
			want: `RegionId=r
InvokeId=t-1
InstanceId=i-1
CommandId=c-1
CommandName=n
CommandType=RunBatScript
InvokeStatus=Running
RepeatMode=Once
ResourceGroupId=rg
IncludeOutput=true
ContentEncoding=Base64
Tag.1.Key=a
Tag.1.Value=b
MaxResults=50
NextToken=next`,
		},
		"results with every field": {
			request: &wire.DescribeInvocationResults{
				RegionID: "r", InvokeID: "t-1", InstanceID: "i-1", CommandID: "c-1", ResourceGroupID: "rg",
				IncludeHistory: true, MaxResults: 50, NextToken: "next",
			},
			action: "DescribeInvocationResults",
			want: `RegionId=r
InvokeId=t-1
InstanceId=i-1
CommandId=c-1
ResourceGroupId=rg
IncludeHistory=true
ContentEncoding=Base64
MaxResults=50
NextToken=next`,
		},
		"a stop of two instances": {
			request: &wire.StopInvocation{RegionID: "r", InvokeID: "t-1", InstanceIDs: []string{"i-1", "i-2"}},
			action:  "StopInvocation", want: "RegionId=r\nInvokeId=t-1\nInstanceId.1=i-1\nInstanceId.2=i-2",
		},
		"agents": {
			request: &wire.DescribeCloudAssistantStatus{RegionID: "r", InstanceIDs: []string{"i-1"}, MaxResults: 10, NextToken: "n"},
			action:  "DescribeCloudAssistantStatus", want: "RegionId=r\nInstanceId.1=i-1\nMaxResults=10\nNextToken=n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tc.action, tc.request.Action())
			assert.Equal(t, strings.Split(tc.want, "\n"), lines(tc.request.Params()))
		})
	}
}

func TestEncodingIsRFC3986AndAlwaysTheSame(t *testing.T) {
	t.Parallel()
	r := &wire.RunCommand{
		Content: []byte("x"), Parameters: map[string]string{"b": "1", "a": "2", "c": "3", "d": "4"},
		InstanceIDs: []string{"a b*~+/中"},
	}
	const want = "CommandContent=eA%3D%3D&ContentEncoding=Base64" +
		"&Parameters=%7B%22a%22%3A%222%22%2C%22b%22%3A%221%22%2C%22c%22%3A%223%22%2C%22d%22%3A%224%22%7D" +
		"&InstanceId.1=a%20b%2A~%2B%2F%E4%B8%AD"
	for range 20 {
		require.Equal(t, want, r.Params().Encode())
	}
}

// The canonical query of the documented signature example (vector A) consists
// of these values in this spelling.
func TestEscape(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"echo {{name}} *~ +中":                               "echo%20%7B%7Bname%7D%7D%20%2A~%20%2B%E4%B8%AD",
		`{"b":"1","name":"a\u003cb\u003e\u0026\"c","z":""}`: "%7B%22b%22%3A%221%22%2C%22name%22%3A%22a%5Cu003cb%5Cu003e%5Cu0026%5C%22c%22%2C%22z%22%3A%22%22%7D",
		"AZaz09-_.~": "AZaz09-_.~",
		"\x00\xff%":  "%00%FF%25",
		"":           "",
	} {
		assert.Equal(t, want, wire.Escape(in))
	}
}

func TestHasKnowsListsByTheirBareName(t *testing.T) {
	t.Parallel()
	p := (&wire.RunCommand{RegionID: "r", InstanceIDs: []string{"i-1"}, Tags: []wire.Tag{{Key: "k"}}}).Params()
	for name, want := range map[string]bool{
		"RegionId": true, "InstanceId": true, "InstanceId.1": true, "Tag": true, "Tag.1.Value": true,
		"": false, "Region": false, "InstanceId.2": false, "ResourceTag": false, "CommandContent": false,
	} {
		assert.Equal(t, want, p.Has(name), "Has(%q)", name)
	}
}

func TestSecretsNameEverythingThatMustNotBePrinted(t *testing.T) {
	t.Parallel()
	p := (&wire.RunCommand{
		Name: "n", Content: []byte("script"), Parameters: map[string]string{"k": "value", "empty": ""}, WindowsPasswordName: "password",
	}).Params()
	var got []string
	for s := range p.Secrets() {
		got = append(got, s)
	}
	assert.ElementsMatch(t, []string{"script", "c2NyaXB0", `{"empty":"","k":"value"}`, "value", "password"}, got)
}

func TestAllStopsWhenAsked(t *testing.T) {
	t.Parallel()
	seen := 0
	for range (&wire.StopInvocation{RegionID: "r", InvokeID: "t"}).Params().All() {
		seen++
		break
	}
	assert.Equal(t, 1, seen)
}

func ExampleParams_Encode() {
	p := (&wire.StopInvocation{RegionID: "cn-hangzhou", InvokeID: "t-1", InstanceIDs: []string{"i-1", "i-2"}}).Params()
	fmt.Println(p.Encode())
	// Output: RegionId=cn-hangzhou&InvokeId=t-1&InstanceId.1=i-1&InstanceId.2=i-2
}

// What was encoded reads back as what was given, by the standard decoder.
func FuzzEncode(f *testing.F) {
	f.Add("cn-hangzhou", []byte("echo hi"), "key", "value", "i-1")
	f.Add("a b&c=d", []byte{0xff}, "%", "+*~", "\x00")
	f.Fuzz(func(t *testing.T, region string, content []byte, key, value, id string) {
		p := (&wire.RunCommand{
			RegionID: region, Content: content, InstanceIDs: []string{id}, Tags: []wire.Tag{{Key: key, Value: value}},
			Parameters: map[string]string{key: value},
		}).Params()
		want := url.Values{}
		for name, v := range p.All() {
			want.Add(name, v)
			if name == "Parameters" {
				require.True(t, utf8.ValidString(v))
			}
		}
		got, err := url.ParseQuery(p.Encode())
		require.NoError(t, err)
		require.Equal(t, maps.Collect(maps.All(want)), maps.Collect(maps.All(got)))
	})
}
