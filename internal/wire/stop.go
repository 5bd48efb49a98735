package wire

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
