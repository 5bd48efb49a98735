package transport_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

func ExampleClient_Do() {
	client, err := transport.New(transport.Config{
		Endpoint:   "https://ecs.cn-beijing.aliyuncs.com",
		HTTPClient: &http.Client{Transport: replyAlways(200, `{"RequestId":"R-1","CommandId":"c-1","InvokeId":"t-1"}`)},
		Credential: static(transport.Credential{AccessKeyID: "id", AccessKeySecret: "secret"}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	question := wire.NewWriter(wire.ActionRunCommand)
	question.Text("RegionId", "cn-beijing")
	question.Text("Type", "RunShellScript")
	question.Script("CommandContent", []byte("uptime"))
	question.Text("ContentEncoding", "Base64")
	question.List("InstanceId", []string{"i-1"})
	var answer wire.RunCommandReply
	seen, err := client.Do(context.Background(), transport.Call{Params: question.Params()}, &answer)
	fmt.Println(answer.InvokeID, seen.RequestID, err)
	// Output: t-1 R-1 <nil>
}
