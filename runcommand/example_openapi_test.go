package runcommand_test

import (
	"fmt"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/aliyun/credentials-go/credentials"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// How do I use the configuration that I already have for the official SDK?
func ExampleWithOpenAPIConfig() {
	config := &openapi.Config{
		AccessKeyId:     new("an access key id"),
		AccessKeySecret: new("its secret"),
		RegionId:        new("cn-hangzhou"),
		Network:         new("vpc"),
		HttpsProxy:      new("http://user:password@proxy.example.com:3128"),
		ReadTimeout:     new(10_000), // this field is in milliseconds
	}
	client, err := runcommand.NewClient("cn-hangzhou", runcommand.WithOpenAPIConfig(config))
	fmt.Println(client, err)

	config.RegionId, config.ReadTimeout = new("cn-beijing"), new(-1)
	_, err = runcommand.NewClient("cn-hangzhou", runcommand.WithOpenAPIConfig(config))
	fmt.Println(err)
	// Output:
	// Client{Region:cn-hangzhou Endpoint:https://ecs-vpc.cn-hangzhou.aliyuncs.com} <nil>
	// runcommand: WithOpenAPIConfig: RegionId is not the region of this client, cn-hangzhou; ReadTimeout is negative: invalid argument
}

// How do I sign with a credential of credentials-go, such as a RAM role?
func ExampleWithCredentialsGo() {
	credential, err := credentials.NewCredential(&credentials.Config{
		Type:     new("ecs_ram_role"),
		RoleName: new("my-role"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := runcommand.NewClient("cn-hangzhou", runcommand.WithCredentialsGo(credential))
	fmt.Println(client, err)
	// Output: Client{Region:cn-hangzhou Endpoint:https://ecs-cn-hangzhou.aliyuncs.com} <nil>
}
