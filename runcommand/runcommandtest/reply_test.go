package runcommandtest

import (
	"context"
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// noon is a clock that always shows the same time.
func noon() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

func exited(output string, code int) func(context.Context, Exec) Outcome {
	return func(context.Context, Exec) Outcome {
		return Outcome{Output: []byte(output), ExitCode: code, Takes: 2 * time.Second}
	}
}

func TestRunCommandAnswersWithTwoIdsAndARequestID(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{})
	a := c.ok("RunCommand", echo("i-1"))
	assert.Regexp(t, `^c-[0-9a-z]{18}$`, a.text("CommandId"))
	assert.Regexp(t, `^t-[0-9a-z]{18}$`, a.text("InvokeId"))
	assert.Regexp(t, `^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$`, a.text("RequestId"))
	assert.Equal(t, a.text("RequestId"), a.header.Get("x-acs-request-id"))
	assert.Len(t, a.json, 3)
}

func TestDescribeInvocationsShowsTheWholeInvocation(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: exited("hi\n", 3)})
	id := c.run(echo("i-1").with("Name", "n", "Description", "d", "WorkingDir", "/tmp", "Username", "root", "Timeout", "30",
		"TerminationMode", "ProcessTree", "Launcher", "sh -x", "OssOutputDelivery", "oss://b/p/", "Tag.1.Key", "k", "Tag.1.Value", "v",
		"EnableParameter", "true", "CommandContent", "echo {{a}}", "Parameters", `{"a":"<1>"}`))
	s.Advance(time.Minute)
	a := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou", "InvokeId": id, "IncludeOutput": "true"})
	assert.JSONEq(t, `{
		"RequestId": "`+a.text("RequestId")+`", "TotalCount": 1, "PageNumber": 1, "PageSize": 10, "NextToken": "",
		"Invocations": {"Invocation": [{
			"InvokeId": "`+id+`", "CommandId": "`+a.text("Invocations", "Invocation", 0, "CommandId")+`",
			"CommandName": "n", "CommandDescription": "d", "CommandType": "RunShellScript",
			"CommandContent": "ZWNobyB7e2F9fQ==", "Parameters": "{\"a\":\"\\u003c1\\u003e\"}",
			"CreationTime": "2026-06-01T12:00:00Z", "Frequency": "", "RepeatMode": "Once", "Timed": false, "Timeout": 30,
			"WorkingDir": "/tmp", "Username": "root", "ContainerId": "", "ContainerName": "", "Launcher": "sh -x",
			"TerminationMode": "ProcessTree", "OssOutputDelivery": "oss://b/p/",
			"InvocationStatus": "Failed", "InvokeStatus": "Finished",
			"Tags": {"Tag": [{"TagKey": "k", "TagValue": "v"}]},
			"InvokeInstances": {"InvokeInstance": [{
				"InstanceId": "i-1", "InvocationStatus": "Failed", "InstanceInvokeStatus": "Finished",
				"CreationTime": "2026-06-01T12:00:00Z", "UpdateTime": "2026-06-01T12:00:02Z",
				"StartTime": "2026-06-01T12:00:00Z", "FinishTime": "2026-06-01T12:00:02Z", "StopTime": "",
				"ExitCode": 3, "Repeats": 1, "Timed": false, "Output": "aGkK", "Dropped": 0,
				"ErrorCode": "ExitCodeNonzero", "ErrorInfo": "The script finished with a non-zero exit code.",
				"OssOutputStatus": "Finished", "OssOutputUri": "oss://b/p/`+id+`/i-1", "OssOutputErrorCode": "", "OssOutputErrorInfo": ""
			}]}
		}]}
	}`, a.raw)
}

func TestDescribeInvocationResultsShowsOneRowPerInstance(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: exited("hi\n", 0)})
	id := c.run(echo("i-1"))
	s.Advance(time.Minute)
	a := c.ok("DescribeInvocationResults", params{"RegionId": "cn-hangzhou", "InvokeId": id})
	assert.JSONEq(t, `{
		"RequestId": "`+a.text("RequestId")+`",
		"Invocation": {"TotalCount": 1, "PageNumber": 1, "PageSize": 10, "NextToken": "",
			"InvocationResults": {"InvocationResult": [{
				"InvokeId": "`+id+`", "CommandId": "`+a.text("Invocation", "InvocationResults", "InvocationResult", 0, "CommandId")+`",
				"InstanceId": "i-1", "InvocationStatus": "Success", "InvokeRecordStatus": "Finished",
				"StartTime": "2026-06-01T12:00:00Z", "FinishedTime": "2026-06-01T12:00:02Z", "StopTime": "",
				"ExitCode": 0, "Repeats": 1, "Output": "aGkK", "Dropped": 0, "ErrorCode": "", "ErrorInfo": "",
				"Username": "", "ContainerId": "", "ContainerName": "", "Launcher": "", "TerminationMode": "Process",
				"OssOutputDelivery": "", "OssOutputStatus": "", "OssOutputUri": "", "OssOutputErrorCode": "", "OssOutputErrorInfo": "",
				"Tags": {"Tag": []}
			}]}
		}
	}`, a.raw)
}

func TestDescribeCloudAssistantStatusShowsTheAgents(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	s.AddInstance(Instance{ID: "i-2", OS: Windows, AgentVersion: "2.1.3.188", Offline: true}, Instance{ID: "i-3", NoAgent: true, AgentVersion: "2.2.3.857"})
	c.run(echo("i-1"))
	a := c.ok("DescribeCloudAssistantStatus", params{"RegionId": "cn-hangzhou"}.to("i-1", "i-2", "i-3"))
	assert.JSONEq(t, `{
		"RequestId": "`+a.text("RequestId")+`", "TotalCount": 3, "PageNumber": 1, "PageSize": 10, "NextToken": "",
		"InstanceCloudAssistantStatusSet": {"InstanceCloudAssistantStatus": [
			{"InstanceId": "i-1", "OSType": "Linux", "CloudAssistantStatus": "true", "CloudAssistantVersion": "2.2.3.857",
			 "LastHeartbeatTime": "2026-06-01T12:00:00Z", "LastInvokedTime": "2026-06-01T12:00:00Z",
			 "InvocationCount": 1, "ActiveTaskCount": 0, "SupportSessionManager": true},
			{"InstanceId": "i-2", "OSType": "Windows", "CloudAssistantStatus": "false", "CloudAssistantVersion": "2.1.3.188",
			 "LastHeartbeatTime": "2026-06-01T12:00:00Z", "LastInvokedTime": "",
			 "InvocationCount": 0, "ActiveTaskCount": 0, "SupportSessionManager": false},
			{"InstanceId": "i-3", "OSType": "Linux", "CloudAssistantStatus": "false", "CloudAssistantVersion": "",
			 "LastHeartbeatTime": "", "LastInvokedTime": "",
			 "InvocationCount": 0, "ActiveTaskCount": 0, "SupportSessionManager": false}
		]}
	}`, a.raw)
	only := c.ok("DescribeCloudAssistantStatus", params{"RegionId": "cn-hangzhou", "OSType": "Windows"})
	assert.Len(t, only.at("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus"), 1)
	assert.EqualValues(t, 1, only.at("TotalCount"))
	assert.Equal(t, errors.InvalidInstanceNotFound, c.call("DescribeCloudAssistantStatus", params{"RegionId": "cn-hangzhou"}.to("i-404")).code())
}

func TestStopInvocationAnswersWithTheRequestIDAlone(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{})
	a := c.ok("StopInvocation", params{"RegionId": "cn-hangzhou", "InvokeId": c.run(echo("i-1"))})
	assert.Len(t, a.json, 1)
	assert.NotEmpty(t, a.text("RequestId"))
}

func TestARefusalNamesCodeHostRequestAndHelp(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{})
	a := c.call("RunCommand", echo("i-404"))
	assert.Equal(t, http.StatusNotFound, a.status)
	assert.Equal(t, "InvalidInstance.NotFound", a.text("Code"))
	assert.Equal(t, testHost, a.text("HostId"))
	assert.Contains(t, a.text("Message"), "i-404")
	assert.Contains(t, a.text("Recommend"), "q=InvalidInstance.NotFound")
	assert.Contains(t, a.text("Recommend"), a.text("RequestId"))
	assert.Equal(t, a.text("RequestId"), a.header.Get("x-acs-request-id"))
	assert.NotContains(t, a.json, "AccessDeniedDetail")
}

func TestOutputComesInBothEncodings(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: exited("caf\xe9\n", 0)})
	id := c.run(echo("i-1"))
	s.Advance(time.Minute)
	assert.Equal(t, base64.StdEncoding.EncodeToString([]byte("caf\xe9\n")), c.result(id)["Output"])
	assert.Equal(t, "caf\uFFFD\n", c.result(id, "ContentEncoding", "plaintext")["Output"], "JSON holds no other bytes than UTF-8")
	assert.Equal(t, c.result(id)["Output"], c.result(id, "ContentEncoding", "gzip")["Output"], "any other name means the default")
	resultItem := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou", "InvokeId": id, "ContentEncoding": "PlainText"})
	assert.Equal(t, "echo hello", resultItem.text("Invocations", "Invocation", 0, "CommandContent"))
	assert.Empty(t, resultItem.text("Invocations", "Invocation", 0, "InvokeInstances", "InvokeInstance", 0, "Output"),
		"without IncludeOutput there is none")
}

func TestLongOutputKeepsItsBeginningAndItsEnd(t *testing.T) {
	t.Parallel()
	long := make([]byte, 40_000)
	for i := range long {
		long[i] = byte('a' + i%26)
	}
	_, c := newService(t, config{handler: func(context.Context, Exec) Outcome {
		return Outcome{Output: long, Dropped: 7}
	}})
	row := c.result(c.run(echo("i-1")))
	output, err := base64.StdEncoding.DecodeString(row["Output"].(string))
	require.NoError(t, err)
	assert.Len(t, output, 24*1024)
	assert.EqualValues(t, 40_000-24*1024+7, row["Dropped"])
	assert.Equal(t, long[:6000], output[:6000])
	assert.Equal(t, long[40_000-18_576:], output[6000:])
}

func TestParametersAreReadFromQueryAndBodyOfGetAndPost(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	for i, placement := range []struct {
		method string
		body   bool
	}{{"POST", false}, {"POST", true}, {"GET", false}} {
		c.method, c.body = placement.method, placement.body
		c.run(echo("i-1").with("CommandContent", "echo + % & = ; 中 \n"))
		assert.Equal(t, "echo + % & = ; 中 \n", string(s.Invocations()[i].Script))
		assert.Equal(t, placement.body, s.Calls("RunCommand")[i].InBody)
	}
	c.method, c.body = "PUT", false
	assert.Equal(t, errors.UnsupportedHTTPMethod, c.call("RunCommand", echo("i-1")).code())
}

func TestQueryOnlyDoesNotSeeTheBody(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{queryOnly: true})
	c.run(echo("i-1"))
	c.body = true
	assert.Equal(t, errors.Code("MissingRegionId"), c.call("RunCommand", echo("i-1")).code())
}

func TestUnknownOperationsAreRefused(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{})
	assert.Equal(t, errors.InvalidActionNotFound, c.call("RunInstances", echo("i-1")).code())
	c.edit = func(r *http.Request) {
		r.Header.Set("X-Acs-Version", "2019-01-01")
		signV3(r, "", testKey, testSecret)
	}
	assert.Equal(t, errors.InvalidVersion, c.call("RunCommand", echo("i-1")).code())
	c.edit = func(r *http.Request) { r.Method, r.URL.Path = "", "" }
	assert.Equal(t, errors.SignatureDoesNotMatch, c.call("RunCommand", echo("i-1")).code(), "an empty method is GET, an empty path is /")
	c.edit = func(r *http.Request) { r.URL.Path = "/api" }
	assert.Equal(t, errors.SignatureDoesNotMatch, c.call("RunCommand", echo("i-1")).code(), "the path is signed")
}

func TestEveryOperationNeedsARegion(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{})
	id := c.run(echo("i-1"))
	for _, action := range []string{"RunCommand", "DescribeInvocations", "DescribeInvocationResults", "StopInvocation", "DescribeCloudAssistantStatus"} {
		p := echo("i-1").with("InvokeId", id)
		assert.Equal(t, errors.Code("MissingRegionId"), c.call(action, p.with("RegionId", "-")).code(), action)
		assert.Equal(t, errors.InvalidRegionIdNotFound, c.call(action, p.with("RegionId", "mars")).code(), action)
	}
}

func TestAParameterIsNotGivenTwice(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	c.body = true
	c.edit = func(r *http.Request) { r.URL.RawQuery = "InstanceId.1=i-2" }
	assert.Equal(t, errors.InvalidParameter, c.call("RunCommand", echo("i-1")).code(), "in query and body")
	c.edit = func(r *http.Request) { r.URL.RawQuery = "A=1&A=1" }
	assert.Equal(t, errors.InvalidParameter, c.call("RunCommand", echo("i-1")).code(), "twice in the query")
	c.edit = func(r *http.Request) { r.URL.RawQuery = "A=%zz" }
	assert.Equal(t, errors.InvalidParameterFormat, c.call("RunCommand", echo("i-1")).code(), "badly encoded")
	assert.Zero(t, s.Executions("i-1"))
}

func TestHugeRequestsAreNotRead(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	huge := string(make([]byte, 2<<20))
	assert.Equal(t, http.StatusRequestURITooLong, c.call("RunCommand", echo("i-1").with("Name", huge)).status)
	c.body = true
	a := c.call("RunCommand", echo("i-1").with("Name", huge))
	assert.Equal(t, http.StatusRequestEntityTooLarge, a.status)
	assert.Equal(t, errors.InvalidParameter, a.code())
	assert.Len(t, s.Calls("RunCommand"), 2)
}

func TestAgentsCountWhatHasRunAndNothingElse(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{clock: noon})
	c.run(echo("i-1").with("RepeatMode", "DryRun"))
	c.run(echo("i-1").with("RepeatMode", "NextRebootOnly"))
	agent := func() (count, invoked any) {
		a := c.ok("DescribeCloudAssistantStatus", params{"RegionId": "cn-hangzhou"}.to("i-1"))
		row := a.at("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus", 0).(map[string]any)
		return row["InvocationCount"], row["LastInvokedTime"]
	}
	count, invoked := agent()
	assert.EqualValues(t, 0, count)
	assert.Empty(t, invoked)
	c.run(echo("i-1"))
	count, invoked = agent()
	assert.EqualValues(t, 1, count)
	assert.Equal(t, "2026-06-01T12:00:00Z", invoked)
}

func TestAgentsCountACommandWhenItHasEnded(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	s.AddInstance(Instance{ID: "i-1"})
	counts := func() [2]any {
		row := c.ok("DescribeCloudAssistantStatus", params{"RegionId": "cn-hangzhou"}.to("i-1")).
			at("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus", 0).(map[string]any)
		return [2]any{row["InvocationCount"], row["ActiveTaskCount"]}
	}
	c.run(echo("i-1").with("Frequency", "rate(1h)"))
	stopped := c.run(echo("i-1"))
	assert.Equal(t, [2]any{0.0, 1.0}, counts(), "it is running")
	c.stop(stopped)
	s.Advance(time.Second)
	assert.Equal(t, [2]any{1.0, 0.0}, counts(), "a command that was stopped has ended")
	s.Advance(150 * time.Minute)
	assert.Equal(t, [2]any{2.0, 0.0}, counts(), "a schedule is one command, whatever the number of its runs is")
	c.run(echo("i-1"))
	s.AddInstance(Instance{ID: "i-1", Stopped: true})
	assert.Equal(t, [2]any{3.0, 0.0}, counts(), "and so has one that was interrupted")
}
