// Package wire holds what travels between this module and the service: the
// parameters of the five actions, flattened as the ECS API reference
// describes, and the shapes of their replies. It does no I/O and knows nothing
// of signatures, endpoints or retries.
//
// A request is written by a [Writer], parameter by parameter, into the form that
// is sent. Replies are plain structs, decoded by [Decode], which is lenient
// about types (numbers as text, null, absent lists) and strict about one
// thing only: the reply has to be an answer to the question that was asked.
//
// The decoder is encoding/json, from Go 1.27 on json/v2 beneath it. Faster ones
// read odd types, letter cases and repeated members in their own ways.
package wire

// Version is the version of the ECS API that every action belongs to.
const Version = "2014-05-26"

// The actions, by the names the service knows them.
const (
	ActionRunCommand                   = "RunCommand"
	ActionDescribeInvocations          = "DescribeInvocations"
	ActionDescribeInvocationResults    = "DescribeInvocationResults"
	ActionStopInvocation               = "StopInvocation"
	ActionDescribeCloudAssistantStatus = "DescribeCloudAssistantStatus"
)
