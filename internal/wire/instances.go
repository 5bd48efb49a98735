package wire

// DescribeInstancesReply is one page of instances.
type DescribeInstancesReply struct {
	page
	RequestID string `json:"RequestId"`
	Code      string // "" unless the reply is a refusal that came with a 2xx status
	NextToken string
	Instances struct{ Instance []Instance }
}

// Rows are the instances of this page.
func (r *DescribeInstancesReply) Rows() []Instance { return r.Instances.Instance }

// Usable reports whether the reply is a page, which may be empty.
func (r *DescribeInstancesReply) Usable() bool {
	return usable(r.page, r.Rows(), r.RequestID, r.Code)
}

func (r *DescribeInstancesReply) readMember(name []byte) { r.markMember(name, "Instances") }

// ID is the request id.
func (r *DescribeInstancesReply) ID() string { return r.RequestID }

// An Instance is one instance. The reply has about 50 more members, which are not decoded.
type Instance struct {
	InstanceID      string `json:"InstanceId"`
	InstanceName    string
	HostName        string
	Status          string
	OSType          string                   // "linux" or "windows"
	OSName          string                   // in the language of the account
	OSNameEn        string                   // in English
	ZoneID          string                   `json:"ZoneId"`
	ResourceGroupID string                   `json:"ResourceGroupId"` // "" for the default resource group
	CreationTime    string                   // to the minute; see [Time]
	Tags            struct{ Tag []ReplyTag } // absent for an instance without tags
	OperationLocks  struct{ LockReason []Lock }
}

// A Lock is a reason why an instance is locked, such as "financial".
type Lock struct{ LockReason string }
