package wire

// DescribeInvocationResultsReply is one page of results. In this reply the paging fields are
// inside the object with the rows. In other replies they are outside of it.
type DescribeInvocationResultsReply struct {
	page
	RequestID  string `json:"RequestId"`
	Code       string // "" unless the reply is a refusal that came with a 2xx status
	Invocation struct {
		NextToken         string
		InvocationResults struct{ InvocationResult []Outcome }
	}
}

// Rows are the results of this page.
func (r *DescribeInvocationResultsReply) Rows() []Outcome {
	return r.Invocation.InvocationResults.InvocationResult
}

// NextToken returns the token of the next page, or "" on the last page.
func (r *DescribeInvocationResultsReply) NextToken() string { return r.Invocation.NextToken }

// Usable reports whether the reply is a page, which may be empty.
func (r *DescribeInvocationResultsReply) Usable() bool {
	return usable(r.page, r.Rows(), r.RequestID, r.Code)
}

func (r *DescribeInvocationResultsReply) readMember(name []byte) { r.markMember(name, "Invocation") }

// ID is the request id.
func (r *DescribeInvocationResultsReply) ID() string { return r.RequestID }
