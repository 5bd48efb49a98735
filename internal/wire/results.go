package wire

// DescribeInvocationResultsReply is one page of results. Here, and only here,
// the paging fields lie beside the rows.
type DescribeInvocationResultsReply struct {
	page
	RequestID  string `json:"RequestId"`
	Code       string // filled only when the reply is a refusal in disguise
	Invocation struct {
		NextToken         string
		TotalCount        Int
		InvocationResults struct{ InvocationResult []InvocationResult }
	}
}

// Rows are the results of this page.
func (r *DescribeInvocationResultsReply) Rows() []InvocationResult {
	return r.Invocation.InvocationResults.InvocationResult
}

// NextToken asks for the next page; it is empty on the last one.
func (r *DescribeInvocationResultsReply) NextToken() string { return r.Invocation.NextToken }

// Usable reports whether the reply is a page, be it an empty one.
func (r *DescribeInvocationResultsReply) Usable() bool {
	return usable(r.page, r.Rows(), r.RequestID, r.Code)
}

func (r *DescribeInvocationResultsReply) member(name []byte) { r.mark(name, "Invocation") }

// ID is the request id.
func (r *DescribeInvocationResultsReply) ID() string { return r.RequestID }

// An InvocationResult is what one instance printed and how it ended. Output is
// Base64, see [Bytes]; moments are text, see [Time].
type InvocationResult struct {
	InvokeID           string `json:"InvokeId"`
	CommandID          string `json:"CommandId"`
	InstanceID         string `json:"InstanceId"`
	InvocationStatus   string
	InvokeRecordStatus string // the legacy status
	StartTime          string
	FinishedTime       string // FinishTime in DescribeInvocations
	StopTime           string
	ExitCode           Int
	Repeats            Int
	Output             string
	Dropped            Int // bytes
	ErrorCode          string
	ErrorInfo          string
	Username           string
	ContainerID        string `json:"ContainerId"`
	ContainerName      string
	Launcher           string
	TerminationMode    string
	OSSOutputDelivery  string `json:"OssOutputDelivery"`
	OSSOutputStatus    string `json:"OssOutputStatus"`
	OSSOutputURI       string `json:"OssOutputUri"`
	OSSOutputErrorCode string `json:"OssOutputErrorCode"`
	OSSOutputErrorInfo string `json:"OssOutputErrorInfo"`
	Tags               struct{ Tag []ReplyTag }
}
