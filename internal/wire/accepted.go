package wire

// RunCommandReply is the reply of a service that has accepted the command. The command may
// not have run yet.
type RunCommandReply struct {
	RequestID string `json:"RequestId"`
	CommandID string `json:"CommandId"`
	InvokeID  string `json:"InvokeId"`
}

// Usable reports whether the reply names the new invocation. A reply with the id of an
// invocation means that the service accepted the command, whatever else the reply holds.
func (r *RunCommandReply) Usable() bool { return IsIdentifier(r.InvokeID) }

// ID is the request id.
func (r *RunCommandReply) ID() string { return r.RequestID }

// StopInvocationReply is the reply of a service that has accepted the request to stop.
type StopInvocationReply struct {
	RequestID string `json:"RequestId"`
	Code      string // "" unless the reply is a refusal that came with a 2xx status
}

// Usable reports whether the reply has a request id and no code. A reply to StopInvocation
// has no other members.
func (r *StopInvocationReply) Usable() bool { return r.RequestID != "" && r.Code == "" }

// ID is the request id.
func (r *StopInvocationReply) ID() string { return r.RequestID }
