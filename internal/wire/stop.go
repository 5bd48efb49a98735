package wire

// StopInvocation asks for an invocation to be stopped, on some of its
// instances or, without InstanceIDs, on all of them: "ECS API reference,
// StopInvocation".
type StopInvocation struct {
	RegionID, InvokeID string
	InstanceIDs        []string
}

// Action is "StopInvocation".
func (*StopInvocation) Action() string { return ActionStopInvocation }

// Params writes the request down in wire form.
func (r *StopInvocation) Params() Params {
	w := &paramWriter{}
	w.text("RegionId", r.RegionID)
	w.text("InvokeId", r.InvokeID)
	w.list("InstanceId", r.InstanceIDs)
	return w.Params
}

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
