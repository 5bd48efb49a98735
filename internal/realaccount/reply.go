package realaccount

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// A reply has the fields of all replies that probes look at.
type reply struct {
	status int // the HTTP status

	RequestID string `json:"RequestId"`
	Code      string // empty: not a refusal
	CommandID string `json:"CommandId"`
	InvokeID  string `json:"InvokeId"`
	NextToken string

	TotalCount int64

	Invocations struct{ Invocation []invocation }
	Invocation  struct {
		TotalCount        int64
		NextToken         string
		InvocationResults struct{ InvocationResult []row }
	}
	Instances                       struct{ Instance []instance }
	InstanceCloudAssistantStatusSet struct{ InstanceCloudAssistantStatus []agent }
}

type invocation struct {
	InvokeID         string `json:"InvokeId"`
	CommandName      string
	RepeatMode       string
	InvocationStatus string
	InvokeStatus     string
	Timeout          int64
	InvokeInstances  struct{ InvokeInstance []row }
}

// A row is the state of a command on one instance.
type row struct {
	InstanceID           string `json:"InstanceId"`
	InvocationStatus     string
	InstanceInvokeStatus string
	InvokeRecordStatus   string
	ErrorCode            string
	Username             string
	ExitCode             int64
	Repeats              int
	Dropped              int
	Output               string
}

type instance struct {
	InstanceID   string `json:"InstanceId"`
	InstanceName string
	OSType       string
	Status       string
}

type agent struct {
	InstanceID string `json:"InstanceId"`
}

// readReply reads the body of an exchange. It ignores fields of another type than the documented one.
func readReply(x Exchange) reply {
	r := reply{}
	_ = json.Unmarshal(x.body, &r) // the error is ignored: a reply that is no JSON has no fields
	r.status = x.Reply.Status
	return r
}

// outcome returns the code of a refusal, and the word accepted for a call that was accepted.
func (r *reply) outcome(accepted string) string {
	if r.Code != "" {
		return r.Code
	}
	return accepted
}

// ended reports whether the status of a row is the last one.
func (r *row) ended() bool {
	return !strings.Contains(" Pending Scheduled Running Stopping ", " "+r.InvocationStatus+" ")
}

// text returns the output of the row, which the service sends in Base64.
func (r *row) text() []byte {
	plain, err := base64.StdEncoding.DecodeString(r.Output)
	if err != nil {
		return []byte(r.Output)
	}
	return plain
}

// verdict returns the status of a row with its error code, if any.
func (r *row) verdict() string {
	return strings.TrimSpace(r.InvocationStatus + " " + r.ErrorCode)
}
