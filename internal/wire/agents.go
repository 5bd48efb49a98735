package wire

// DescribeCloudAssistantStatusReply is one page of agents.
type DescribeCloudAssistantStatusReply struct {
	page
	RequestID string `json:"RequestId"`
	Code      string // "" unless the reply is a refusal that came with a 2xx status
	NextToken string
	Set       struct {
		Agents []Agent `json:"InstanceCloudAssistantStatus"`
	} `json:"InstanceCloudAssistantStatusSet"`
}

// Rows are the agents of this page.
func (r *DescribeCloudAssistantStatusReply) Rows() []Agent { return r.Set.Agents }

// Usable reports whether the reply is a page, which may be empty.
func (r *DescribeCloudAssistantStatusReply) Usable() bool {
	return usable(r.page, r.Rows(), r.RequestID, r.Code)
}

func (r *DescribeCloudAssistantStatusReply) readMember(name []byte) {
	r.markMember(name, "InstanceCloudAssistantStatusSet")
}

// ID is the request id.
func (r *DescribeCloudAssistantStatusReply) ID() string { return r.RequestID }

// An Agent is the Cloud Assistant agent of one instance. An empty
// CloudAssistantVersion means that the instance has no agent.
type Agent struct {
	InstanceID            string `json:"InstanceId"`
	OSType                string
	CloudAssistantStatus  Bool // true when the agent sent a heartbeat within the last two minutes
	CloudAssistantVersion string
	LastHeartbeatTime     string // see [Time]
	LastInvokedTime       string // see [Time]; "" when the agent never ran a command
	InvocationCount       Int    // number of commands that the agent has completed
	ActiveTaskCount       Int    // number of commands that are running now
}
