package runcommandtest

import (
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Limits are the limits that requests are checked against. A zero field means the
// default of the ECS API reference (RunCommand). The comment of the field gives that
// default. So only changed limits have to be set. Characters are Unicode code points.
// Negative limits make no sense: most of them refuse every call.
//
// A value at its limit is accepted. One above it is refused with the documented code, such
// as CmdName.ExceedLimit for Name. The limits of the real account may be higher, because
// some are quotas that can be raised: Instances, KeptCommands and DailyInvocations.
type Limits struct {
	Instances           int           // instances in a RunCommand; default 100
	StopInstances       int           // instances in a StopInvocation; default 50
	Content             int           // bytes of content after Base64; default 24,576
	KeptContent         int           // bytes of content after Base64 with KeepCommand; default 18,432
	Name                int           // length in characters; default 128
	Description         int           // length in characters; default 512
	WorkingDir          int           // length in characters; default 200
	Username            int           // length in characters; default 255
	WindowsPasswordName int           // length in characters; default 255
	Launcher            int           // length in characters; default 1,024
	ClientToken         int           // length in characters; default 64
	ContainerName       int           // length in characters; default 255
	Tags                int           // tags of a command; default 20
	ResourceTags        int           // resource tags in a call; default 20
	TagKey              int           // length in characters; default 64
	TagValue            int           // length in characters; default 128
	Parameters          int           // entries in Parameters; default 10
	ParameterNames      int           // different parameter names in the content; default 20
	ParameterName       int           // bytes in the name of a parameter; default 64
	Page                int           // rows of a page; default 50
	MinInterval         time.Duration // shortest time between two firings of a cron schedule; default 10 s
	RateMin, RateMax    time.Duration // bounds of the interval in rate(); default 60 s and 7 days
	MaxTimeout          time.Duration // the longest Timeout; 0: no limit, because the service documents none

	// KeptCommands is the largest number of commands with KeepCommand in a region. The
	// default is 50,000. A further command is refused with CmdCount.ExceedQuota. A kept
	// command counts forever: no operation of the server deletes it.
	KeptCommands int

	// DailyInvocations is the largest number of invocations in a region in a day. A
	// further invocation is refused with Invocation.ExceedQuota. 0 means no limit,
	// because the service documents none. A day is one of UTC by the server's clock, and a
	// call counts once, however many instances it names.
	DailyInvocations int
}

// documented returns l with the defaults filled in.
func (l Limits) documented() Limits {
	for _, n := range []struct {
		field *int
		value int
	}{
		{&l.Instances, 100}, {&l.StopInstances, 50}, {&l.Content, 24 << 10}, {&l.KeptContent, 18 << 10},
		{&l.Name, 128}, {&l.Description, 512}, {&l.WorkingDir, 200}, {&l.Username, 255}, {&l.WindowsPasswordName, 255},
		{&l.Launcher, 1024}, {&l.ClientToken, 64}, {&l.ContainerName, 255},
		{&l.Tags, 20}, {&l.ResourceTags, 20}, {&l.TagKey, 64}, {&l.TagValue, 128},
		{&l.Parameters, 10}, {&l.ParameterNames, 20}, {&l.ParameterName, 64}, {&l.Page, 50},
		{&l.KeptCommands, 50_000},
	} {
		if *n.field == 0 {
			*n.field = n.value
		}
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&l.MinInterval, 10 * time.Second}, {&l.RateMin, time.Minute}, {&l.RateMax, 7 * 24 * time.Hour}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return l
}

// defaultTimeout is the timeout of a command without the parameter Timeout.
const defaultTimeout = time.Minute

// A ResourceGroup is a resource group of the account. See [WithResourceGroups]. The field
// ResourceGroupID of an [Instance] puts the instance into it.
type ResourceGroup struct {
	ID       string
	Changing bool // the group is being created or deleted; a RunCommand that names it gets InvalidStatus.ResourceGroup
}

// groupNeeded reports whether a command of the resource group id is shown only to calls
// that name the group too (ECS API reference, DescribeInvocations, ResourceGroupId). It
// returns false for the default group. The server does not know the id of that group.
// So it assumes that id is the default group when [WithResourceGroups] does not declare
// id and no target is in the group id.
func (s *Server) groupNeeded(id string, targets []*machine) bool {
	return id != "" && (slices.ContainsFunc(s.opts.resourceGroups, func(g ResourceGroup) bool { return g.ID == id }) ||
		slices.ContainsFunc(targets, func(m *machine) bool { return m.ResourceGroupID == id }))
}

// checkQuotas checks the quotas of the account in the region. It comes after the look-up of
// the client token, so the reply to an earlier call needs no quota.
func (s *Server) checkQuotas(cmd *command, now time.Time) *refusal {
	l := s.opts.limits
	if cmd.keep && s.store.kept[cmd.region] >= l.KeptCommands {
		return refuse(errors.CmdCountExceedQuota, "%s kept already", count(l.KeptCommands, "command is", "commands are"))
	}
	if l.DailyInvocations > 0 && s.store.acceptedOn(cmd.region, now) >= l.DailyInvocations {
		return refuse(errors.InvocationExceedQuota, "%s accepted today", count(l.DailyInvocations, "command was", "commands were"))
	}
	return nil
}

// regions are the documented regions (ECS API reference, endpoints).
var regions = []string{
	"cn-beijing", "cn-shanghai", "cn-shenzhen", "cn-qingdao", "cn-zhangjiakou", "cn-huhehaote", "cn-wulanchabu",
	"cn-heyuan", "cn-guangzhou", "cn-chengdu", "cn-nanjing", "cn-fuzhou", "cn-wuhan-lr", "cn-zhengzhou-jva",
	"cn-hongkong", "cn-zhongwei", "cn-heyuan-acdr-1", "cn-wulanchabu-gic-1", "cn-beijing-finance-1",
	"cn-hangzhou", "cn-shanghai-finance-1", "cn-shenzhen-finance-1", "cn-north-2-gov-1", "cn-hangzhou-finance", "cn-edge-1",
	"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
	"ap-southeast-8", "ap-northeast-1", "ap-northeast-2", "ap-south-1", "us-west-1", "us-east-1", "us-southeast-1",
	"na-south-1", "eu-central-1", "eu-west-1", "eu-west-2", "me-east-1", "me-central-1",
}
