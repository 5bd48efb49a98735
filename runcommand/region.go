package runcommand

import (
	"slices"
	"strings"
)

// publicRegions are the documented regions (ECS API reference, endpoints). NewClient
// accepts other region ids, too, since new regions open.
var publicRegions = strings.Fields(`
	cn-beijing cn-beijing-finance-1 cn-chengdu cn-edge-1 cn-fuzhou cn-guangzhou cn-hangzhou cn-hangzhou-finance
	cn-heyuan cn-heyuan-acdr-1 cn-hongkong cn-huhehaote cn-nanjing cn-north-2-gov-1 cn-qingdao cn-shanghai
	cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wuhan-lr cn-wulanchabu cn-wulanchabu-gic-1
	cn-zhangjiakou cn-zhengzhou-jva cn-zhongwei ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1
	ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7 ap-southeast-8 eu-central-1
	eu-west-1 eu-west-2 me-central-1 me-east-1 na-south-1 us-east-1 us-southeast-1 us-west-1
`)

func publicRegion(id string) bool { return slices.Contains(publicRegions, id) }

// zoneRegion returns the region of a zone such as cn-hangzhou-b or us-west-1a. It returns
// "" for any other text.
func zoneRegion(id string) string {
	if id == "" || id[len(id)-1] < 'a' || id[len(id)-1] > 'z' {
		return ""
	}
	rest := id[:len(id)-1]
	region, hyphen := strings.CutSuffix(rest, "-")
	if !publicRegion(region) || !hyphen && (rest[len(rest)-1] < '0' || rest[len(rest)-1] > '9') {
		return ""
	}
	return region
}

// validRegion reports whether a region id matches [a-z0-9-]+. Only such an id can be part
// of a host name.
func validRegion(id string) bool {
	return id != "" && !strings.ContainsFunc(id, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

// checkRegion returns an error for a text that is not a region id, and for the id of a
// zone. The error suggests the region that was probably meant. The error shows no part of
// the text except a known region, since a program may pass a secret by mistake.
func checkRegion(id string) error {
	const want = "give a region id, such as cn-hangzhou"
	meant := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(id), "_", "-"))
	hint := want
	if zone := zoneRegion(meant); zone != "" {
		hint = "it looks like a zone of the region " + zone + "; give " + zone
	} else if publicRegion(meant) {
		hint = "give " + meant
	}
	switch {
	case validRegion(id):
		if zoneRegion(id) == "" {
			return nil
		}
		return invalid("region: %s", hint)
	case id == "":
		return invalid("region: it is empty; %s", want)
	case strings.Contains(id, "://"):
		return invalid("region: this is an address; %s, and the address to WithEndpoint", want)
	case strings.ContainsAny(id, " \t\r\n"):
		return invalid("region: it holds a blank or a line break; %s", hint)
	case strings.Contains(id, "."):
		return invalid("region: this is a host name; %s, and the address of another host to WithEndpoint", want)
	case id != strings.ToLower(id):
		return invalid("region: only small letters make a region id; %s", hint)
	}
	return invalid("region of %s: only a-z, 0-9 and - make a region id; %s", count(len(id), "byte"), hint)
}
