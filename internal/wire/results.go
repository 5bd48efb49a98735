package wire

// DescribeInvocationResultsReply is one page of results. Here, and only here,
// the paging fields lie beside the rows.
type DescribeInvocationResultsReply struct {
	page
	RequestID  string `json:"RequestId"`
	Code       string // filled only when the reply is a refusal in disguise
	Invocation struct {
		NextToken         string
		InvocationResults struct{ InvocationResult []Outcome }
	}
}

// Rows are the results of this page.
func (r *DescribeInvocationResultsReply) Rows() []Outcome {
	return r.Invocation.InvocationResults.InvocationResult
}

// NextToken asks for the next page; it is empty on the last one.
func (r *DescribeInvocationResultsReply) NextToken() string { return r.Invocation.NextToken }

// Usable reports whether the reply is a page, be it an empty one.
func (r *DescribeInvocationResultsReply) Usable() bool {
	return usable(r.page, r.Rows(), r.RequestID, r.Code)
}

func (r *DescribeInvocationResultsReply) readMember(name []byte) { r.markMember(name, "Invocation") }

// ID is the request id.
func (r *DescribeInvocationResultsReply) ID() string { return r.RequestID }
