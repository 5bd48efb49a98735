package runcommand

import "strings"

// endpoints lists the regions whose host does not follow the rule
// ecs.<region>.aliyuncs.com (ECS API reference, endpoints).
var endpoints = map[string]string{
	"cn-hangzhou":           "ecs-cn-hangzhou.aliyuncs.com",
	"cn-shanghai-finance-1": "ecs-cn-hangzhou.aliyuncs.com",
	"cn-shenzhen-finance-1": "ecs-cn-hangzhou.aliyuncs.com",
	"cn-north-2-gov-1":      "ecs.aliyuncs.com",
	"cn-hangzhou-finance":   "ecs.aliyuncs.com",
	"cn-edge-1":             "ecs.cn-qingdao-nebula.aliyuncs.com",
}

// endpoint is the address of a region's service.
func endpoint(region string) string {
	host, listed := endpoints[region]
	if !listed {
		host = "ecs." + region + ".aliyuncs.com"
	}
	return "https://" + host
}

// validRegion reports whether a region id is of [a-z0-9-]+, so that it can
// become part of a host name.
func validRegion(id string) bool {
	return id != "" && !strings.ContainsFunc(id, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}
