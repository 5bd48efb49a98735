package runcommandtest

import (
	"context"
	"slices"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A resultsReply is the reply of DescribeInvocationResults. It differs from the reply
// of DescribeInvocations: the paging fields are inside Invocation, and the end of a run
// is named FinishedTime.
type resultsReply struct {
	Invocation resultsBody
}

// A resultsBody is the field Invocation of the reply.
type resultsBody struct {
	pageInfo
	InvocationResults struct{ InvocationResult []resultView }
}

// A resultView is one item of the reply: an instance, or one run with IncludeHistory.
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

// describeResults is the operation DescribeInvocationResults. It always shows output. An
// unknown InvokeId gives an empty list, not an error. IncludeHistory needs the InvokeId of
// a schedule, or of a command with the repeat mode EveryReboot.
func (s *Server) describeResults(ctx context.Context, q *request) (any, *refusal) {
	s.catchUp(ctx)
	g, f, history, refused := s.readList(q, rowStatus, "IncludeHistory")
	if refused != nil {
		return nil, refused
	}
	if history && f.invokeID == "" {
		return nil, refuse(errors.Code("MissingInvokeId"), "IncludeHistory needs an InvokeId")
	}
	if inv, _ := s.only(f); inv != nil && history && inv.cmd.repeat != repeatPeriod && inv.cmd.repeat != repeatReboots {
		if !s.chooseRows(f, false).empty() {
			return nil, refuse(errors.InvalidParameter, "IncludeHistory needs a Period or EveryReboot task")
		}
	}
	page, info := s.resultPage(q.action, g, f, history)
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

// resultPage returns the page of results that g asks for. With history the items are the
// runs of each row, the newest first, and the status of the filter is that of a run.
func (s *Server) resultPage(action string, g paging, f filter, history bool) ([]resultItem, pageInfo) {
	rows := s.chooseRows(f, !history)
	if !history {
		if !rows.empty() && s.hiddenByFault(action, 1) {
			rows = selection{}
		}
		numbers, info := s.cutNumbers(g, rows)
		page := make([]resultItem, len(numbers))
		for i, n := range numbers {
			page[i].row = s.store.listing.rows.get(n)
		}
		return page, info
	}
	var list []entry[resultItem]
	for n := range rows.numbers() {
		r := s.store.listing.rows.get(n)
		for _, v := range slices.Backward(r.history) {
			if f.matchesStatus(v.status, statusClasses[v.status].legacy) {
				list = append(list, entry[resultItem]{position{^n, ^uint64(v.number)}, resultItem{r, v}})
			}
		}
	}
	if s.hiddenByFault(action, len(list)) {
		list = nil
	}
	return cutPage(s, g, list)
}

// viewResult returns the item of the reply for a view.
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
