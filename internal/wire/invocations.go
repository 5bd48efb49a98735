package wire

// DescribeInvocationsReply is one page of invocations.
type DescribeInvocationsReply struct {
	page
	RequestID   string `json:"RequestId"`
	Code        string // filled only when the reply is a refusal in disguise
	NextToken   string
	TotalCount  Int
	Invocations struct{ Invocation []Invocation }
}

// Rows are the invocations of this page.
func (r *DescribeInvocationsReply) Rows() []Invocation { return r.Invocations.Invocation }

// Usable reports whether the reply is a page, be it an empty one.
func (r *DescribeInvocationsReply) Usable() bool {
	return usable(r.page, r.Rows(), r.RequestID, r.Code)
}

func (r *DescribeInvocationsReply) member(name []byte) { r.mark(name, "Invocations") }

// ID is the request id.
func (r *DescribeInvocationsReply) ID() string { return r.RequestID }

// An Invocation is one command that was run, with the state of its instances.
// CommandContent and the outputs are Base64, see [Bytes]; moments are text,
// see [Time].
type Invocation struct {
	InvokeID           string `json:"InvokeId"`
	CommandID          string `json:"CommandId"`
	CommandName        string
	CommandDescription string
	CommandType        string
	CommandContent     string
	Parameters         Object
	CreationTime       string
	Frequency          string
	RepeatMode         string
	Timed              Bool
	Timeout            Int // seconds
	WorkingDir         string
	Username           string
	ContainerID        string `json:"ContainerId"`
	ContainerName      string
	Launcher           string
	TerminationMode    string
	OSSOutputDelivery  string `json:"OssOutputDelivery"`
	InvocationStatus   string
	InvokeStatus       string // the legacy status
	Tags               struct{ Tag []ReplyTag }
	InvokeInstances    InvokeInstances
}

// InvokeInstances holds one row per instance.
type InvokeInstances struct{ InvokeInstance []InvokeInstance }

// UnmarshalJSON makes room for all rows beforehand: growing the list row by row
// would take five times the memory of a long one.
func (i *InvokeInstances) UnmarshalJSON(data []byte) error {
	type plain InvokeInstances
	if c := (&census{most: maxInnerRows}); c.count(data) == nil && i.InvokeInstance == nil && c.rows > 0 {
		i.InvokeInstance = make([]InvokeInstance, 0, c.rows)
	}
	return unmarshal(data, (*plain)(i))
}

// Instances returns one row per instance.
func (i *Invocation) Instances() []InvokeInstance { return i.InvokeInstances.InvokeInstance }

// A ReplyTag is a tag as replies spell it.
type ReplyTag struct{ TagKey, TagValue string }

// An InvokeInstance is the state of one invocation on one instance.
type InvokeInstance struct {
	InstanceID           string `json:"InstanceId"`
	InvocationStatus     string
	InstanceInvokeStatus string // the legacy status
	CreationTime         string
	UpdateTime           string
	StartTime            string
	FinishTime           string
	StopTime             string
	ExitCode             Int    // meaningful when the script came to its end
	Repeats              Int    // runs so far, of a command on a schedule
	Timed                Bool   // the command is on a schedule
	Output               string // empty unless IncludeOutput asked for it
	Dropped              Int    // bytes
	ErrorCode            string
	ErrorInfo            string
	OSSOutputStatus      string `json:"OssOutputStatus"`
	OSSOutputURI         string `json:"OssOutputUri"`
	OSSOutputErrorCode   string `json:"OssOutputErrorCode"`
	OSSOutputErrorInfo   string `json:"OssOutputErrorInfo"`
}
