package runcommandtest

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// The limits of DescribeInstances.
const (
	maxInstanceIDs       = 100  // ids and addresses in one parameter
	maxInstanceTags      = 20   // tags in one call
	maxFilteredResources = 1000 // resources that a filter by tags or by resource group looks at
)

// An instanceTest reports whether an instance passes one filter of DescribeInstances.
type instanceTest func(*machine) bool

// A wordFilter is a filter of DescribeInstances with one value.
type wordFilter struct {
	name  string
	words []string    // the values that exist; nil: any value
	code  errors.Code // error code for a value that does not exist
	of    func(m *machine, region string) []string
}

// wordFilters has the filters with one value. An instance passes when it has that value.
var wordFilters = []wordFilter{
	{
		"Status", []string{"Pending", "Running", "Starting", "Stopping", "Stopped"}, "InvalidStatus.NotFound",
		func(m *machine, _ string) []string { return []string{string(m.status())} },
	},
	{
		"InstanceNetworkType", []string{"vpc", "classic"}, "InvalidNetworkType.NotFound",
		func(*machine, string) []string { return []string{"vpc"} },
	},
	{
		"InstanceChargeType", []string{"PrePaid", "PostPaid"}, "InvalidInstanceChargeType.NotFound",
		func(m *machine, _ string) []string { return []string{m.ChargeType} },
	},
	{
		"InternetChargeType", []string{"PayByBandwidth", "PayByTraffic"}, "InvalidInternetChargeType.ValueNotSupported",
		func(m *machine, _ string) []string { return []string{m.InternetChargeType} },
	},
	{
		"LockReason", lockReasons, "InvalidLockReason.NotFound",
		func(m *machine, _ string) []string { return m.LockReasons },
	},
	{"VpcId", nil, "", func(m *machine, _ string) []string { return []string{m.VPCID} }},
	{"VSwitchId", nil, "", func(m *machine, _ string) []string { return []string{m.VSwitchID} }},
	{"ZoneId", nil, "", func(m *machine, region string) []string { return []string{m.zoneID(region)} }},
	{"SecurityGroupId", nil, "", func(m *machine, _ string) []string { return m.SecurityGroupIDs }},
	{"ImageId", nil, "", func(m *machine, _ string) []string { return []string{m.ImageID} }},
	{"InstanceType", nil, "", func(m *machine, _ string) []string { return []string{m.InstanceType} }},
	{"InstanceTypeFamily", nil, "", func(m *machine, _ string) []string { return []string{family(m.InstanceType)} }},
	{"KeyPairName", nil, "", func(m *machine, _ string) []string { return []string{m.KeyPairName} }},
}

// lockReasons has both spellings of Recycling, because both occur.
var lockReasons = []string{"financial", "security", "Recycling", "recycling", "dedicatedhostfinancial", "refunded"}

// A listFilter is a filter of DescribeInstances with a JSON array of values.
type listFilter struct {
	name    string
	network string // the InstanceNetworkType with which it is effective; empty: any
	of      func(*machine) []string
}

// listFilters has the filters with a list of values. An instance passes when it has one
// of them, so no instance passes an empty list.
var listFilters = []listFilter{
	{"InstanceIds", "", func(m *machine) []string { return []string{m.ID} }},
	{"PrivateIpAddresses", "vpc", func(m *machine) []string { return m.PrivateIPs }},
	{"EipAddresses", "vpc", func(m *machine) []string { return []string{m.EIP} }},
	{"InnerIpAddresses", "classic", func(*machine) []string { return nil }},
	{"PublicIpAddresses", "", func(m *machine) []string { return m.PublicIPs }},
}

// A timeFilter is one of the numbered filters of DescribeInstances.
type timeFilter struct {
	key    string
	of     func(*machine) time.Time
	latest bool // the value is the latest time, not the earliest
}

// timeFilters has the filters Filter.1 to Filter.4.
var timeFilters = []timeFilter{
	{"CreationStartTime", func(m *machine) time.Time { return m.Created }, false},
	{"CreationEndTime", func(m *machine) time.Time { return m.Created }, true},
	{"ExpiredStartTime", func(m *machine) time.Time { return m.Expires }, false},
	{"ExpiredEndTime", func(m *machine) time.Time { return m.Expires }, true},
}

// readInstanceFilters returns the filters of a call. An instance is listed when it passes
// all of them. Filters by tags and by resource group are not among them: see
// listedMachines.
func readInstanceFilters(p parameters) ([]instanceTest, *refusal) {
	var tests []instanceTest
	for _, f := range wordFilters {
		want := p[f.name]
		if want == "" {
			continue
		}
		if f.words != nil && !slices.Contains(f.words, want) {
			return nil, refuse(f.code, "%s %.40q does not exist", f.name, want)
		}
		region := p["RegionId"]
		tests = append(tests, func(m *machine) bool {
			return slices.ContainsFunc(f.of(m, region), func(have string) bool {
				return have == want || f.name == "LockReason" && strings.EqualFold(have, want)
			})
		})
	}
	if pattern := p["InstanceName"]; pattern != "" {
		tests = append(tests, func(m *machine) bool { return matchesPattern(m.Name, pattern) })
	}
	for _, f := range listFilters {
		list, given, refused := p.jsonSet(f.name)
		switch {
		case refused != nil:
			return nil, refused
		case given && (f.network == "" || f.network == p["InstanceNetworkType"]):
			tests = append(tests, func(m *machine) bool {
				return slices.ContainsFunc(f.of(m), func(have string) bool { return have != "" && list[have] })
			})
		}
	}
	times, refused := readTimeFilters(p)
	return append(tests, times...), refused
}

// readTimeFilters reads Filter.N.Key and Filter.N.Value. Each N has a key of its own.
func readTimeFilters(p parameters) ([]instanceTest, *refusal) {
	var tests []instanceTest
	for i, f := range append(timeFilters, timeFilter{}) { // there is no filter 5
		name := "Filter." + strconv.Itoa(i+1)
		key, value := p[name+".Key"], p[name+".Value"]
		if key == "" && value == "" {
			continue
		}
		limit, err := time.Parse(minuteLayout, value)
		if err != nil || limit.Format(minuteLayout) != value || key != f.key || f.key == "" {
			return nil, refuse("InvalidFilterKey.NotFound", "%s is not a filter with a time of the form yyyy-MM-ddTHH:mmZ", name)
		}
		tests = append(tests, func(m *machine) bool {
			at := f.of(m).Truncate(time.Minute)
			if f.latest {
				return !at.IsZero() && !at.After(limit)
			}
			return !at.Before(limit)
		})
	}
	return tests, nil
}

// jsonSet reads a parameter with a JSON array of strings. The result given is false when
// the parameter is absent or empty.
func (p parameters) jsonSet(name string) (set map[string]bool, given bool, refused *refusal) {
	text := p[name]
	if text == "" {
		return nil, false, nil
	}
	var items []*string // pointers, because a null is not a string
	if err := json.Unmarshal([]byte(text), &items); err != nil || items == nil || slices.Contains(items, nil) {
		return nil, true, refuse(errors.InvalidParameter, "%s is not a JSON array of strings", name)
	}
	if len(items) > maxInstanceIDs {
		return nil, true, refuse("InvalidParameter.TooManyInstanceIds", "%s has more than %d items", name, maxInstanceIDs)
	}
	set = make(map[string]bool, len(items))
	for _, item := range items {
		set[*item] = true
	}
	return set, true, nil
}

// readInstanceTags reads the tags of DescribeInstances. Each needs a key and a value.
func readInstanceTags(p parameters) ([]tag, *refusal) {
	for i := 1; ; i++ {
		prefix := "Tag." + strconv.Itoa(i)
		_, hasKey := p[prefix+".Key"]
		_, hasValue := p[prefix+".Value"]
		switch {
		case !hasKey && !hasValue:
			return p.tags("Tag"), nil
		case i > maxInstanceTags:
			return nil, refuse("InvalidTagCount", "there are more than %d tags", maxInstanceTags)
		case !hasValue || p[prefix+".Key"] == "":
			return nil, refuse("InvalidTag.Mismatch", "%s has no key or no value", prefix)
		}
	}
}

// matchesPattern reports whether name matches a pattern. In a pattern * stands for any
// text.
func matchesPattern(name, pattern string) bool {
	parts := strings.Split(pattern, "*")
	last := len(parts) - 1
	if last == 0 {
		return name == pattern
	}
	rest, found := strings.CutPrefix(name, parts[0])
	if !found {
		return false
	}
	for _, part := range parts[1:last] {
		if _, rest, found = strings.Cut(rest, part); !found {
			return false
		}
	}
	return strings.HasSuffix(rest, parts[last])
}

// listedMachines returns the instances of a region that have the tags and the resource
// group of the call and pass all tests, in the order in which they were added. A filter by
// tags or by group works with at most 1,000 resources: what comes after these is not
// found.
func (s *Server) listedMachines(p parameters, tags []tag, tests []instanceTest) []entry[*machine] {
	var list []entry[*machine]
	region, group := p["RegionId"], p["ResourceGroupId"]
	tagged, grouped := 0, 0
	for _, id := range s.store.ids {
		m := s.store.machines[id]
		if !m.in(region) {
			continue
		}
		if len(tags) > 0 {
			if !m.has(tags) || tagged == maxFilteredResources {
				continue
			}
			tagged++
		}
		if group != "" { // the default group has no id to filter by
			if m.ResourceGroupID != group || grouped == maxFilteredResources {
				continue
			}
			grouped++
		}
		if !slices.ContainsFunc(tests, func(passes instanceTest) bool { return !passes(m) }) {
			list = append(list, entry[*machine]{position{m.number}, m})
		}
	}
	return list
}
