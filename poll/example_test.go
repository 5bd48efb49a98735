package poll_test

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// How do I wait for something without choosing an interval?
func ExampleUntil() {
	states := []string{"Pending", "Running", "Success"}
	probes := 0
	state, err := poll.Until(context.Background(), poll.Policy{Initial: time.Millisecond},
		func(context.Context) (string, bool, error) {
			state := states[probes]
			probes++
			return state, state == "Success", nil
		})
	fmt.Println(state, err, "after", probes, "probes")
	// Output: Success <nil> after 3 probes
}

// What does Until return when the context ends first? It returns the last value, and an error that
// holds both the error of the context and the last failure.
func ExampleUntil_cancelled() {
	ctx, cancel := context.WithCancel(context.Background())
	looked := false
	state, err := poll.Until(ctx, poll.Policy{Initial: time.Millisecond},
		func(context.Context) (string, bool, error) {
			if looked {
				cancel() // as a program does when the user presses Ctrl-C
				return "", false, errors.ThrottlingUser
			}
			looked = true
			return "Running", false, nil
		})
	fmt.Println(state)
	fmt.Println(err)
	fmt.Println(errors.Is(err, context.Canceled), errors.Is(err, errors.ErrThrottled))
	// Output:
	// Running
	// context canceled; last error: Throttling.User
	// true true
}

// How do I probe at a fixed interval?
func ExamplePolicy() {
	everyFive := poll.Policy{Initial: 5 * time.Second, Growth: -1, Jitter: -1}
	delays := everyFive.NewBackOff()
	fmt.Println(delays.NextBackOff().Round(time.Second))
	// Output: 5s
}

// How do I repeat a call that failed because the service was too busy?
func ExampleRetry() {
	calls := 0
	answer, err := poll.Retry(context.Background(), poll.Policy{Initial: time.Millisecond}, 3,
		func(context.Context) (string, error) {
			if calls++; calls < 3 {
				return "", errors.Throttling
			}
			return "accepted", nil
		})
	fmt.Println(answer, err, "after", calls, "calls")
	// Output: accepted <nil> after 3 calls
}

// How do I limit the retries of many callers during an outage? Let them share a budget.
func ExampleRetryWith() {
	shared := poll.Retrier{
		Policy: poll.Policy{Initial: time.Millisecond},
		Budget: poll.NewBudget(10), // enough for two retries, since a retry takes 5 tokens
		OnWait: func(attempt int, _ time.Duration, err error) {
			fmt.Printf("attempt %d: %v\n", attempt, err)
		},
	}
	_, err := poll.RetryWith(context.Background(), shared, func(_ context.Context, _ int) (string, error) {
		return "", errors.ServiceUnavailable
	})
	fmt.Println(errors.Is(err, poll.ErrBudget), errors.Is(err, errors.ErrUnavailable))
	// Output:
	// attempt 1: ServiceUnavailable
	// attempt 2: ServiceUnavailable
	// true true
}

// How do I stay within a limit that other processes use as well?
func ExampleAdaptive() {
	limiter := poll.NewAdaptive(1000, time.Minute)
	call := func() error { return errors.Throttling } // the service throttles this call

	if err := limiter.Wait(context.Background()); err != nil {
		return // the wait failed, so the call must not be sent
	}
	before := limiter.Rate()
	limiter.Done(call())
	fmt.Printf("%.1f calls a second, then %.1f\n", before, limiter.Rate())
	// Output: 15.0 calls a second, then 9.8
}

// How do I find out that the turn would come after the deadline?
func ExampleAdmit() {
	limiter := poll.NewAdaptive(1, time.Hour)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	fmt.Println(poll.Admit(ctx, limiter))
	err := poll.Admit(ctx, limiter)
	fmt.Println(errors.Is(err, context.DeadlineExceeded), ctx.Err())
	// Output:
	// <nil>
	// true <nil>
}
