package runcommand_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// acceptRun answers every request as the service answers a RunCommand that it accepts.
func acceptRun(r *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	const body = `{"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E","CommandId":"c-1","InvokeId":"t-1"}`
	return &http.Response{StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// BenchmarkRunObserved measures a Run without a network. Without an observer, the hooks must cost
// no allocation: compare with the results before a change.
func BenchmarkRunObserved(b *testing.B) {
	for _, c := range []struct {
		name     string
		observer runcommand.Observer
	}{
		{"without an observer", runcommand.Observer{}},
		{"with an observer that does nothing", runcommand.Observer{
			Begin: func(ctx context.Context, _ runcommand.Operation) (context.Context, func(runcommand.Ended)) {
				return ctx, nil
			},
			BeginAttempt: func(ctx context.Context, _ runcommand.AttemptStart) (context.Context, func(runcommand.Attempt)) {
				return ctx, nil
			},
			Attempt: func(context.Context, runcommand.Attempt) {},
			Poll:    func(context.Context, runcommand.Progress) {},
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			client, err := runcommand.NewClient("cn-hangzhou", runcommand.WithObserver(c.observer),
				runcommand.WithStaticCredential("id", "secret", ""),
				runcommand.WithLimiter("RunCommand", (*poll.Adaptive)(nil)),
				runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(acceptRun)}))
			if err != nil {
				b.Fatal(err)
			}
			req, err := minimal().Build()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Run(b.Context(), req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
