package runcommand_test

import (
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// What does the status of an agent look like in a log? Client.AgentStatus returns such
// values.
func ExampleAgentStatus_Format() {
	online := runcommand.AgentStatus{
		InstanceID:    "i-bp185dy2o3o6neg0001",
		OS:            "Linux",
		Version:       "2.2.3.398",
		Online:        true,
		LastHeartbeat: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Invocations:   12,
		ActiveTasks:   1,
	}
	fmt.Println(online)
	fmt.Println(runcommand.AgentStatus{InstanceID: "i-bp185dy2o3o6neg0002", OS: "Windows"})
	// Output:
	// AgentStatus{Instance:i-bp185dy2o3o6neg0001 OS:Linux Version:2.2.3.398 Online:true LastHeartbeat:2026-01-02T03:04:05Z Invocations:12 ActiveTasks:1}
	// AgentStatus{Instance:i-bp185dy2o3o6neg0002 OS:Windows Online:false}
}
