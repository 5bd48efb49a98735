package runcommand

import "cmp"

// endpoints lists the regions whose hosts do not follow the rule
// ecs.<region>.aliyuncs.com (ECS API reference, endpoints).
var endpoints = map[string]string{
	"cn-hangzhou":           "ecs-cn-hangzhou.aliyuncs.com",
	"cn-shanghai-finance-1": "ecs-cn-hangzhou.aliyuncs.com",
	"cn-shenzhen-finance-1": "ecs-cn-hangzhou.aliyuncs.com",
	"cn-north-2-gov-1":      "ecs.aliyuncs.com",
	"cn-hangzhou-finance":   "ecs.aliyuncs.com",
	"cn-edge-1":             "ecs.cn-qingdao-nebula.aliyuncs.com",
}

// regionWithoutVPC is the only region in which the service has no host for VPCs.
const regionWithoutVPC = "cn-hangzhou-finance"

// endpoint returns the address of the service. When no option sets the host, the address
// has the host of the region. When no option sets the scheme, the scheme is https.
func (c *config) endpoint() string {
	host := cmp.Or(endpoints[c.region], "ecs."+c.region+".aliyuncs.com")
	if c.vpc {
		host = "ecs-vpc." + c.region + ".aliyuncs.com"
	}
	return cmp.Or(c.scheme, "https") + "://" + cmp.Or(c.host, host)
}
