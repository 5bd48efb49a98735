package wire

// RunCommandReply says that the service accepted the command. The command may not have run
// yet.
type RunCommandReply struct {
	RequestID string `json:"RequestId"`
	CommandID string `json:"CommandId"`
	InvokeID  string `json:"InvokeId"`
}

// Usable reports whether the reply names the new invocation. A reply that does so accepts
// the command, whatever else it holds.
func (r *RunCommandReply) Usable() bool { return IsIdentifier(r.InvokeID) }

// ID is the request id.
func (r *RunCommandReply) ID() string { return r.RequestID }

// StopInvocationReply says that the request to stop was accepted.
type StopInvocationReply struct {
	RequestID string `json:"RequestId"`
	Code      string // set only when a refusal came with the status of a success
}

// Usable reports whether the reply has a request id and no code. A reply to StopInvocation
// has no other members.
func (r *StopInvocationReply) Usable() bool { return r.RequestID != "" && r.Code == "" }

// ID is the request id.
func (r *StopInvocationReply) ID() string { return r.RequestID }
