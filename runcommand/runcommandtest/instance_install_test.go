package runcommandtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestAnAgentIsInstalledByTheNextRestart(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	s.AddInstance(Instance{ID: "i-1", NoAgent: true})
	agent := func() any {
		return c.ok("DescribeCloudAssistantStatus", params{"RegionId": "cn-hangzhou"}.to("i-1")).
			at("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus", 0)
	}
	none := agent()
	s.Reboot("i-1")
	assert.Equal(t, none, agent(), "a restart alone installs nothing")

	a := c.ok("InstallCloudAssistant", params{"RegionId": "cn-hangzhou"}.to("i-1", "i-2"))
	assert.Len(t, a.json, 1)
	assert.NotEmpty(t, a.text("RequestId"))
	assert.Equal(t, none, agent(), "the call alone installs nothing")
	assert.Equal(t, "Aborted ClientNotRunning", c.status(c.run(echo("i-1"))))

	s.Advance(time.Minute)
	s.Reboot("i-1")
	installed := agent().(map[string]any)
	assert.Equal(t, []any{"true", "2.2.3.857", "2026-06-01T12:01:00Z"},
		[]any{installed["CloudAssistantStatus"], installed["CloudAssistantVersion"], installed["LastHeartbeatTime"]})
	assert.Equal(t, "Success", c.status(c.run(echo("i-1"))))
	c.ok("InstallCloudAssistant", params{"RegionId": "cn-hangzhou"}.to("i-1"))
}

func TestInstallCloudAssistantIsRefused(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{closedRegions: []string{"cn-beijing"}})
	s.AddInstance(Instance{ID: "i-bare", NoAgent: true}, Instance{ID: "i-os2", OS: "OS/2", NoAgent: true})
	ids := make([]string, 51)
	for i := range ids {
		ids[i] = "i-bare"
	}
	region := params{"RegionId": "cn-hangzhou"}
	for name, test := range map[string]struct {
		p      params
		code   errors.Code
		status int
	}{
		"without a region":         {params{}.to("i-bare"), "MissingRegionId", 400},
		"in an unknown region":     {params{"RegionId": "mars"}.to("i-bare"), errors.InvalidRegionIdNotFound, 404},
		"in a closed region":       {params{"RegionId": "cn-beijing"}.to("i-bare"), errors.RegionIdApiNotSupported, 400},
		"without an instance":      {region, errors.MissingParamInstanceId, 400},
		"for too many instances":   {region.to(ids...), errors.InstanceIdsExceedLimit, 403},
		"for an unknown instance":  {region.to("i-bare", "i-none"), errors.InvalidInstanceNotFound, 404},
		"for a system without one": {region.to("i-os2"), errors.InvalidInstanceIdOSTypeUnsupported, 403},
	} {
		a := c.call("InstallCloudAssistant", test.p)
		assert.Equal(t, test.code, a.code(), name)
		assert.Equal(t, test.status, a.status, name)
	}
	s.Reboot("i-bare")
	assert.False(t, s.Instances()[3].Online, "a refused call installs nothing")
}

func TestAStoppedAgentShowsNoVersion(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.AddInstance(Instance{ID: "i-1", Stopped: true}, Instance{ID: "i-2", Offline: true})
	a := c.ok("DescribeCloudAssistantStatus", params{"RegionId": "cn-hangzhou"}.to("i-1", "i-2", "i-3"))
	for i, version := range []string{"", "2.2.3.857", "2.2.3.857"} {
		assert.Equal(t, version, a.text("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus", i, "CloudAssistantVersion"))
	}
}

func TestAnAgentThatIsTakenAwayIsNotInstalledByAnEarlierCall(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.AddInstance(Instance{ID: "i-1", NoAgent: true})
	c.ok("InstallCloudAssistant", params{"RegionId": "cn-hangzhou", "InstanceId.1": "i-1"})
	s.AddInstance(Instance{ID: "i-1"})
	s.AddInstance(Instance{ID: "i-1", NoAgent: true})
	s.Reboot("i-1")
	assert.Equal(t, "Aborted ClientNotRunning", c.status(c.run(echo("i-1"))))
}
