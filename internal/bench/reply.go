package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// replies returns one fixed reply for each action. The replies have the fields of the ECS API
// reference. In the reply to DescribeInvocations the command is running. In the reply to
// DescribeInvocationResults it has ended.
func replies() map[string][]byte {
	type object map[string]any
	ids := instances(100)
	var states, results []object
	for _, id := range ids {
		states = append(states, object{
			"InstanceId": id, "InvocationStatus": "Running", "InstanceInvokeStatus": "Running",
			"CreationTime": "2026-01-02T03:04:05Z", "UpdateTime": "2026-01-02T03:04:07Z", "StartTime": "2026-01-02T03:04:06Z",
			"FinishTime": "", "StopTime": "", "ExitCode": 0, "Repeats": 0, "Timed": false,
			"Output": "", "Dropped": 0, "ErrorCode": "", "ErrorInfo": "",
		})
	}
	for i, id := range ids[:pageSize] {
		first := fmt.Sprintf("this is instance %d\n", i)
		output := append([]byte(first), bytes.Repeat([]byte("a line of output, as scripts print it\n"), outputSize/38+1)...)
		results = append(results, object{
			"InvokeId": invocationID, "CommandId": "c-hz0123456789abcdef", "InstanceId": id,
			"InvocationStatus": "Success", "InvokeRecordStatus": "Finished",
			"StartTime": "2026-01-02T03:04:06Z", "FinishedTime": "2026-01-02T03:04:36Z", "StopTime": "",
			"ExitCode": 0, "Repeats": 1, "Output": base64.StdEncoding.EncodeToString(output[:outputSize]), "Dropped": 0,
			"ErrorCode": "", "ErrorInfo": "", "Username": "root", "ContainerId": "", "ContainerName": "",
			"Launcher": "", "TerminationMode": "Process", "Tags": object{"Tag": []object{}},
		})
	}
	const requestID = "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"
	encode := func(o object) []byte {
		text, err := json.Marshal(o)
		if err != nil {
			panic(err) // never happens: json.Marshal can encode every value of these replies
		}
		return text
	}
	return map[string][]byte{
		actionRun: encode(object{"RequestId": requestID, "CommandId": "c-hz0123456789abcdef", "InvokeId": invocationID}),
		actionDescribe: encode(object{
			"RequestId": requestID, "TotalCount": 1, "PageNumber": 1, "PageSize": pageSize, "NextToken": "",
			"Invocations": object{"Invocation": []object{{
				"InvokeId": invocationID, "CommandId": "c-hz0123456789abcdef", "CommandName": "check", "CommandDescription": "",
				"CommandType": "RunShellScript", "CommandContent": base64.StdEncoding.EncodeToString(typical().script), "Parameters": "{}",
				"CreationTime": "2026-01-02T03:04:05Z", "Frequency": "", "RepeatMode": "Once", "Timed": false, "Timeout": 30,
				"WorkingDir": "/root", "Username": "root", "ContainerId": "", "ContainerName": "", "Launcher": "", "TerminationMode": "Process",
				"InvocationStatus": "Running", "InvokeStatus": "Running",
				"Tags": object{"Tag": []object{}}, "InvokeInstances": object{"InvokeInstance": states},
			}}},
		}),
		actionResults: encode(object{
			"RequestId": requestID,
			"Invocation": object{
				"PageNumber": 1, "PageSize": pageSize, "TotalCount": pageSize, "NextToken": "",
				"InvocationResults": object{"InvocationResult": results},
			},
		}),
	}
}
