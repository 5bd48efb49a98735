package main

import (
	"encoding/json"
	"errors"
)

// These are the types of the replies, written by hand for encoding/json. The field Output is in
// Base64, and encoding/json decodes it into bytes.
type (
	runReply struct{ RequestID, CommandID, InvokeID string }

	describeReply struct {
		RequestID, NextToken string
		TotalCount           int
		Invocations          struct{ Invocation []invocation }
	}

	invocation struct {
		InvokeID, CommandID, CommandName, CommandDescription, CommandType string
		CommandContent                                                    []byte
		Parameters, CreationTime, Frequency, RepeatMode                   string
		Timed                                                             bool
		Timeout                                                           int
		WorkingDir, Username, ContainerID, ContainerName                  string
		Launcher, TerminationMode, InvocationStatus, InvokeStatus         string
		Tags                                                              tags
		InvokeInstances                                                   struct{ InvokeInstance []instance }
	}

	instance struct {
		InstanceID, InvocationStatus, InstanceInvokeStatus        string
		CreationTime, UpdateTime, StartTime, FinishTime, StopTime string
		ExitCode, Repeats, Dropped                                int
		Timed                                                     bool
		Output                                                    []byte
		ErrorCode, ErrorInfo                                      string
	}

	resultsReply struct {
		RequestID  string
		Invocation struct {
			NextToken         string
			TotalCount        int
			InvocationResults struct{ InvocationResult []result }
		}
	}

	result struct {
		InvokeID, CommandID, InstanceID, InvocationStatus, InvokeRecordStatus string
		StartTime, FinishedTime, StopTime                                     string
		ExitCode, Repeats, Dropped                                            int
		Output                                                                []byte
		ErrorCode, ErrorInfo, Username, ContainerID, ContainerName            string
		Launcher, TerminationMode                                             string
		Tags                                                                  tags
	}

	tags struct {
		Tag []struct{ TagKey, TagValue string }
	}
)

// decode decodes the reply to an action with encoding/json.
func decode(action string, reply []byte) (outcome, error) {
	switch action {
	case actionRun:
		var r runReply
		err := json.Unmarshal(reply, &r)
		if err == nil && r.InvokeID == "" {
			err = errors.New("no invocation in the reply")
		}
		return outcome{rows: 1}, err
	case actionDescribe:
		var r describeReply
		err := json.Unmarshal(reply, &r)
		rows := 0
		for _, i := range r.Invocations.Invocation {
			rows += len(i.InvokeInstances.InvokeInstance)
		}
		return outcome{rows: rows}, err
	default:
		var r resultsReply
		err := json.Unmarshal(reply, &r)
		var got outcome
		for _, row := range r.Invocation.InvocationResults.InvocationResult {
			got.rows++
			got.output += len(row.Output)
		}
		return got, err
	}
}
