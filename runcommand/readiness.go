package runcommand

import (
	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// Preflight says of each instance of a request whether the command can run on it, as far
// as that can be seen beforehand. It is a state of the past: an instance may stop, and an
// agent may lose its connection, before the command arrives. An agent that stopped counts
// as online until its last heartbeat is two minutes old.
type Preflight struct {
	// Instances holds one entry for each instance: in the order of the request, or, for
	// resource tags, in the order in which the service lists them.
	Instances []Readiness

	refusal error // why the service would refuse the whole request; nil when it would not
}

// Ready returns the ids of the instances on which the command can run.
func (p *Preflight) Ready() []string {
	if p == nil {
		return nil
	}
	var ids []string
	for _, r := range p.Instances {
		if r.Err == nil {
			ids = append(ids, r.InstanceID)
		}
	}
	return ids
}

// Err returns nil when the command can run on every instance. Otherwise it joins the
// errors of all instances that cannot run it, each an [*errors.InstanceError]. When the
// resource tags of the request select no instance, Err returns
// [errors.InvalidResourceTagInstanceNotFound]. Err of a nil Preflight is an
// [errors.ErrInvalidArgument].
func (p *Preflight) Err() error {
	if p == nil {
		return invalid("there is no preflight")
	}
	var failures []error
	if p.refusal != nil {
		failures = append(failures, p.refusal)
	}
	for _, r := range p.Instances {
		if r.Err != nil {
			failures = append(failures, r.Err)
		}
	}
	return errors.Join(failures...)
}

// Readiness says whether a command can run on one instance.
type Readiness struct {
	InstanceID string
	Instance   Instance    // zero when the service does not show the instance
	Agent      AgentStatus // zero when the state of the agent is not known
	// Err is nil when the command can run. Otherwise it is an [*errors.InstanceError]
	// with the code that the command would meet:
	//
	//   - [errors.InvalidInstanceNotFound]: the instance does not exist in this region, or
	//     is not in the resource group of the request
	//   - [errors.InvalidInstanceNotMatch]: the command type does not suit the system
	//   - [errors.InstanceNotRunning]: the instance is not Running
	//   - [errors.ClientNotRunning]: there is no agent, or it has never been online
	//   - [errors.ClientNotOnline]: the agent sent no heartbeat for two minutes
	//   - [errors.ClientNeedUpgrade]: the agent is too old for what the request uses
	//   - [errors.InstanceIdsExceedLimit]: the resource tags select too many instances
	//   - a code of [errors.ErrPermission]: the caller may not see this instance or agent, or
	//     the service refused all calls about agents, or refused the DryRun that asked about
	//     this instance and others: one call names up to 100 instances
	//   - the code of another refusal, or no code: the service did not answer about this
	//     instance or agent; the error of [Client.Preflight] says why
	//
	// One instance with InvalidInstanceNotFound, InvalidInstanceNotMatch or
	// InstanceIdsExceedLimit makes the service refuse the whole request, for all its
	// instances. [Client.Preflight] lists what only a run can meet.
	Err error
	// Warnings name what may keep the command from running but is not certain to do so:
	// a lock, a feature without a documented minimum version of the agent, or a version
	// that cannot be compared. An instance with warnings is still ready.
	Warnings []validate.Warning
}

// fail sets the error of an instance, unless it has one already.
func (r *Readiness) fail(code errors.Code, info string) {
	if r.Err == nil {
		r.Err = &errors.InstanceError{InstanceID: r.InstanceID, Code: code, Info: info}
	}
}

func (r *Readiness) warn(field, message string) {
	r.Warnings = append(r.Warnings, validate.Warning{Field: field, Message: message})
}

// checkRunning sets the error of an instance that is not running.
func (r *Readiness) checkRunning() {
	if r.Instance.Status != "" && r.Instance.Status != InstanceRunning {
		r.fail(errors.InstanceNotRunning, "the instance is "+string(r.Instance.Status))
	}
}

// checkAgent sets the error of an instance whose agent is not online. The service shows
// no version for an agent that is not installed or not running.
func (r *Readiness) checkAgent() {
	switch {
	case r.Agent.InstanceID == "" || r.Agent.Online:
	case r.Agent.Version == "":
		r.fail(errors.ClientNotRunning, "there is no agent on the instance, or it is not running")
	default:
		r.fail(errors.ClientNotOnline, "the agent sent no heartbeat for two minutes")
	}
}
