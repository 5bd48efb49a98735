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
