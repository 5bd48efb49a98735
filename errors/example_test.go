package errors_test

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// errors.Is gives the same answer whether the client or the service found the failure.
func Example() {
	noticedHere := &errors.ValidationError{Violations: []errors.Violation{
		{Field: "Name", Code: errors.CmdNameExceedLimit, Message: "has 129 characters, the limit is 128"},
	}}
	noticedThere := &errors.APIError{Action: "RunCommand", Code: errors.CmdNameExceedLimit, HTTPStatus: 403}

	for _, err := range []error{noticedHere, noticedThere} {
		fmt.Println(errors.Is(err, errors.CmdNameExceedLimit), errors.Is(err, errors.ErrLimitExceeded))
	}
	// Output:
	// true true
	// true true
}

// What does a code mean, and is it worth trying again?
func ExampleCode() {
	code := errors.IdempotentProcessing
	fmt.Println(code)
	fmt.Println(code.Meaning())
	fmt.Println(code.Kind(), code.HTTPStatus(), code.Field(), code.Retryable())
	// Output:
	// IdempotentProcessing
	// an earlier request with this client token is still in progress
	// conflict 403 ClientToken true
}

// A code that is newer than this library still has a kind.
func ExampleCode_Known() {
	code := errors.Code("Throttling.Zone")
	fmt.Println(code.Known(), code.Kind())
	// Output: false throttled
}

func ExampleCodes() {
	unavailable := 0
	for _, code := range errors.Codes() {
		if errors.Is(code, errors.ErrUnavailable) {
			unavailable++
		}
	}
	fmt.Println(unavailable, "of", len(errors.Codes()))
	// Output: 23 of 210
}

// Which codes have a kind?
func ExampleKind_Codes() {
	for _, code := range errors.ErrQuotaExceeded.Codes() {
		fmt.Printf("%s: %s\n", code, code.Meaning())
	}
	// Output:
	// CmdCount.ExceedQuota: the quota of kept commands in the region is used up
	// CommandLimitExceeded: the quota of kept commands is used up
	// Invocation.ExceedQuota: the day's quota of invocations in the region is used up
}

func ExampleKind() {
	err := fmt.Errorf("nightly job: %w", errors.RegionIdApiNotSupported)
	fmt.Println(errors.Is(err, errors.ErrNotSupported), errors.Is(err, errors.ErrUnsupported))
	// Output: true true
}

// How do I turn any error into the label of a metric?
func ExampleKindOf() {
	throttled := &errors.APIError{Action: "RunCommand", Code: errors.ThrottlingUser, HTTPStatus: 400}
	for _, err := range []error{
		fmt.Errorf("nightly job: %w", &errors.RunError{Attempts: 5, Err: throttled}),
		&errors.ValidationError{Violations: []errors.Violation{{Field: "Name", Code: errors.CmdNameExceedLimit}}},
		&errors.InstanceError{InstanceID: "i-1", Status: "Failed", ExitCode: 3},
		context.Canceled,
	} {
		if kind := errors.KindOf(err); kind != 0 {
			fmt.Println(kind)
		} else {
			fmt.Println("no kind:", err)
		}
	}
	// Output:
	// throttled
	// limit exceeded
	// script failed
	// no kind: context canceled
}

// Which permission is missing?
func ExampleAPIError() {
	err := error(&errors.APIError{
		Action: "RunCommand", Code: errors.ForbiddenRAM, HTTPStatus: 403, RequestID: "473469C7",
		AccessDenied: &errors.AccessDenied{AuthAction: "ecs:RunCommand", NoPermissionType: "ImplicitDeny"},
	})
	if e, ok := errors.AsType[*errors.APIError](err); ok && e.AccessDenied != nil {
		fmt.Println("grant", e.AccessDenied.AuthAction)
	}
	fmt.Println(err)
	// Output:
	// grant ecs:RunCommand
	// RunCommand: Forbidden.RAM (HTTP 403, request 473469C7) (needs ecs:RunCommand)
}

// How do I list every rule that a request breaks, each with its field?
func ExampleValidationError() {
	err := error(&errors.ValidationError{Violations: []errors.Violation{
		{Field: "Name", Code: errors.CmdNameExceedLimit, Message: "has 129 characters, the limit is 128"},
		{Field: "Tag.3.Key", Code: errors.DuplicateTagKey, Message: "is the key of an earlier tag too"},
	}})
	if e, ok := errors.AsType[*errors.ValidationError](err); ok {
		for _, v := range e.Violations {
			fmt.Println(v.Field, v.Code)
		}
	}
	// Output:
	// Name CmdName.ExceedLimit
	// Tag.3.Key Duplicate.TagKey
}

// How do I read the exit code and the output of a failed script? Printing the error shows the exit
// code but never the output.
func ExampleInstanceError() {
	err := error(&errors.InvocationError{InvocationID: "t-1", Total: 2, Failed: []*errors.InstanceError{
		{InstanceID: "i-2", Status: "Failed", Code: errors.ExitCodeNonzero, ExitCode: 3, Output: []byte("password: hunter2")},
	}})
	fmt.Println(err)
	if e, ok := errors.AsType[*errors.InstanceError](err); ok && errors.Is(e, errors.ErrScript) {
		fmt.Println(e.InstanceID, e.ExitCode, len(e.Output))
	}
	// Output:
	// invocation t-1: 1 of 2 instances failed: i-2 Failed, exit code 3
	// i-2 3 17
}

// When a wait ends at its deadline, the command goes on running, so the error is not
// retryable.
func ExampleWaitError() {
	err := error(&errors.WaitError{InvocationID: "t-1", Done: 3, Total: 10, Err: context.DeadlineExceeded})
	fmt.Println(err)
	fmt.Println(errors.Is(err, context.DeadlineExceeded), errors.Retryable(err))
	// Output:
	// wait for invocation t-1 ended with 3 of 10 instances done: context deadline exceeded; the command may still run: wait for it again with Client.Invocation
	// true false
}

// Is it safe and useful to make the same call again, and when?
func ExampleRetryable() {
	throttled := error(&errors.APIError{Code: errors.ThrottlingUser, HTTPStatus: 400, RetryAfter: 2 * time.Second})
	pause, _ := errors.RetryAfter(throttled)
	fmt.Println(errors.Retryable(throttled), pause)

	lost := error(&errors.RunError{ClientToken: "…", Attempts: 3, Unknown: true, Err: throttled})
	fmt.Println(errors.Retryable(lost), errors.MayHaveRun(lost))
	// Output:
	// true 2s
	// false true
}
