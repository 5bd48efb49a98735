// Package wire encodes the parameters of the seven actions of the service and decodes their
// replies, as the ECS API reference describes them. It does no I/O, and has no signatures,
// endpoints or retries.
//
// A [Writer] writes the parameters of a request into the form that is sent. Replies are
// plain structs, and [Decode] fills them. Decode accepts wrong types (numbers as text, null,
// absent lists). It refuses a reply that does not belong to the action.
//
// The decoder is encoding/json, which uses json/v2 from Go 1.27 on. Faster decoders are not used,
// because they read wrong types, letter cases and repeated members in other ways.
package wire

// Version is the version of the ECS API that every action belongs to.
const Version = "2014-05-26"

// The actions, with the names that the service uses.
const (
	ActionRunCommand                   = "RunCommand"
	ActionDescribeInvocations          = "DescribeInvocations"
	ActionDescribeInvocationResults    = "DescribeInvocationResults"
	ActionStopInvocation               = "StopInvocation"
	ActionDescribeCloudAssistantStatus = "DescribeCloudAssistantStatus"
	ActionDescribeInstances            = "DescribeInstances"
	ActionInstallCloudAssistant        = "InstallCloudAssistant"
)
