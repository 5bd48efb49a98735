package wire

// DescribeInvocationsReply is one page of invocations.
type DescribeInvocationsReply struct {
	page
	RequestID   string `json:"RequestId"`
	Code        string // filled only when the reply is a refusal in disguise
	NextToken   string
	Invocations struct{ Invocation []Invocation }
}

// Rows are the invocations of this page.
func (r *DescribeInvocationsReply) Rows() []Invocation { return r.Invocations.Invocation }

// Usable reports whether the reply is a page, be it an empty one.
func (r *DescribeInvocationsReply) Usable() bool {
	return usable(r.page, r.Rows(), r.RequestID, r.Code)
}

func (r *DescribeInvocationsReply) readMember(name []byte) { r.markMember(name, "Invocations") }

// ID is the request id.
func (r *DescribeInvocationsReply) ID() string { return r.RequestID }

// An Invocation is one command that was run, with its outcome on each instance.
// CreationTime is text, see [Time].
type Invocation struct {
	InvokeID         string `json:"InvokeId"`
	CommandID        string `json:"CommandId"`
	CommandName      string
	CreationTime     string
	Frequency        string
	RepeatMode       string
	Timeout          Int // seconds
	InvocationStatus string
	InvokeStatus     string // the legacy status
	Tags             struct{ Tag []ReplyTag }
	// Pointers, since a long list of values would take five times its memory while
	// it grows row by row.
	InvokeInstances struct{ InvokeInstance []*Outcome }
}

// Instances returns one row per instance. A row that is null is an empty one.
func (i *Invocation) Instances() []*Outcome {
	rows := i.InvokeInstances.InvokeInstance
	for k, row := range rows {
		if row == nil {
			rows[k] = &Outcome{}
		}
	}
	return rows
}

// A ReplyTag is a tag as replies spell it.
type ReplyTag struct{ TagKey, TagValue string }
