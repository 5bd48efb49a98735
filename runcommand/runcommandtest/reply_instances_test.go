package runcommandtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// listed returns the ids of the instances that DescribeInstances shows for the parameters.
func (c *caller) listed(pairs ...string) []string {
	c.tb.Helper()
	return c.ok("DescribeInstances", params{"RegionId": "cn-hangzhou", "MaxResults": "100"}.with(pairs...)).listed()
}

func (a answer) listed() []string {
	ids := []string{}
	for _, row := range a.at("Instances", "Instance").([]any) {
		ids = append(ids, row.(map[string]any)["InstanceId"].(string))
	}
	return ids
}

func TestDescribeInstancesShowsAnInstance(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	s.AddInstance(Instance{
		ID: "i-w", Name: "shop-win-1", HostName: "SHOPWIN1", Description: "till", OS: Windows, Status: InstanceStopped,
		RegionID: "cn-hangzhou", ZoneID: "cn-hangzhou-k", ResourceGroupID: "rg-1", VPCID: "vpc-1", VSwitchID: "vsw-1", SecurityGroupIDs: []string{"sg-1", "sg-2"},
		ImageID: "win", InstanceType: "ecs.g7.2xlarge", KeyPairName: "key", PrivateIPs: []string{"10.0.0.11"}, PublicIPs: []string{"203.0.113.1"},
		EIP: "203.0.113.2", ChargeType: "PrePaid", InternetChargeType: "PayByBandwidth", LockReasons: []string{"financial"},
		Tags:    map[string]string{"b": "2", "a": "1"},
		Created: time.Date(2026, 3, 2, 8, 15, 59, 0, time.UTC), Expires: time.Date(2027, 3, 2, 16, 0, 0, 0, time.UTC),
	})
	a := c.ok("DescribeInstances", params{"RegionId": "cn-hangzhou", "InstanceIds": `["i-w","i-1"]`})
	assert.JSONEq(t, `{
		"RequestId": "`+a.text("RequestId")+`", "TotalCount": 2, "PageNumber": 1, "PageSize": 10, "NextToken": "",
		"Instances": {"Instance": [{
			"InstanceId": "i-1", "InstanceName": "i-1", "HostName": "i-1", "Description": "", "Status": "Running", "StoppedMode": "Not-applicable",
			"OSType": "linux", "OSName": "Local Linux 64位", "OSNameEn": "Local Linux 64 bit", "ImageId": "local-image",
			"InstanceType": "ecs.g7.large", "InstanceTypeFamily": "ecs.g7", "RegionId": "cn-hangzhou", "ZoneId": "cn-hangzhou-a",
			"ResourceGroupId": "", "InstanceNetworkType": "vpc", "InstanceChargeType": "PostPaid", "InternetChargeType": "PayByTraffic",
			"KeyPairName": "", "CreationTime": "2026-06-01T12:00Z", "StartTime": "2026-06-01T12:00Z", "ExpiredTime": "", "AutoReleaseTime": "",
			"Recyclable": false,
			"VpcAttributes": {"VpcId": "vpc-local", "VSwitchId": "vsw-local", "NatIpAddress": "", "PrivateIpAddress": {"IpAddress": []}},
			"PublicIpAddress": {"IpAddress": []}, "InnerIpAddress": {"IpAddress": []},
			"EipAddress": {"AllocationId": "", "IpAddress": "", "InternetChargeType": ""},
			"SecurityGroupIds": {"SecurityGroupId": ["sg-local"]}, "OperationLocks": {"LockReason": []}
		}, {
			"InstanceId": "i-w", "InstanceName": "shop-win-1", "HostName": "SHOPWIN1", "Description": "till", "Status": "Stopped", "StoppedMode": "KeepCharging",
			"OSType": "windows", "OSName": "Local Windows 64位", "OSNameEn": "Local Windows 64 bit", "ImageId": "win",
			"InstanceType": "ecs.g7.2xlarge", "InstanceTypeFamily": "ecs.g7", "RegionId": "cn-hangzhou", "ZoneId": "cn-hangzhou-k",
			"ResourceGroupId": "rg-1", "InstanceNetworkType": "vpc", "InstanceChargeType": "PrePaid", "InternetChargeType": "PayByBandwidth",
			"KeyPairName": "key", "CreationTime": "2026-03-02T08:15Z", "StartTime": "2026-03-02T08:15Z", "ExpiredTime": "2027-03-02T16:00Z", "AutoReleaseTime": "",
			"Recyclable": false, "Tags": {"Tag": [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "b", "TagValue": "2"}]},
			"VpcAttributes": {"VpcId": "vpc-1", "VSwitchId": "vsw-1", "NatIpAddress": "", "PrivateIpAddress": {"IpAddress": ["10.0.0.11"]}},
			"PublicIpAddress": {"IpAddress": ["203.0.113.1"]}, "InnerIpAddress": {"IpAddress": []},
			"EipAddress": {"AllocationId": "eip-i-w", "IpAddress": "203.0.113.2", "InternetChargeType": "PayByBandwidth"},
			"SecurityGroupIds": {"SecurityGroupId": ["sg-1", "sg-2"]}, "OperationLocks": {"LockReason": [{"LockReason": "financial", "LockMsg": ""}]}
		}]}
	}`, a.raw)
}

func TestDescribeInstancesInXML(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	s.AddInstance(Instance{ID: "i-1", Tags: map[string]string{"a": "1", "b": "2"}, PrivateIPs: []string{"10.0.0.1", "10.0.0.2"}})
	row := func(id, tags, addresses string) string {
		return `<Instance><InstanceId>` + id + `</InstanceId><InstanceName>` + id + `</InstanceName><HostName>` + id + `</HostName>` +
			`<Description></Description><Status>Running</Status><StoppedMode>Not-applicable</StoppedMode><OSType>linux</OSType>` +
			`<OSName>Local Linux 64位</OSName><OSNameEn>Local Linux 64 bit</OSNameEn><ImageId>local-image</ImageId>` +
			`<InstanceType>ecs.g7.large</InstanceType><InstanceTypeFamily>ecs.g7</InstanceTypeFamily><RegionId>cn-hangzhou</RegionId>` +
			`<ZoneId>cn-hangzhou-a</ZoneId><ResourceGroupId></ResourceGroupId><InstanceNetworkType>vpc</InstanceNetworkType>` +
			`<InstanceChargeType>PostPaid</InstanceChargeType><InternetChargeType>PayByTraffic</InternetChargeType><KeyPairName></KeyPairName>` +
			`<CreationTime>2026-06-01T12:00Z</CreationTime><StartTime>2026-06-01T12:00Z</StartTime><ExpiredTime></ExpiredTime>` +
			`<AutoReleaseTime></AutoReleaseTime><Recyclable>false</Recyclable>` + tags +
			`<VpcAttributes><VpcId>vpc-local</VpcId><VSwitchId>vsw-local</VSwitchId><NatIpAddress></NatIpAddress>` +
			`<PrivateIpAddress>` + addresses + `</PrivateIpAddress></VpcAttributes>` +
			`<PublicIpAddress></PublicIpAddress><InnerIpAddress></InnerIpAddress>` +
			`<EipAddress><AllocationId></AllocationId><IpAddress></IpAddress><InternetChargeType></InternetChargeType></EipAddress>` +
			`<SecurityGroupIds><SecurityGroupId>sg-local</SecurityGroupId></SecurityGroupIds><OperationLocks></OperationLocks></Instance>`
	}
	a := c.rpc("DescribeInstances", params{"RegionId": "cn-hangzhou", "InstanceIds": `["i-1", "i-2"]`})
	assert.Equal(t, xmlHead+`<DescribeInstancesResponse><RequestId>REQUEST</RequestId><TotalCount>2</TotalCount><PageNumber>1</PageNumber>`+
		`<PageSize>10</PageSize><NextToken></NextToken><Instances>`+
		row("i-1", `<Tags><Tag><TagKey>a</TagKey><TagValue>1</TagValue></Tag><Tag><TagKey>b</TagKey><TagValue>2</TagValue></Tag></Tags>`,
			`<IpAddress>10.0.0.1</IpAddress><IpAddress>10.0.0.2</IpAddress>`)+
		row("i-2", "", "")+
		`</Instances></DescribeInstancesResponse>`, a.golden())

	a = c.rpc("InstallCloudAssistant", params{"RegionId": "cn-hangzhou"}.to("i-1"))
	assert.Equal(t, xmlHead+`<InstallCloudAssistantResponse><RequestId>REQUEST</RequestId></InstallCloudAssistantResponse>`, a.golden())
}

func TestAPageOfInstances(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	for i := 4; i <= 230; i++ {
		s.AddInstance(Instance{ID: fmt.Sprintf("i-%d", i)})
	}
	for name, test := range map[string]struct {
		pairs []string
		rows  int
	}{
		"without any parameter":                      {nil, 10},
		"with ids, still ten":                        {[]string{"InstanceIds", `["i-1","i-2","i-3","i-4","i-5","i-6","i-7","i-8","i-9","i-10","i-11"]`}, 10},
		"a small MaxResults counts as ten":           {[]string{"MaxResults", "3"}, 10},
		"zero counts as ten":                         {[]string{"MaxResults", "0"}, 10},
		"a negative MaxResults counts as ten":        {[]string{"MaxResults", "-5"}, 10},
		"in between":                                 {[]string{"MaxResults", "55"}, 55},
		"the largest":                                {[]string{"MaxResults", "100"}, 100},
		"a large MaxResults counts as a hundred":     {[]string{"MaxResults", "5000"}, 100},
		"a page number":                              {[]string{"PageNumber", "3", "PageSize", "100"}, 30},
		"a page behind the last":                     {[]string{"PageNumber", "4", "PageSize", "100"}, 0},
		"a small page size":                          {[]string{"PageSize", "1"}, 1},
		"MaxResults beside a malformed page":         {[]string{"MaxResults", "20", "PageNumber", "x", "PageSize", "-1"}, 20},
		"MaxResults beside a page that is too large": {[]string{"MaxResults", "20", "PageSize", "1000"}, 20},
	} {
		a := c.ok("DescribeInstances", params{"RegionId": "cn-hangzhou"}.with(test.pairs...))
		assert.Len(t, a.listed(), test.rows, name)
	}
	var all []string
	token := ""
	for range 3 {
		a := c.ok("DescribeInstances", params{"RegionId": "cn-hangzhou", "MaxResults": "100", "NextToken": token, "PageNumber": "x"})
		all = append(all, a.listed()...)
		assert.Zero(t, a.at("TotalCount"))
		token = a.text("NextToken")
	}
	assert.Empty(t, token)
	assert.Len(t, all, 230)
	slices.Sort(all)
	assert.Len(t, slices.Compact(all), 230)
}

func TestAFilterByTagsFindsAtMostAThousandResources(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	for i := range 1003 {
		s.AddInstance(Instance{ID: fmt.Sprintf("i-n%d", i), Tags: map[string]string{"app": "shop"}, ResourceGroupID: "rg-1"})
	}
	s.AddInstance(Instance{ID: "i-beyond", Tags: map[string]string{"app": "shop", "stage": "prod"}})
	count := func(pairs ...string) any {
		return c.ok("DescribeInstances", params{"RegionId": "cn-hangzhou"}.with(pairs...)).at("TotalCount")
	}
	assert.EqualValues(t, 1007, count())
	assert.EqualValues(t, 1000, count("Tag.1.Key", "app", "Tag.1.Value", "shop"))
	assert.EqualValues(t, 1000, count("ResourceGroupId", "rg-1"))
	assert.EqualValues(t, 0, count("Tag.1.Key", "app", "Tag.1.Value", "shop", "InstanceIds", `["i-beyond"]`))
	assert.EqualValues(t, 1, count("Tag.1.Key", "app", "Tag.1.Value", "shop", "Tag.2.Key", "stage", "Tag.2.Value", "prod"),
		"few resources have all the tags")
}

func TestACallerWithoutTheRightSeesNoInstances(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	p := params{"RegionId": "cn-hangzhou"}
	s.Inject(Fault{Kind: FaultPermission, Action: "DescribeInstances", Times: -1})
	assert.Empty(t, c.ok("DescribeInstances", p).listed(), "no refusal")
	a := c.call("DescribeInstances", p.with("DryRun", "true"))
	assert.Equal(t, errors.ForbiddenRAM, a.code(), "only a dry run tells")
	assert.Equal(t, http.StatusForbidden, a.status)
	assert.Empty(t, s.Pending())
	c.run(echo("i-1")) // other actions are allowed

	s, c = newService(t, config{})
	s.Inject(Fault{Kind: FaultPermission, InstanceID: "i-2", Action: "DescribeInstances"})
	assert.Equal(t, []string{"i-1"}, c.ok("DescribeInstances", p.with("InstanceIds", `["i-1"]`)).listed())
	assert.Len(t, s.Pending(), 1, "the call did not find that instance")
	assert.Equal(t, []string{"i-1", "i-3"}, c.ok("DescribeInstances", p).listed())
	assert.Empty(t, s.Pending())
	assert.Equal(t, []string{"i-1", "i-2", "i-3"}, c.ok("DescribeInstances", p).listed())
}

func TestFaultsThatNameAnInstanceMeetDescribeInstances(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.Inject(Fault{Kind: FaultThrottled, InstanceID: "i-2"})
	p := params{"RegionId": "cn-hangzhou"}
	c.ok("DescribeInstances", p.with("InstanceIds", `["i-1"]`))
	assert.Equal(t, errors.ThrottlingUser, c.call("DescribeInstances", p.with("InstanceIds", `["i-1","i-2"]`)).code())
	s.Inject(Fault{Kind: FaultReorderedRows}, Fault{Kind: FaultRepeatedRows})
	assert.Equal(t, []string{"i-3", "i-2", "i-1", "i-3"}, c.ok("DescribeInstances", p).listed())
	assert.Empty(t, s.Pending())
}

func TestStatusAndStartFollowTheInstance(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	row := func() []string {
		a := c.ok("DescribeInstances", params{"RegionId": "cn-hangzhou", "InstanceIds": `["i-1"]`})
		return []string{a.text("Instances", "Instance", 0, "Status"), a.text("Instances", "Instance", 0, "CreationTime"), a.text("Instances", "Instance", 0, "StartTime")}
	}
	assert.Equal(t, []string{"Running", "2026-06-01T12:00Z", "2026-06-01T12:00Z"}, row())
	s.Advance(time.Hour)
	for _, status := range []InstanceStatus{InstancePending, InstanceStarting, InstanceStopping, InstanceStopped} {
		s.AddInstance(Instance{ID: "i-1", Status: status})
		assert.Equal(t, []string{string(status), "2026-06-01T12:00Z", "2026-06-01T12:00Z"}, row())
		assert.Equal(t, "Aborted InstanceNotRunning", c.status(c.run(echo("i-1"))))
		assert.Contains(t, s.Instances()[0].String(), strings.ToLower(string(status)))
	}
	s.Reboot("i-1")
	assert.Equal(t, []string{"Running", "2026-06-01T12:00Z", "2026-06-01T13:00Z"}, row())
	assert.Equal(t, "Success", c.status(c.run(echo("i-1"))))

	s.Handle(exited("", 193))
	c.run(echo("i-1"))
	s.Advance(10 * time.Second)
	assert.Equal(t, "Stopped", row()[0], "an exit code powers the instance off")
}
