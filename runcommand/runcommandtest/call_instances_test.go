package runcommandtest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestTheFiltersOfDescribeInstances(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	for _, id := range []string{"i-1", "i-2", "i-3"} {
		s.RemoveInstance(id)
	}
	may := time.Date(2026, 5, 1, 0, 0, 30, 0, time.UTC)
	s.AddInstance(
		Instance{
			ID: "i-a", Name: "web-1.shop", Tags: map[string]string{"app": "shop", "stage": "prod"}, ZoneID: "cn-hangzhou-k", VPCID: "vpc-1", VSwitchID: "vsw-1",
			SecurityGroupIDs: []string{"sg-1", "sg-2"}, ImageID: "img", InstanceType: "ecs.c8.large", KeyPairName: "key", ResourceGroupID: "rg-1",
			PrivateIPs: []string{"10.0.0.1", "10.0.0.2"}, PublicIPs: []string{"203.0.113.1"}, EIP: "203.0.113.2",
			ChargeType: "PrePaid", InternetChargeType: "PayByBandwidth", LockReasons: []string{"security", "recycling"}, Created: may, Expires: may.AddDate(1, 0, 0),
		},
		Instance{ID: "i-b", Name: "web-2.shop", Tags: map[string]string{"app": "shop"}, Status: InstancePending},
		Instance{ID: "i-c", Name: "db*", Status: InstanceStarting, RegionID: "cn-hangzhou"},
		Instance{ID: "i-d", Status: InstanceStopping},
		Instance{ID: "i-e", Stopped: true},
		Instance{ID: "i-f", RegionID: "cn-beijing", Name: "web-3.shop", Tags: map[string]string{"app": "shop"}},
	)
	all := []string{"i-a", "i-b", "i-c", "i-d", "i-e"}
	for name, test := range map[string]struct {
		filter []string
		want   []string
	}{
		"none":                              {nil, all},
		"an id parameter of other calls":    {[]string{"InstanceId", "i-a", "InstanceId.1", "i-a"}, all},
		"ids":                               {[]string{"InstanceIds", `["i-c","i-a","i-a"]`}, []string{"i-a", "i-c"}},
		"ids that do not exist":             {[]string{"InstanceIds", `["i-none","i-b","i-f"]`}, []string{"i-b"}},
		"only ids that do not exist":        {[]string{"InstanceIds", `["i-none"]`}, []string{}},
		"an empty list of ids":              {[]string{"InstanceIds", `[]`}, []string{}},
		"a text that is empty":              {[]string{"InstanceIds", ""}, all},
		"another region":                    {[]string{"RegionId", "cn-beijing"}, []string{"i-a", "i-b", "i-d", "i-e", "i-f"}},
		"a whole name":                      {[]string{"InstanceName", "web-1.shop"}, []string{"i-a"}},
		"a part of a name":                  {[]string{"InstanceName", "web-1"}, []string{}},
		"a name in other letters":           {[]string{"InstanceName", "WEB-1.shop"}, []string{}},
		"a beginning":                       {[]string{"InstanceName", "web*"}, []string{"i-a", "i-b"}},
		"an end":                            {[]string{"InstanceName", "*shop"}, []string{"i-a", "i-b"}},
		"a middle":                          {[]string{"InstanceName", "*-2.*"}, []string{"i-b"}},
		"several wildcards":                 {[]string{"InstanceName", "w*b*1*p"}, []string{"i-a"}},
		"a beginning that meets the end":    {[]string{"InstanceName", "web-1.shop*shop"}, []string{}},
		"a dot is no wildcard":              {[]string{"InstanceName", "web-1?shop"}, []string{}},
		"a wildcard alone":                  {[]string{"InstanceName", "*"}, all},
		"Pending":                           {[]string{"Status", "Pending"}, []string{"i-b"}},
		"Starting":                          {[]string{"Status", "Starting"}, []string{"i-c"}},
		"Running":                           {[]string{"Status", "Running"}, []string{"i-a"}},
		"Stopping":                          {[]string{"Status", "Stopping"}, []string{"i-d"}},
		"Stopped":                           {[]string{"Status", "Stopped"}, []string{"i-e"}},
		"one tag":                           {[]string{"Tag.1.Key", "app", "Tag.1.Value", "shop"}, []string{"i-a", "i-b"}},
		"two tags":                          {[]string{"Tag.1.Key", "app", "Tag.1.Value", "shop", "Tag.2.Key", "stage", "Tag.2.Value", "prod"}, []string{"i-a"}},
		"a tag with another value":          {[]string{"Tag.1.Key", "app", "Tag.1.Value", "Shop"}, []string{}},
		"a zone":                            {[]string{"ZoneId", "cn-hangzhou-k"}, []string{"i-a"}},
		"the zone of an instance without":   {[]string{"ZoneId", "cn-hangzhou-a"}, []string{"i-b", "i-c", "i-d", "i-e"}},
		"a network":                         {[]string{"VpcId", "vpc-1"}, []string{"i-a"}},
		"a switch":                          {[]string{"VSwitchId", "vsw-1"}, []string{"i-a"}},
		"a security group":                  {[]string{"SecurityGroupId", "sg-2"}, []string{"i-a"}},
		"an image":                          {[]string{"ImageId", "img"}, []string{"i-a"}},
		"a type":                            {[]string{"InstanceType", "ecs.c8.large"}, []string{"i-a"}},
		"a family":                          {[]string{"InstanceTypeFamily", "ecs.c8"}, []string{"i-a"}},
		"a key pair":                        {[]string{"KeyPairName", "key"}, []string{"i-a"}},
		"a resource group":                  {[]string{"ResourceGroupId", "rg-1"}, []string{"i-a"}},
		"a resource group without any":      {[]string{"ResourceGroupId", "rg-2"}, []string{}},
		"the present network type":          {[]string{"InstanceNetworkType", "vpc"}, all},
		"the retired network type":          {[]string{"InstanceNetworkType", "classic"}, []string{}},
		"a private address":                 {[]string{"InstanceNetworkType", "vpc", "PrivateIpAddresses", `["10.0.0.2"]`}, []string{"i-a"}},
		"a private address without network": {[]string{"PrivateIpAddresses", `["10.0.0.2"]`}, all},
		"an elastic address":                {[]string{"InstanceNetworkType", "vpc", "EipAddresses", `["203.0.113.2"]`}, []string{"i-a"}},
		"an elastic address in the retired network type": {[]string{"InstanceNetworkType", "classic", "EipAddresses", `["203.0.113.2"]`}, []string{}},
		"an inner address":               {[]string{"InnerIpAddresses", `["10.0.0.2"]`}, all},
		"a public address":               {[]string{"PublicIpAddresses", `["203.0.113.1"]`}, []string{"i-a"}},
		"no public address":              {[]string{"PublicIpAddresses", `[]`}, []string{}},
		"an empty address":               {[]string{"PublicIpAddresses", `[""]`}, []string{}},
		"a charge type":                  {[]string{"InstanceChargeType", "PrePaid"}, []string{"i-a"}},
		"an internet charge type":        {[]string{"InternetChargeType", "PayByBandwidth"}, []string{"i-a"}},
		"a lock":                         {[]string{"LockReason", "security"}, []string{"i-a"}},
		"a lock in the other spelling":   {[]string{"LockReason", "Recycling"}, []string{"i-a"}},
		"created since":                  {[]string{"Filter.1.Key", "CreationStartTime", "Filter.1.Value", "2026-05-01T00:01Z"}, []string{"i-b", "i-c", "i-d", "i-e"}},
		"created until, without seconds": {[]string{"Filter.2.Key", "CreationEndTime", "Filter.2.Value", "2026-05-01T00:00Z"}, []string{"i-a"}},
		"expires after":                  {[]string{"Filter.3.Key", "ExpiredStartTime", "Filter.3.Value", "2027-01-01T00:00Z"}, []string{"i-a"}},
		"expires before":                 {[]string{"Filter.4.Key", "ExpiredEndTime", "Filter.4.Value", "2028-01-01T00:00Z"}, []string{"i-a"}},
		"filters together":               {[]string{"InstanceName", "web*", "Status", "Pending", "InstanceIds", `["i-a","i-b","i-c"]`}, []string{"i-b"}},
		"attributes that change no list": {[]string{"AdditionalAttributes.1", "META_OPTIONS", "OwnerId", "1"}, all},
	} {
		assert.Equal(t, test.want, c.listed(test.filter...), name)
	}
}

func TestDescribeInstancesRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	many := params{}
	for i := 1; i <= 21; i++ {
		many[name("Tag", i)+".Key"], many[name("Tag", i)+".Value"] = itoa(i), ""
	}
	for name, test := range map[string]struct {
		p      params
		code   errors.Code
		status int
	}{
		"a bare id":                         {params{"InstanceIds": "i-1"}, errors.InvalidParameter, 400},
		"ids with commas":                   {params{"InstanceIds": "i-1,i-2"}, errors.InvalidParameter, 400},
		"a JSON text":                       {params{"InstanceIds": `"i-1"`}, errors.InvalidParameter, 400},
		"a JSON object":                     {params{"InstanceIds": `{"a":"i-1"}`}, errors.InvalidParameter, 400},
		"a JSON null":                       {params{"InstanceIds": `null`}, errors.InvalidParameter, 400},
		"a list with a null":                {params{"InstanceIds": `["i-1",null]`}, errors.InvalidParameter, 400},
		"a list of numbers":                 {params{"InstanceIds": `[1]`}, errors.InvalidParameter, 400},
		"a list that is cut off":            {params{"InstanceIds": `["i-1"`}, errors.InvalidParameter, 400},
		"too many ids":                      {params{"InstanceIds": `["` + strings.Repeat(`i-1","`, 100) + `i-2"]`}, "InvalidParameter.TooManyInstanceIds", 403},
		"a bare address":                    {params{"PublicIpAddresses": "203.0.113.1"}, errors.InvalidParameter, 400},
		"a status in other letters":         {params{"Status": "running"}, "InvalidStatus.NotFound", 404},
		"an unknown network type":           {params{"InstanceNetworkType": "VPC"}, "InvalidNetworkType.NotFound", 404},
		"an unknown charge type":            {params{"InstanceChargeType": "Free"}, "InvalidInstanceChargeType.NotFound", 404},
		"an unknown internet charge type":   {params{"InternetChargeType": "Free"}, "InvalidInternetChargeType.ValueNotSupported", 404},
		"an unknown lock":                   {params{"LockReason": "rust"}, "InvalidLockReason.NotFound", 404},
		"a tag without a value":             {params{"Tag.1.Key": "app"}, "InvalidTag.Mismatch", 400},
		"a tag without a key":               {params{"Tag.1.Value": "shop"}, "InvalidTag.Mismatch", 400},
		"too many tags":                     {many, "InvalidTagCount", 400},
		"a filter with another key":         {params{"Filter.1.Key": "CreationEndTime", "Filter.1.Value": "2026-05-01T00:00Z"}, "InvalidFilterKey.NotFound", 404},
		"a filter with seconds":             {params{"Filter.1.Key": "CreationStartTime", "Filter.1.Value": "2026-05-01T00:00:00Z"}, "InvalidFilterKey.NotFound", 404},
		"a filter with a short hour":        {params{"Filter.1.Key": "CreationStartTime", "Filter.1.Value": "2026-05-01T0:00Z"}, "InvalidFilterKey.NotFound", 404},
		"a filter without a value":          {params{"Filter.1.Key": "CreationStartTime"}, "InvalidFilterKey.NotFound", 404},
		"a fifth filter":                    {params{"Filter.5.Key": "ExpiredEndTime", "Filter.5.Value": "2026-05-01T00:00Z"}, "InvalidFilterKey.NotFound", 404},
		"a time without a filter":           {params{"Filter.5.Value": "2026-05-01T00:00Z"}, "InvalidFilterKey.NotFound", 404},
		"a DryRun that is no boolean":       {params{"DryRun": "yes"}, errors.InvalidParameterFormat, 400},
		"a MaxResults that is no number":    {params{"MaxResults": "all"}, errors.InvalidParameterMaxResults, 400},
		"a NextToken of somebody else":      {params{"NextToken": "AAAA"}, errors.InvalidParameterNextToken, 400},
		"a page before the first":           {params{"PageNumber": "0"}, errors.InvalidParamPageNumber, 400},
		"a page that is too large":          {params{"PageSize": "101"}, errors.InvalidParamPageSize, 400},
		"no region":                         {params{"RegionId": "-"}, "MissingRegionId", 400},
		"an unknown region":                 {params{"RegionId": "mars"}, errors.InvalidRegionIdNotFound, 404},
		"a dry run":                         {params{"DryRun": "true"}, "DryRunOperation", 400},
		"a dry run with a malformed filter": {params{"DryRun": "true", "InstanceIds": "i-1"}, "DryRunOperation", 400},
		"a dry run without a region":        {params{"DryRun": "true", "RegionId": "-"}, "MissingRegionId", 400},
	} {
		_, c := newService(t, config{})
		p := params{"RegionId": "cn-hangzhou"}
		for name, value := range test.p {
			p = p.with(name, value)
		}
		a := c.call("DescribeInstances", p)
		assert.Equal(t, test.code, a.code(), name)
		assert.Equal(t, test.status, a.status, name)
	}
}

// FuzzInstances sends arbitrary filters to DescribeInstances. Each call is refused with a
// code and a status below 500, or shows instances that exist.
func FuzzInstances(f *testing.F) {
	f.Add(`["i-1"]`, "web*", "Running", "app", "shop", "CreationStartTime", "2026-05-01T00:00Z", "10", "")
	f.Add(`[null]`, "***", "running", "", "\x00", "ExpiredEndTime", "yesterday", "-1", "true")
	f.Add(`{"a":[]}`, "*a*b", "", "acs:", "", "", "", "99999999999999999999", "yes")
	f.Fuzz(func(t *testing.T, ids, name, status, key, value, filter, at, size, dryRun string) {
		s, c := newService(t, config{clock: noon})
		s.AddInstance(Instance{ID: "i-1", Name: name, Status: InstanceStatus(status), Tags: map[string]string{key: value}})
		for _, slot := range []string{"Filter.1", "Filter.4", "Filter.5"} {
			a := c.call("DescribeInstances", params{
				"RegionId": "cn-hangzhou", "InstanceIds": ids, "InstanceName": name, "Status": status, "Tag.1.Key": key, "Tag.1.Value": value,
				slot + ".Key": filter, slot + ".Value": at, "MaxResults": size, "DryRun": dryRun, "PublicIpAddresses": ids,
			})
			if a.status != http.StatusOK {
				assert.Less(t, a.status, 500, a.raw)
				assert.NotEmpty(t, a.code(), a.raw)
				continue
			}
			for _, id := range a.listed() {
				assert.Contains(t, []string{"i-1", "i-2", "i-3"}, id)
			}
		}
	})
}
