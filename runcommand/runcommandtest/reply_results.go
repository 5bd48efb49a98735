package runcommandtest

import (
	"context"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A resultsReply is the reply of DescribeInvocationResults. It differs from the reply
// of DescribeInvocations: the paging fields are inside Invocation, and the end of a run
// is named FinishedTime.
type resultsReply struct {
	Invocation resultsBody
}

type resultsBody struct {
	pageInfo
	InvocationResults struct{ InvocationResult []resultView }
}

type resultView struct {
	InvokeID           string `json:"InvokeId"`
	CommandID          string `json:"CommandId"`
	InstanceID         string `json:"InstanceId"`
	InvocationStatus   Status
	InvokeRecordStatus Status
	StartTime          string
	FinishedTime       string
	StopTime           string
	ExitCode           int64
	Repeats            int
	Output             string
	Dropped            int
	ErrorCode          string
	ErrorInfo          string
	Username           string
	ContainerID        string `json:"ContainerId"`
	ContainerName      string
	Launcher           string
	TerminationMode    string
	OssOutputDelivery  string
	OssOutputStatus    string
	OssOutputURI       string `json:"OssOutputUri"`
	OssOutputErrorCode string
	OssOutputErrorInfo string
	Tags               tagList
}

// A resultItem is one item of a list of results: a row, or one of its runs.
type resultItem struct {
	row *row
	run *run // nil: the item is the row itself, with its latest run
}

func (s *Server) describeResults(ctx context.Context, q *request) (any, *refusal) {
	now := s.catchUp(ctx)
	g, f, history, refused := s.readList(q, "InvokeRecordStatus", "IncludeHistory")
	if refused != nil {
		return nil, refused
	}
	if history && f.invokeID == "" {
		return nil, refuse(errors.Code("MissingInvokeId"), "IncludeHistory needs an InvokeId")
	}
	var list []entry[resultItem]
	for _, inv := range s.candidates(f, now) {
		if history && (inv.cmd.repeat != repeatPeriod && inv.cmd.repeat != repeatReboots) {
			return nil, refuse(errors.InvalidParameter, "IncludeHistory needs a Period or EveryReboot task")
		}
		for i, r := range inv.rows {
			if f.instanceID == "" || f.instanceID == r.machine.ID {
				list = appendResults(list, r, uint64(i), history, f)
			}
		}
	}
	if s.hiddenByFault(q.action, len(list)) {
		list = nil
	}
	page, info := cutPage(s, g, list)
	reply := &resultsReply{Invocation: resultsBody{pageInfo: info}}
	encode := encoder(q.params)
	views := make([]*view, len(page))
	for i, item := range page {
		if item.run != nil {
			views[i] = newRunView(item.row, item.run, encode)
		} else {
			views[i] = newView(item.row, encode)
		}
	}
	s.applyViewFaults(q.action, views)
	rows := make([]resultView, 0, len(views))
	for _, v := range applyRowFaults(s, q.action, views) {
		rows = append(rows, viewResult(v))
	}
	reply.Invocation.InvocationResults.InvocationResult = rows
	s.applyPageFault(q.action, &reply.Invocation.pageInfo, g)
	return reply, nil
}

// appendResults appends the row r to list. With history it appends the runs of r
// instead, the newest first.
func appendResults(list []entry[resultItem], r *row, place uint64, history bool, f filter) []entry[resultItem] {
	if !history {
		if f.status == "" || f.matchesStatus(r.status, r.legacy()) {
			list = append(list, entry[resultItem]{position{^r.inv.number, place}, resultItem{row: r}})
		}
		return list
	}
	for i := len(r.history) - 1; i >= 0; i-- {
		v := r.history[i]
		if f.status == "" || f.matchesStatus(v.status, statusClasses[v.status].legacy) {
			list = append(list, entry[resultItem]{position{^r.inv.number, place, ^uint64(v.number)}, resultItem{r, v}})
		}
	}
	return list
}

func viewResult(v *view) resultView {
	cmd := v.row.inv.cmd
	return resultView{
		InvokeID: v.row.inv.id, CommandID: cmd.id, InstanceID: v.row.machine.ID,
		InvocationStatus: v.status, InvokeRecordStatus: v.legacy,
		StartTime: v.started, FinishedTime: v.finished, StopTime: v.stopped,
		ExitCode: v.exit, Repeats: v.repeats, Output: v.output, Dropped: v.dropped,
		ErrorCode: string(v.code), ErrorInfo: v.info, Username: cmd.username,
		ContainerID: cmd.containerID, ContainerName: cmd.containerName, Launcher: cmd.launcher,
		TerminationMode: cmd.terminationMode, OssOutputDelivery: cmd.ossDelivery,
		OssOutputStatus: v.ossStatus, OssOutputURI: v.ossURI, Tags: tagViews(cmd.tags),
	}
}
