package wire

// RunCommandReply says that the command was accepted, not that it ran.
type RunCommandReply struct {
	RequestID string `json:"RequestId"`
	CommandID string `json:"CommandId"`
	InvokeID  string `json:"InvokeId"`
}

// Usable reports whether the reply names the invocation it began. Such a reply is
// an acceptance, whatever else it says.
func (r *RunCommandReply) Usable() bool { return IsIdentifier(r.InvokeID) }

// ID is the request id.
func (r *RunCommandReply) ID() string { return r.RequestID }

// StopInvocationReply says that the request to stop was accepted.
type StopInvocationReply struct {
	RequestID string `json:"RequestId"`
	Code      string // filled only when the reply is a refusal in disguise
}

// Usable reports whether the service answered at all: it says no more than its
// request id.
func (r *StopInvocationReply) Usable() bool { return r.RequestID != "" && r.Code == "" }

// ID is the request id.
func (r *StopInvocationReply) ID() string { return r.RequestID }
