package runcommand_test

import (
	"fmt"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestTheEndpointInsideTheNetworksOfARegion(t *testing.T) {
	t.Parallel()
	vpc, other := runcommand.WithVPCEndpoint(), runcommand.WithEndpoint("http://127.0.0.1:1")
	public := runcommand.WithOpenAPIConfig(&openapi.Config{Network: new("public")})
	for name, tt := range map[string]struct {
		region string
		opts   []runcommand.Option
		want   string
	}{
		"a region that follows the rule":                {"cn-beijing", []runcommand.Option{vpc}, "https://ecs-vpc.cn-beijing.aliyuncs.com"},
		"a region whose public host is an exception":    {"cn-hangzhou", []runcommand.Option{vpc}, "https://ecs-vpc.cn-hangzhou.aliyuncs.com"},
		"a region of the government":                    {"cn-north-2-gov-1", []runcommand.Option{vpc}, "https://ecs-vpc.cn-north-2-gov-1.aliyuncs.com"},
		"a region of finance":                           {"cn-shanghai-finance-1", []runcommand.Option{vpc}, "https://ecs-vpc.cn-shanghai-finance-1.aliyuncs.com"},
		"an earlier address is replaced":                {"cn-beijing", []runcommand.Option{other, vpc}, "https://ecs-vpc.cn-beijing.aliyuncs.com"},
		"a later address wins":                          {"cn-beijing", []runcommand.Option{vpc, other}, "http://127.0.0.1:1"},
		"a later config with the public network wins":   {"cn-beijing", []runcommand.Option{vpc, public}, "https://ecs.cn-beijing.aliyuncs.com"},
		"without the option a program uses public host": {"cn-beijing", nil, "https://ecs.cn-beijing.aliyuncs.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := runcommand.NewClient(tt.region, append(tt.opts, runcommand.WithStaticCredential("id", "secret", ""))...)
			require.NoError(t, err)
			assert.Equal(t, "Client{Region:"+tt.region+" Endpoint:"+tt.want+"}", fmt.Sprint(client))
		})
	}
	_, err := runcommand.NewClient("cn-hangzhou-finance", vpc)
	require.ErrorIs(t, err, errors.ErrInvalidArgument)
	assert.ErrorContains(t, err, "WithVPCEndpoint: the region has no such endpoint")
}
