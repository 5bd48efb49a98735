package runcommandtest

import (
	"context"
	"maps"
	"slices"
)

// An instancesReply is the reply of DescribeInstances.
type instancesReply struct {
	pageInfo
	Instances struct{ Instance []machineView }
}

// A machineView is an instance in the reply of DescribeInstances.
type machineView struct {
	InstanceID          string `json:"InstanceId"`
	InstanceName        string
	HostName            string
	Description         string
	Status              InstanceStatus
	StoppedMode         string
	OSType              string // in lower case, unlike that of DescribeCloudAssistantStatus
	OSName              string
	OSNameEn            string
	ImageID             string `json:"ImageId"`
	InstanceType        string
	InstanceTypeFamily  string
	RegionID            string `json:"RegionId"`
	ZoneID              string `json:"ZoneId"`
	ResourceGroupID     string `json:"ResourceGroupId"`
	InstanceNetworkType string
	InstanceChargeType  string
	InternetChargeType  string
	KeyPairName         string
	CreationTime        string // with minutes, although the reference says seconds
	StartTime           string
	ExpiredTime         string
	AutoReleaseTime     string
	Recyclable          bool
	Tags                *tagList `json:",omitempty"` // nil: the instance has no tags
	VPCAttributes       struct {
		VPCID            string      `json:"VpcId"`
		VSwitchID        string      `json:"VSwitchId"`
		NatIPAddress     string      `json:"NatIpAddress"`
		PrivateIPAddress addressList `json:"PrivateIpAddress"`
	} `json:"VpcAttributes"`
	PublicIPAddress addressList `json:"PublicIpAddress"`
	InnerIPAddress  addressList `json:"InnerIpAddress"`
	EipAddress      struct {
		AllocationID       string `json:"AllocationId"`
		IPAddress          string `json:"IpAddress"`
		InternetChargeType string
	}
	SecurityGroupIDs struct {
		SecurityGroupID []string `json:"SecurityGroupId"`
	} `json:"SecurityGroupIds"`
	OperationLocks struct{ LockReason []lockView }
}

// An addressList is a list of IP addresses in the reply. It is never null.
type addressList struct {
	IPAddress []string `json:"IpAddress"`
}

// A lockView is a reason for which an instance is locked.
type lockView struct{ LockReason, LockMsg string }

// instancePages is the rule of the pages of DescribeInstances.
var instancePages = pageRule{limit: 100, least: 10}

// describeInstances lists instances. An instance that does not exist, that is in another
// region, or that the caller may not see is not in the list.
func (s *Server) describeInstances(ctx context.Context, q *request) (any, *refusal) {
	s.catchUp(ctx)
	dryRun, refused := q.params.flag("DryRun")
	if refused != nil {
		return nil, refused
	}
	if refused := s.checkRegion(q.params); refused != nil {
		return nil, refused
	}
	if dryRun { // a dry run checks nothing else, and its success is an error
		return nil, refuse("DryRunOperation", "the call would be carried out, but it is a dry run")
	}
	tests, refused := readInstanceFilters(q.params)
	if refused != nil {
		return nil, refused
	}
	tags, refused := readInstanceTags(q.params)
	if refused != nil {
		return nil, refused
	}
	g, refused := s.readPaging(q, instancePages)
	if refused != nil {
		return nil, refused
	}
	list := s.withoutForbidden(q.action, s.listedMachines(q.params, tags, tests))
	page, info := cutPage(s, g, list)
	reply := &instancesReply{pageInfo: info}
	rows := make([]machineView, len(page))
	for i, m := range page {
		rows[i] = viewMachine(m, q.params["RegionId"])
	}
	reply.Instances.Instance = applyRowFaults(s, q.action, rows)
	s.applyPageFault(q.action, &reply.pageInfo, g)
	return reply, nil
}

// leavesOutForbidden reports whether the reply to q leaves out the instances that the
// caller has no right to see. Such a call is not refused, unless it is a dry run.
func (q *request) leavesOutForbidden() bool {
	return q.action == describeInstances && q.params["DryRun"] != "true"
}

// withoutForbidden applies the faults with which the caller has no right to see
// instances. DescribeInstances leaves such instances out.
func (s *Server) withoutForbidden(action string, list []entry[*machine]) []entry[*machine] {
	for _, f := range slices.Clone(s.faults) {
		if f.Kind != FaultPermission || f.InstanceID == "" && !f.matches(action, nil) {
			continue
		}
		before := len(list)
		list = slices.DeleteFunc(list, func(e entry[*machine]) bool { return f.matches(action, []string{e.value.ID}) })
		if f.InstanceID == "" || len(list) < before {
			s.countFault(f)
		}
	}
	return list
}

// viewMachine returns an instance as DescribeInstances shows it to calls in a region.
func viewMachine(m *machine, region string) machineView {
	v := machineView{
		InstanceID: m.ID, InstanceName: m.Name, HostName: m.HostName, Description: m.Description,
		Status: m.status(), StoppedMode: "Not-applicable", OSType: osType(m.OS),
		OSName: "Local " + string(m.OS) + " 64位", OSNameEn: "Local " + string(m.OS) + " 64 bit",
		ImageID: m.ImageID, InstanceType: m.InstanceType, InstanceTypeFamily: family(m.InstanceType),
		RegionID: region, ZoneID: m.zoneID(region), ResourceGroupID: m.ResourceGroupID,
		InstanceNetworkType: "vpc", InstanceChargeType: m.ChargeType, InternetChargeType: m.InternetChargeType,
		KeyPairName: m.KeyPairName, CreationTime: minuteStamp(m.Created), StartTime: minuteStamp(m.started),
		ExpiredTime:     minuteStamp(m.Expires),
		PublicIPAddress: addresses(m.PublicIPs), InnerIPAddress: addresses(nil),
	}
	if v.Status == InstanceStopped {
		v.StoppedMode = "KeepCharging"
	}
	if len(m.Tags) > 0 {
		v.Tags = &tagList{}
		for _, key := range slices.Sorted(maps.Keys(m.Tags)) {
			v.Tags.Tag = append(v.Tags.Tag, tagView{key, m.Tags[key]})
		}
	}
	v.VPCAttributes.VPCID, v.VPCAttributes.VSwitchID = m.VPCID, m.VSwitchID
	v.VPCAttributes.PrivateIPAddress = addresses(m.PrivateIPs)
	if m.EIP != "" {
		v.EipAddress.AllocationID, v.EipAddress.IPAddress = "eip-"+m.ID, m.EIP
		v.EipAddress.InternetChargeType = m.InternetChargeType
	}
	v.SecurityGroupIDs.SecurityGroupID = slices.Clone(m.SecurityGroupIDs)
	v.OperationLocks.LockReason = []lockView{}
	for _, reason := range m.LockReasons {
		v.OperationLocks.LockReason = append(v.OperationLocks.LockReason, lockView{LockReason: reason})
	}
	return v
}

// osType returns the system in the words of DescribeInstances. It has only these two.
func osType(system OS) string {
	if system == Windows {
		return "windows"
	}
	return "linux"
}

// addresses returns a list that is never null.
func addresses(list []string) addressList {
	return addressList{append([]string{}, list...)}
}
