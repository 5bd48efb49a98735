// Package patch is a small service that installs security updates. It shows how a program
// that uses runcommand is written, so that its tests can prove what it promises:
//
//   - no instance is updated twice, even if replies of the cloud are lost;
//   - each instance is reported once, as updated or as failed.
package patch

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// script installs the updates. It takes minutes.
const script = "yum -y update --security"

// questions is how often Install sends a command whose outcome is not known again, with
// the token of the first time.
const questions = 2

// A Runner runs a command and waits for its end. *runcommand.Client is one.
type Runner interface {
	RunAndWait(ctx context.Context, req *runcommand.Request, opts ...runcommand.WaitOption) (*runcommand.Report, error)
}

// Installed says what came of an installation. Each instance is in one of the lists, unless
// Unknown is true.
type Installed struct {
	Updated []string         // ids of the instances that have the updates
	Failed  map[string]error // why other instances do not have them
	Running []string         // ids of the instances that had not ended when the wait ended
	Unknown bool             // no answer says whether the command was accepted
}

// Install installs the updates on all instances and waits for its end. That some instances
// failed is no error. When Unknown is true, the command may be running: look before you
// call Install again.
func Install(ctx context.Context, runner Runner, instanceIDs ...string) (Installed, error) {
	req, err := runcommand.Shell(script).
		Name("security-updates").
		ClientToken(rand.Text()). // all calls below have the same token, so together they run the script once
		Timeout(time.Hour).
		Instances(instanceIDs...).
		Build()
	if err != nil {
		return Installed{}, err
	}
	report, err := runner.RunAndWait(ctx, req)
	unknown := errors.MayHaveRun(err)
	for range questions {
		if !unknown || ctx.Err() != nil {
			break
		}
		report, err = runner.RunAndWait(ctx, req)
		unknown = report == nil // a refusal of this call does not say what became of the first one
	}
	if report == nil {
		return Installed{Unknown: unknown}, err
	}
	done := sorted(report)
	if _, failed := errors.AsType[*errors.InvocationError](err); failed {
		return done, nil
	}
	return done, err
}

// sorted puts each instance of a report into one list.
func sorted(report *runcommand.Report) Installed {
	done := Installed{Failed: make(map[string]error)}
	for _, r := range report.Results {
		switch err := r.Err(); {
		case err == nil:
			done.Updated = append(done.Updated, r.InstanceID)
		case r.Status.Terminal():
			done.Failed[r.InstanceID] = err
		default:
			done.Running = append(done.Running, r.InstanceID)
		}
	}
	return done
}
