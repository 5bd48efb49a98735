package wire_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// The replies below are written by hand from the ECS API reference.

func TestRunCommandReply(t *testing.T) {
	t.Parallel()
	var r wire.RunCommandReply
	require.NoError(t, wire.Decode([]byte(`{"CommandId":"c-7d2a","InvokeId":"t-7d2b","RequestId":"E69EF3CC-94CD-42E7-8926-F133B86387C0"}`), &r))
	assert.Equal(t, wire.RunCommandReply{RequestID: "E69EF3CC-94CD-42E7-8926-F133B86387C0", CommandID: "c-7d2a", InvokeID: "t-7d2b"}, r)
	assert.Equal(t, r.RequestID, r.ID())
}

const invocationsPage = `{
  "RequestId": "R1", "TotalCount": 2, "PageNumber": 1, "PageSize": 10, "NextToken": "AAAA",
  "Invocations": {"Invocation": [{
    "InvokeId": "t-1", "CommandId": "c-1", "CommandName": "disk", "CommandDescription": "d", "CommandType": "RunShellScript",
    "CommandContent": "ZGY=", "Parameters": "{\"dir\":\"/var\"}", "CreationTime": "2026-01-02T03:04:05Z",
    "Frequency": "", "RepeatMode": "Once", "Timed": false, "Timeout": 60, "WorkingDir": "/root", "Username": "root",
    "ContainerId": "", "ContainerName": "", "Launcher": "", "TerminationMode": "Process", "OssOutputDelivery": "oss://b/p",
    "InvocationStatus": "PartialFailed", "InvokeStatus": "Finished",
    "Tags": {"Tag": [{"TagKey": "env", "TagValue": "prod"}]},
    "InvokeInstances": {"InvokeInstance": [{
      "InstanceId": "i-1", "InvocationStatus": "Failed", "InstanceInvokeStatus": "Finished",
      "CreationTime": "2026-01-02T03:04:05Z", "UpdateTime": "2026-01-02T03:04:09Z",
      "StartTime": "2026-01-02T03:04:06Z", "FinishTime": "2026-01-02T03:04:08Z", "StopTime": "",
      "ExitCode": 1, "Repeats": 1, "Timed": false, "Output": "aGk=", "Dropped": 12,
      "ErrorCode": "ExitCodeNonzero", "ErrorInfo": "the exit code is not zero",
      "OssOutputStatus": "Finished", "OssOutputUri": "oss://b/p/i-1", "OssOutputErrorCode": "", "OssOutputErrorInfo": ""
    }]}
  }]}
}`

func TestDescribeInvocationsReply(t *testing.T) {
	t.Parallel()
	var r wire.DescribeInvocationsReply
	require.NoError(t, wire.Decode([]byte(invocationsPage), &r))
	assert.Equal(t, "R1", r.ID())
	assert.Equal(t, "AAAA", r.NextToken)
	require.Len(t, r.Rows(), 1)

	inv := r.Rows()[0]
	require.Len(t, inv.Instances(), 1)
	row := inv.Instances()[0]
	assert.Equal(t, "Finished", row.LegacyStatus())
	assert.Equal(t, "2026-01-02T03:04:08Z", row.Finished())
	assert.Equal(t, &wire.Outcome{
		InstanceID: "i-1", InvocationStatus: "Failed", InstanceInvokeStatus: "Finished",
		StartTime: "2026-01-02T03:04:06Z", FinishTime: "2026-01-02T03:04:08Z",
		ExitCode: 1, Repeats: 1, Output: wire.Output("hi"), Dropped: 12,
		ErrorCode: "ExitCodeNonzero", ErrorInfo: "the exit code is not zero",
		OSSOutputStatus: "Finished", OSSOutputURI: "oss://b/p/i-1",
	}, row)
	assert.Equal(t, []wire.ReplyTag{{TagKey: "env", TagValue: "prod"}}, inv.Tags.Tag)
	inv.InvokeInstances.InvokeInstance, inv.Tags.Tag = nil, nil
	assert.Equal(t, wire.Invocation{
		InvokeID: "t-1", CommandID: "c-1", CommandName: "disk", CreationTime: "2026-01-02T03:04:05Z", RepeatMode: "Once", Timeout: 60,
		InvocationStatus: "PartialFailed", InvokeStatus: "Finished",
	}, inv)
}

const resultsPage = `{
  "RequestId": "R2",
  "Invocation": {"PageNumber": 1, "PageSize": 50, "TotalCount": 1, "NextToken": "BBBB",
    "InvocationResults": {"InvocationResult": [{
      "InvokeId": "t-1", "CommandId": "c-1", "InstanceId": "i-1", "InvocationStatus": "Timeout", "InvokeRecordStatus": "Failed",
      "StartTime": "2026-01-02T03:04:06Z", "FinishedTime": "2026-01-02T03:05:06Z", "StopTime": "2026-01-02T03:05:00Z",
      "ExitCode": 137, "Repeats": 3, "Output": "b3V0", "Dropped": 5, "ErrorCode": "ExecutionTimeout", "ErrorInfo": "took too long",
      "Username": "root", "ContainerId": "cid", "ContainerName": "web", "Launcher": "l", "TerminationMode": "ProcessTree",
      "OssOutputDelivery": "oss://b", "OssOutputStatus": "Failed", "OssOutputUri": "u",
      "OssOutputErrorCode": "NoOutputFile", "OssOutputErrorInfo": "none", "Tags": {"Tag": [{"TagKey": "a", "TagValue": "b"}]}
    }]}
  }
}`

func TestDescribeInvocationResultsReply(t *testing.T) {
	t.Parallel()
	var r wire.DescribeInvocationResultsReply
	require.NoError(t, wire.Decode([]byte(resultsPage), &r))
	assert.Equal(t, "R2", r.ID())
	assert.Equal(t, "BBBB", r.NextToken(), "the paging fields lie inside Invocation")
	require.Len(t, r.Rows(), 1)
	row := r.Rows()[0]
	assert.Equal(t, "Failed", row.LegacyStatus())
	assert.Equal(t, "2026-01-02T03:05:06Z", row.Finished())
	assert.Equal(t, wire.Outcome{
		InvokeID: "t-1", InstanceID: "i-1", InvocationStatus: "Timeout", InvokeRecordStatus: "Failed",
		StartTime: "2026-01-02T03:04:06Z", FinishedTime: "2026-01-02T03:05:06Z", StopTime: "2026-01-02T03:05:00Z",
		ExitCode: 137, Repeats: 3, Output: wire.Output("out"), Dropped: 5, ErrorCode: "ExecutionTimeout", ErrorInfo: "took too long",
		OSSOutputStatus: "Failed", OSSOutputURI: "u",
		OSSOutputErrorCode: "NoOutputFile", OSSOutputErrorInfo: "none",
	}, row)
}

func TestDescribeCloudAssistantStatusReply(t *testing.T) {
	t.Parallel()
	var r wire.DescribeCloudAssistantStatusReply
	require.NoError(t, wire.Decode([]byte(`{"RequestId":"R3","TotalCount":2,"NextToken":"C",
	  "InstanceCloudAssistantStatusSet":{"InstanceCloudAssistantStatus":[
	    {"InstanceId":"i-1","OSType":"Linux","CloudAssistantStatus":"true","CloudAssistantVersion":"2.2.4.500",
	     "LastHeartbeatTime":"2026-01-02T03:04:05Z","LastInvokedTime":"","InvocationCount":7,"ActiveTaskCount":"2","SupportSessionManager":true},
	    {"InstanceId":"i-2","CloudAssistantStatus":false}]}}`), &r))
	assert.Equal(t, "R3", r.ID())
	assert.Equal(t, "C", r.NextToken)
	assert.Equal(t, []wire.Agent{
		{
			InstanceID: "i-1", OSType: "Linux", CloudAssistantStatus: true, CloudAssistantVersion: "2.2.4.500",
			LastHeartbeatTime: "2026-01-02T03:04:05Z", InvocationCount: 7, ActiveTaskCount: 2,
		},
		{InstanceID: "i-2"},
	}, r.Rows())
}

func TestDescribeInstancesReply(t *testing.T) {
	t.Parallel()
	var r wire.DescribeInstancesReply
	require.NoError(t, wire.Decode([]byte(`{"RequestId":"R5","TotalCount":0,"PageSize":100,"NextToken":"D","Instances":{"Instance":[
	  {"InstanceId":"i-1","InstanceName":"web-1","HostName":"web1","Status":"Running","OSType":"linux","OSName":"Demo 9 64位","OSNameEn":"Demo 9 64 bit",
	   "RegionId":"cn-hangzhou","ZoneId":"cn-hangzhou-k","ResourceGroupId":"rg-1","CreationTime":"2026-03-02T08:15Z","SpotPriceLimit":0.5,
	   "Tags":{"Tag":[{"TagKey":"app","TagValue":"shop"}]},"VpcAttributes":{"VpcId":"vpc-1","PrivateIpAddress":{"IpAddress":["10.0.0.11"]}},
	   "OperationLocks":{"LockReason":[{"LockReason":"financial","LockMsg":"m"}]}},
	  {"InstanceId":"i-2","Status":"Stopped"}]}}`), &r))
	assert.Equal(t, "R5", r.ID())
	assert.Equal(t, "D", r.NextToken)
	first := wire.Instance{
		InstanceID: "i-1", InstanceName: "web-1", HostName: "web1", Status: "Running", OSType: "linux", OSName: "Demo 9 64位", OSNameEn: "Demo 9 64 bit",
		ZoneID: "cn-hangzhou-k", ResourceGroupID: "rg-1", CreationTime: "2026-03-02T08:15Z",
	}
	first.Tags.Tag = []wire.ReplyTag{{TagKey: "app", TagValue: "shop"}}
	first.OperationLocks.LockReason = []wire.Lock{{LockReason: "financial"}}
	assert.Equal(t, []wire.Instance{first, {InstanceID: "i-2", Status: "Stopped"}}, r.Rows())
}

func TestAcknowledgement(t *testing.T) {
	t.Parallel()
	var r wire.Acknowledgement
	require.NoError(t, wire.Decode([]byte(`{"RequestId":"R4"}`), &r))
	assert.Equal(t, "R4", r.ID())
}

func replies() map[string]wire.Reply {
	return map[string]wire.Reply{
		wire.ActionRunCommand:                   &wire.RunCommandReply{},
		wire.ActionDescribeInvocations:          &wire.DescribeInvocationsReply{},
		wire.ActionDescribeInvocationResults:    &wire.DescribeInvocationResultsReply{},
		wire.ActionStopInvocation:               &wire.Acknowledgement{},
		wire.ActionDescribeCloudAssistantStatus: &wire.DescribeCloudAssistantStatusReply{},
		wire.ActionDescribeInstances:            &wire.DescribeInstancesReply{},
		wire.ActionInstallCloudAssistant:        &wire.Acknowledgement{},
	}
}

func TestWhatIsNoAnswerIsRefused(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"nothing":                 "",
		"blanks":                  " \n",
		"null":                    "null",
		"an empty object":         "{}",
		"a list":                  `[{"InvokeId":"t-1","RequestId":"R"}]`,
		"text":                    `"RequestId"`,
		"a number":                "7",
		"a page of a proxy":       "<html><body>502</body></html>",
		"somebody else's JSON":    `{"status":"ok","data":{"id":1}}`,
		"ids of the wrong type":   `{"RequestId":7,"InvokeId":["t-1"]}`,
		"lists that are null":     `{"Invocations":{"Invocation":null},"Invocation":null,"InstanceCloudAssistantStatusSet":{}}`,
		"a refusal in disguise":   `{"RequestId":"R","Code":"Throttling","Message":"slow down"}`,
		"an answer cut short":     `{"RequestId":"R","InvokeId":"t-1"`,
		"an answer with an after": `{"RequestId":"R","InvokeId":"t-1"}}`,
	} {
		for action, reply := range replies() {
			t.Run(action+" and "+name, func(t *testing.T) {
				t.Parallel()
				assert.Error(t, wire.Decode([]byte(body), reply))
			})
		}
	}
}

func TestARunCommandReplyNeedsAnInvocation(t *testing.T) {
	t.Parallel()
	assert.ErrorIs(t, wire.Decode([]byte(`{"RequestId":"R","CommandId":"c-1"}`), &wire.RunCommandReply{}), wire.ErrForeign)
	assert.NoError(t, wire.Decode([]byte(`{"invokeId":"t-1"}`), &wire.RunCommandReply{}), "a lower-case first letter")
	assert.NoError(t, wire.Decode([]byte(`{"RequestId":"R","Code":"Throttling","InvokeId":"t-1"}`), &wire.RunCommandReply{}), "whatever else it says")
	for name, id := range map[string]string{"blanks": `" "`, "a line break": `"\n"`, "a sentence": `"see below"`, "a number": `7`, "a list": `["t-1"]`, "null": `null`} {
		assert.ErrorIs(t, wire.Decode([]byte(`{"RequestId":"R","InvokeId":`+id+`}`), &wire.RunCommandReply{}), wire.ErrForeign, name)
	}
}

func TestEmptyPagesAreAnswers(t *testing.T) {
	t.Parallel()
	for action, bodies := range map[string][]string{
		wire.ActionDescribeInvocations: {
			`{"RequestId":"R","Invocations":null}`, `{"Invocations":{"Invocation":[]}}`, `{"requestId":"R","invocations":{}}`,
			`{"RequestId":"R","TotalCount":0}`, `{"RequestId":"R","NextToken":""}`, `{"RequestId":"R","PageNumber":1}`, `{"RequestId":"R","PageSize":null}`,
			`{"RequestId":"R","Code":"200","TotalCount":0}`, `{"RequestId":"R","Code":"OK","Invocations":{"Invocation":[]}}`,
		},
		wire.ActionDescribeInvocationResults: {
			`{"RequestId":"R","Invocation":{}}`, `{"Invocation":{"InvocationResults":{"InvocationResult":[]}}}`,
			`{"RequestId":"R","Invocation":null}`, `{"RequestId":"R","Invocation":{"TotalCount":0}}`,
		},
		wire.ActionDescribeCloudAssistantStatus: {
			`{"InstanceCloudAssistantStatusSet":{"InstanceCloudAssistantStatus":[]}}`, `{"RequestId":"R","InstanceCloudAssistantStatusSet":{}}`,
		},
		wire.ActionDescribeInstances: {
			`{"Instances":{"Instance":[]}}`, `{"RequestId":"R","Instances":{}}`, `{"RequestId":"R","TotalCount":0,"Instances":null}`,
		},
	} {
		for _, body := range bodies {
			assert.NoError(t, wire.Decode([]byte(body), replies()[action]), "%s %s", action, body)
		}
	}
}

func TestABodyWithoutAnythingOfAPageIsNoPage(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"a request id and nothing else":          `{"RequestId":"R"}`,
		"a request id and words of success":      `{"RequestId":"R","Code":"OK","Message":"done"}`,
		"a page within something else":           `{"RequestId":"R","Data":{"TotalCount":0,"Invocations":{},"Invocation":{},"InstanceCloudAssistantStatusSet":{},"Instances":{}}}`,
		"the names of a page as values":          `{"RequestId":"R","Message":"TotalCount"}`,
		"the names of a page in a string":        `{"RequestId":"R","Message":"\"TotalCount\":0"}`,
		"an empty page with a code that refuses": `{"RequestId":"R","Code":"Throttling","TotalCount":0,"Invocation":{},"InstanceCloudAssistantStatusSet":{},"Instances":{}}`,
		"an empty page with a code of someone's": `{"RequestId":"R","Code":"E1","TotalCount":0}`,
		"a page without a request id":            `{"TotalCount":0,"Invocation":{}}`,
	} {
		for _, action := range []string{wire.ActionDescribeInvocations, wire.ActionDescribeInvocationResults, wire.ActionDescribeCloudAssistantStatus, wire.ActionDescribeInstances} {
			t.Run(action+" and "+name, func(t *testing.T) {
				t.Parallel()
				assert.ErrorIs(t, wire.Decode([]byte(body), replies()[action]), wire.ErrForeign)
			})
		}
	}
}

func TestAFieldOfAnUnexpectedTypeCountsAsAbsent(t *testing.T) {
	t.Parallel()
	var r wire.DescribeInvocationsReply
	require.NoError(t, wire.Decode([]byte(`{"RequestId":"R","NextToken":5,"TotalCount":{},"Invocations":{"Invocation":[
	  {"InvokeId":"t-1","CommandName":["x"],"Tags":"none","Timeout":"90","InvokeInstances":{"InvokeInstance":[
	    {"InstanceId":"i-1","ExitCode":"3","Repeats":null,"Dropped":1.0,"Output":12}, null, "odd"]}}]}}`), &r))
	require.Len(t, r.Rows(), 1)
	inv := r.Rows()[0]
	assert.Empty(t, r.NextToken)
	assert.Equal(t, "t-1", inv.InvokeID)
	assert.Empty(t, inv.CommandName)
	assert.EqualValues(t, 90, inv.Timeout)
	assert.Equal(t, []*wire.Outcome{{InstanceID: "i-1", ExitCode: 3, Dropped: 1}, {}, {}}, inv.Instances())
}

func ExampleDecode() {
	var reply wire.RunCommandReply
	err := wire.Decode([]byte(`{"RequestId":"E69E","CommandId":"c-1","InvokeId":"t-1"}`), &reply)
	fmt.Println(reply.InvokeID, err)
	fmt.Println(wire.Decode([]byte(`{"hello":"world"}`), &wire.RunCommandReply{}))
	// Output:
	// t-1 <nil>
	// the reply is JSON but not an answer to this action
}

// Decode ends for every input and does not panic. It accepts only answers.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"RequestId":"R","InvokeId":"t-1"}`))
	f.Add([]byte(invocationsPage))
	f.Add([]byte(resultsPage))
	f.Add([]byte(`{"requestId":"R","Parameters":{"a":1},"InstanceCloudAssistantStatusSet":{"InstanceCloudAssistantStatus":[{"CloudAssistantStatus":true}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for action, reply := range replies() {
			if err := wire.Decode(body, reply); err == nil {
				require.True(t, reply.Usable(), action)
			}
		}
	})
}
