package wire

// DescribeInvocationsReply is one page of invocations.
type DescribeInvocationsReply struct {
	page
	RequestID   string `json:"RequestId"`
	Code        string // "" unless the reply is a refusal that came with a 2xx status
	NextToken   string
	Invocations struct{ Invocation []Invocation }
}

// Rows are the invocations of this page.
func (r *DescribeInvocationsReply) Rows() []Invocation { return r.Invocations.Invocation }

// Usable reports whether the reply is a page, which may be empty.
func (r *DescribeInvocationsReply) Usable() bool {
	return usable(r.page, r.Rows(), r.RequestID, r.Code)
}

func (r *DescribeInvocationsReply) readMember(name []byte) { r.markMember(name, "Invocations") }

// ID is the request id.
func (r *DescribeInvocationsReply) ID() string { return r.RequestID }

// An Invocation is one invocation of a command, with the outcome on each instance.
// CreationTime is text; [Time] parses it.
type Invocation struct {
	InvokeID         string `json:"InvokeId"`
	CommandID        string `json:"CommandId"`
	CommandName      string
	CreationTime     string
	Frequency        string
	RepeatMode       string
	Timeout          Int // seconds
	InvocationStatus string
	InvokeStatus     string // the status in its older form
	Tags             struct{ Tag []ReplyTag }
	// The rows are pointers to save memory. The decoder appends row after row and has to copy
	// the growing list. With values instead of pointers, this would take five times the memory
	// of the rows.
	InvokeInstances struct{ InvokeInstance []*Outcome }
}

// Instances returns one row per instance. A row that is null in the reply becomes an empty row.
func (i *Invocation) Instances() []*Outcome {
	rows := i.InvokeInstances.InvokeInstance
	for k, row := range rows {
		if row == nil {
			rows[k] = &Outcome{}
		}
	}
	return rows
}

// A ReplyTag is a tag with the member names that replies use.
type ReplyTag struct{ TagKey, TagValue string }
