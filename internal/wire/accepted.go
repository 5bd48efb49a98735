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

// Acknowledgement is the reply of a service that has accepted a call of StopInvocation or
// InstallCloudAssistant.
type Acknowledgement struct {
	RequestID string `json:"RequestId"`
	Code      string // "" unless the reply is a refusal that came with a 2xx status
}

// Usable reports whether the reply has a request id and no code. The reply has no other
// members.
func (r *Acknowledgement) Usable() bool { return r.RequestID != "" && r.Code == "" }

// ID is the request id.
func (r *Acknowledgement) ID() string { return r.RequestID }
