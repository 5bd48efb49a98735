package runcommandtest

import (
	"context"
	"encoding/json"
)

// An invocationsReply is the reply of DescribeInvocations.
type invocationsReply struct {
	pageInfo
	Invocations struct{ Invocation []*invocationView }
}

// An invocationView is an invocation in the reply. CommandContent is encoded as the call
// asks, Parameters is a JSON object in a string, and Timeout is in seconds.
type invocationView struct {
	InvokeID           string `json:"InvokeId"`
	CommandID          string `json:"CommandId"`
	CommandName        string
	CommandDescription string
	CommandType        string
	CommandContent     string
	Parameters         string
	CreationTime       string
	Frequency          string
	RepeatMode         string
	Timed              bool
	Timeout            int64
	WorkingDir         string
	Username           string
	ContainerID        string `json:"ContainerId"`
	ContainerName      string
	Launcher           string
	TerminationMode    string
	OssOutputDelivery  string
	InvocationStatus   Status
	InvokeStatus       Status
	Tags               tagList
	InvokeInstances    struct{ InvokeInstance []instanceView }
}

// An instanceView is one instance of an invocation in the reply. Its times are UTC with whole
// seconds, and empty where there is none.
type instanceView struct {
	InstanceID           string `json:"InstanceId"`
	InvocationStatus     Status
	InstanceInvokeStatus Status
	CreationTime         string
	UpdateTime           string
	StartTime            string
	FinishTime           string
	StopTime             string
	ExitCode             int64
	Repeats              int
	Timed                bool
	Output               string
	Dropped              int
	ErrorCode            string
	ErrorInfo            string
	OssOutputStatus      string
	OssOutputURI         string `json:"OssOutputUri"`
	OssOutputErrorCode   string
	OssOutputErrorInfo   string
}

// describeInvocations is the operation DescribeInvocations. An unknown InvokeId gives an
// empty list, not an error. IncludeOutput has no effect without an InvokeId or InstanceId.
func (s *Server) describeInvocations(ctx context.Context, q *request) (any, *refusal) {
	s.catchUp(ctx)
	g, f, output, refused := s.readList(q, "InvokeStatus", "IncludeOutput")
	if refused != nil {
		return nil, refused
	}
	output = output && (f.invokeID != "" || f.instanceID != "")
	list := s.chooseInvocations(f)
	if !list.empty() && s.hiddenByFault(q.action, 1) {
		list = selection{}
	}
	numbers, info := s.cutNumbers(g, list)
	page := make([]*invocation, len(numbers))
	for i, n := range numbers {
		page[i] = s.store.listing.invocations.get(n)
	}
	reply := &invocationsReply{pageInfo: info}
	encode := encoder(q.params)
	rows, all := make([][]*view, len(page)), []*view(nil)
	for i, inv := range page {
		rows[i] = viewRows(inv, f.instanceID, encode)
		all = append(all, rows[i]...)
	}
	s.applyViewFaults(q.action, all)
	views := make([]*invocationView, len(page))
	for i, inv := range page {
		if f.invokeID != "" { // with an InvokeId the rows of a page are instances, not invocations
			rows[i] = applyRowFaults(s, q.action, rows[i])
		}
		views[i] = viewInvocation(inv, rows[i], output, encode)
	}
	if f.invokeID == "" {
		views = applyRowFaults(s, q.action, views)
	}
	reply.Invocations.Invocation = views
	s.applyPageFault(q.action, &reply.pageInfo, g)
	return reply, nil
}

// viewRows returns the views of the instances of an invocation. When the parameter only
// is not empty, it returns just the view of the instance with that id.
func viewRows(inv *invocation, only string, encode func([]byte) string) []*view {
	var rows []*view
	for _, r := range inv.rows {
		if only == "" || only == r.machine.ID {
			rows = append(rows, newView(r, encode))
		}
	}
	return rows
}

// viewInvocation returns the view of an invocation with the given rows. Without output it
// leaves the output of the rows empty.
func viewInvocation(inv *invocation, rows []*view, output bool, encode func([]byte) string) *invocationView {
	cmd := inv.cmd
	status, legacy := inv.status()
	parameters, _ := json.Marshal(cmd.parameters) // the error is ignored: JSON can hold every map of strings
	if cmd.parameters == nil {
		parameters = []byte("{}")
	}
	v := &invocationView{
		InvokeID: inv.id, CommandID: cmd.id, CommandName: cmd.name, CommandDescription: cmd.description,
		CommandType: cmd.kind, CommandContent: encode(cmd.content), Parameters: string(parameters),
		CreationTime: stamp(inv.created), Frequency: cmd.frequency, RepeatMode: cmd.repeat, Timed: cmd.timed(),
		Timeout: cmd.timeoutSeconds, WorkingDir: cmd.workingDir, Username: cmd.username,
		ContainerID: cmd.containerID, ContainerName: cmd.containerName, Launcher: cmd.launcher,
		TerminationMode: cmd.terminationMode, OssOutputDelivery: cmd.ossDelivery,
		InvocationStatus: status, InvokeStatus: legacy, Tags: tagViews(cmd.tags),
	}
	for _, r := range rows {
		if !output {
			r.output = ""
		}
		v.InvokeInstances.InvokeInstance = append(v.InvokeInstances.InvokeInstance, instanceView{
			InstanceID: r.row.machine.ID, InvocationStatus: r.status, InstanceInvokeStatus: r.legacy,
			CreationTime: r.created, UpdateTime: r.updated, StartTime: r.started, FinishTime: r.finished, StopTime: r.stopped,
			ExitCode: r.exit, Repeats: r.repeats, Timed: cmd.timed(), Output: r.output, Dropped: r.dropped,
			ErrorCode: string(r.code), ErrorInfo: r.info, OssOutputStatus: r.ossStatus, OssOutputURI: r.ossURI,
		})
	}
	return v
}
