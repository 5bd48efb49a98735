package rollout

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// The names that clients of the workflow use.
const (
	TaskQueue     = "runcommand-rollout" // default queue of the worker and the starter
	WorkflowName  = "Rollout"
	SignalApprove = "approve"  // its argument is an Approval
	QueryProgress = "progress" // its result is a Progress
)

// An Approval is the argument of the signal "approve".
type Approval struct {
	Wave   int    `json:"wave"`             // this wave and all before it may begin
	Reject bool   `json:"reject,omitempty"` // no further wave may begin: the workflow ends
	Reason string `json:"reason,omitempty"`
}

// A Phase says what a workflow does.
type Phase string

// The phases of a workflow.
const (
	PhaseRunning  Phase = "running"
	PhaseWaiting  Phase = "waiting for approval"
	PhaseStopping Phase = "stopping"
	PhaseEnded    Phase = "ended"
)

// A Progress is the answer to the query "progress". The live counts of a running fleet are
// in the heartbeats of the activity instead: DescribeWorkflowExecution shows them, and the
// workflow need not be told of each change.
type Progress struct {
	Phase        Phase    `json:"phase"`
	WaitsForWave int      `json:"waitsForWave,omitempty"`
	Approved     int      `json:"approved"`       // number of the latest wave that may begin; of use with Input.Approval
	Last         *Summary `json:"last,omitempty"` // of the latest activity that has ended
}

// ErrorRejected is the type of the error of a workflow whose next wave was rejected.
const ErrorRejected = "Rejected"

// longestRollout bounds one execution of the activity. The server needs a bound.
const longestRollout = 365 * 24 * time.Hour

// Workflow runs a rollout. See the package for its parts, and Input for its meaning.
//
// No activity runs while the workflow waits for an approval. The fleet has halted before the
// wave, its journal is complete, and the signal is in the history: the wait survives
// everything, and may last for weeks. The next activity resumes the fleet.
func Workflow(ctx workflow.Context, in Input) (*Summary, error) {
	progress := Progress{Phase: PhaseRunning, Approved: 1}
	if err := workflow.SetQueryHandler(ctx, QueryProgress, func() (Progress, error) { return progress, nil }); err != nil {
		return nil, err
	}
	var a *Activities
	for {
		progress.Phase, progress.WaitsForWave = PhaseRunning, 0
		var s *Summary
		step := Step{Input: in, Approved: progress.Approved}
		err := workflow.ExecuteActivity(withOptions(ctx, &in), a.Rollout, step).Get(ctx, &s)
		if s != nil {
			progress.Last = s
		}
		switch {
		case ctx.Err() != nil && (err != nil || s.WaitsForWave > 0):
			progress.Phase = PhaseStopping
			return stop(ctx, &in, &progress)
		case err != nil || s.WaitsForWave == 0:
			progress.Phase = PhaseEnded
			return s, err
		}
		progress.Phase, progress.WaitsForWave = PhaseWaiting, s.WaitsForWave
		if err := awaitApproval(ctx, &progress); err != nil {
			progress.Phase = PhaseEnded
			return nil, err
		}
	}
}

// withOptions gives an activity attempts without end: a worker that dies is replaced. Errors
// that only a person can decide about are not tried again, see ErrorHalted.
func withOptions(ctx workflow.Context, in *Input) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: longestRollout,
		HeartbeatTimeout:    in.heartbeat(),
		WaitForCancellation: true, // until the fleet has written what it knows
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute,
		},
	})
}

// awaitApproval waits until the wave may begin. Approvals that came earlier count.
func awaitApproval(ctx workflow.Context, p *Progress) error {
	signals := workflow.GetSignalChannel(ctx, SignalApprove)
	for p.Approved < p.WaitsForWave {
		var approval Approval
		var ended bool
		workflow.NewSelector(ctx).
			AddReceive(signals, func(c workflow.ReceiveChannel, _ bool) { c.Receive(ctx, &approval) }).
			AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) { ended = true }).
			Select(ctx)
		switch {
		case ended:
			return ctx.Err() // nothing is under way
		case approval.Reject:
			text := fmt.Sprintf("wave %d was rejected", p.WaitsForWave)
			if approval.Reason != "" {
				text += ": " + shortened(approval.Reason)
			}
			return temporal.NewNonRetryableApplicationError(text, ErrorRejected, nil, p.Last)
		}
		p.Approved = max(p.Approved, approval.Wave)
	}
	return nil
}

// stop stops what is under way after the workflow was cancelled. The activity Rollout did
// not do so: it may have died in the middle, and after a cancellation the server does not
// start it again. Stop is started again until it has succeeded.
func stop(ctx workflow.Context, in *Input, p *Progress) (*Summary, error) {
	own, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	var a *Activities
	var s *Summary
	err := workflow.ExecuteActivity(withOptions(own, in), a.Stop, *in).Get(own, &s)
	p.Phase = PhaseEnded
	if err != nil {
		return nil, err
	}
	p.Last = s
	return nil, temporal.NewCanceledError(s)
}
