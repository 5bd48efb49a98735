package runcommand

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Preflight asks whether a request can run on each of its instances, and runs nothing. It
// resolves resource tags to instances. It makes two calls for 100 instances:
// DescribeInstances and DescribeCloudAssistantStatus. An unknown instance takes a few more.
// The rights are ecs:DescribeInstances and ecs:DescribeCloudAssistantStatus.
//
// An instance that cannot run the command is an answer and no error of Preflight: see
// [Readiness] and [Preflight.Err].
//
// The Preflight is never nil. The error is an [*errors.ValidationError] for a request that
// breaks a limit of the client ([WithLimits]), and nothing is sent then. For any other
// error, the Preflight holds what is known. When a right is missing, [errors.Is] finds
// [errors.ErrPermission], the error names the right, and the facts that need no such right
// are still there. The service hides instances from a caller without the right
// ecs:DescribeInstances and sends no error; Preflight then asks once more, with a DryRun
// that names up to 100 of the hidden instances, to tell a missing right from an unknown id.
//
// The caller may have a right for some of the instances only. The service refuses a whole
// call of DescribeCloudAssistantStatus because of one instance, so Preflight asks again with
// fewer of them: up to 14 more calls for each such instance. It does so only after the
// service has accepted one of the calls. When it also refuses both halves of the first
// refused call, no agent is known, after two calls more.
//
// Not all preconditions can be seen beforehand. Only a run, or a run with
// [Builder.DryRun], tells whether the caller may run commands on the instance, whether
// user, directory, container, launcher and PowerShell are there, whether the password and
// the parameters of the Parameter Store can be read, whether the network of the agent
// works, whether the agent is being upgraded or is busy, whether quotas are used up,
// whether the resource group of the request exists, and whether the agent knows the
// schedule.
func (c *Client) Preflight(ctx context.Context, req *Request) (p *Preflight, err error) {
	p = &Preflight{}
	if err := c.readyIn(ctx); err != nil {
		return p, err
	}
	c.observed(ctx, Operation{Name: "Preflight", Instances: req.instances()}, func(ctx context.Context) Ended {
		err = c.preflight(ctx, req, p)
		return p.ended(err)
	})
	return p, err
}

// preflight puts the answer about each instance of the request into p.
func (c *Client) preflight(ctx context.Context, req *Request, p *Preflight) error {
	if err := c.check(req); err != nil {
		return err
	}
	q := c.inspection(req.InstanceIDs, req.ResourceTags)
	err := q.run(ctx)
	found := q.found()
	for _, r := range found {
		checkRequest(req, len(found), &r)
		q.checkSeen(&r)
		p.Instances = append(p.Instances, r)
	}
	if err == nil && len(req.ResourceTags) > 0 {
		p.checkSelection(c.limits.WithDefaults().Instances)
	}
	return err
}

// ended says how a Preflight or WaitReady ended.
func (p *Preflight) ended(err error) Ended {
	e := Ended{Err: err, Total: len(p.Instances)}
	for _, r := range p.Instances {
		if r.Err == nil {
			e.Done++
		}
	}
	e.Failed = e.Total - e.Done
	return e
}

// checkSelection checks that resource tags select at least one instance, and at most as
// many as the parameter limit says.
func (p *Preflight) checkSelection(limit int) {
	if len(p.Instances) == 0 {
		p.refusal = errors.InvalidResourceTagInstanceNotFound
	}
	if len(p.Instances) > limit {
		for k := range p.Instances {
			p.Instances[k].Err = nil
			p.Instances[k].fail(errors.InstanceIdsExceedLimit, fmt.Sprintf("the resource tags select %s, and one request may have %d", count(len(p.Instances), "instance"), limit))
		}
	}
}

// checkRequest sets the error and the warnings of one instance of a request. The parameter
// instances is the number of instances of the request. The order of the checks is that of
// the service: first come those that refuse the whole request.
func checkRequest(req *Request, instances int, r *Readiness) {
	r.checkGroup(req.ResourceGroupID)
	r.checkType(req.Type)
	r.checkRunning()
	r.checkAgent()
	r.checkVersion(req, instances)
	if os := r.system(); (req.ContainerID != "" || req.ContainerName != "") && os != "" && os != OSLinux {
		r.warn("ContainerId", "the documents name no agent for "+string(os)+" that runs commands in containers")
	}
	if len(r.Instance.Locks) > 0 {
		r.warn("InstanceId", "is locked ("+strings.Join(r.Instance.Locks, ", ")+"); the service does not document whether commands run on it")
	}
}

// checkGroup checks that the instance is in the resource group of the request. The service
// does not show the id of the default resource group, so that group cannot be checked.
func (r *Readiness) checkGroup(group string) {
	if own := r.Instance.ResourceGroupID; group != "" && own != "" && own != group {
		r.fail(errors.InvalidInstanceNotFound, "the instance is in another resource group than that of the request")
	}
}

// checkType checks that the command type suits the system of the instance. It says nothing
// about a system that it does not know.
func (r *Readiness) checkType(t CommandType) {
	os := r.system()
	windows := t == RunPowerShellScript || t == RunBatScript
	if os == OSWindows && !windows || (os == OSLinux || os == OSFreeBSD) && windows {
		r.fail(errors.InvalidInstanceNotMatch, string(t)+" does not suit "+string(os))
	}
}

// system returns the system of the instance, "" when it is not known.
func (r *Readiness) system() OS {
	if r.Agent.OS == OSFreeBSD || r.Instance.OS == "" {
		return r.Agent.OS // the reply about instances does not know FreeBSD
	}
	return r.Instance.OS
}

// checkVersion checks that the agent is new enough for what the request uses.
func (r *Readiness) checkVersion(req *Request, instances int) {
	if r.Agent.Version == "" {
		return
	}
	version, ok := parseAgentVersion(r.Agent.Version)
	for _, f := range features {
		switch {
		case !f.used(req) || f.many && instances == 1:
		case !ok:
			r.warn(f.field, fmt.Sprintf("the version %.40q of the agent cannot be compared with the build that %s needs", r.Agent.Version, f.name))
		case f.build > 0 && version.olderThan(f.build):
			r.fail(errors.ClientNeedUpgrade, "the agent needs build "+strconv.Itoa(f.build)+" or later for "+f.name+"; it has version "+r.Agent.Version)
		case version.olderThan(f.known):
			r.warn(f.field, "the agent has version "+r.Agent.Version+", and "+f.name+" first appears in the changes of build "+strconv.Itoa(f.known)+
				"; the service documents no minimum version")
		}
	}
}
