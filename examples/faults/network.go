package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"math"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// networkFaults are the faults that a program can make on its own side of the network.
// Each answers a call of RunCommand, with or without sending it.
var networkFaults = []struct {
	name   string
	answer func(base http.RoundTripper, r *http.Request) (*http.Response, error)
}{
	{"connection refused", func(http.RoundTripper, *http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}},
	{"reply lost", func(base http.RoundTripper, r *http.Request) (*http.Response, error) {
		reply, err := base.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		return nil, errors.Join(io.ErrUnexpectedEOF, reply.Body.Close())
	}},
	{"gateway page, reply lost", func(base http.RoundTripper, r *http.Request) (*http.Response, error) {
		reply, err := base.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		err = reply.Body.Close()
		reply.StatusCode, reply.Status = http.StatusBadGateway, "502 Bad Gateway"
		reply.Header = http.Header{"Content-Type": {"text/html"}}
		page := []byte("<html>Bad Gateway</html>")
		reply.Body, reply.ContentLength = io.NopCloser(bytes.NewReader(page)), int64(len(page))
		return reply, err
	}},
}

// A faultyNetwork sends calls, but answers the first calls of RunCommand with a fault.
type faultyNetwork struct {
	base   http.RoundTripper
	answer func(base http.RoundTripper, r *http.Request) (*http.Response, error)
	left   atomic.Int64 // how often the fault still happens
}

// RoundTrip sends a call, or makes the fault happen.
func (n *faultyNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("x-acs-action") == runCommand && n.left.Add(-1) >= 0 {
		return n.answer(n.base, r)
	}
	return n.base.RoundTrip(r)
}

// networkTrials returns the trials of another service. The client counts the executions.
func (o *options) networkTrials(client *runcommand.Client) (trials []trial) {
	for _, f := range networkFaults {
		for _, times := range []int{1, -1} {
			network := &faultyNetwork{base: http.DefaultTransport, answer: f.answer}
			network.left.Store(int64(times))
			if times < 0 {
				network.left.Store(math.MaxInt64)
			}
			trials = append(trials, trial{f.name, when(times), func(ctx context.Context) (outcome, error) {
				return o.runRemote(ctx, client, network)
			}})
		}
	}
	return trials
}

// runRemote runs a command on the first instance over a faulty network, and counts with
// another client how often the service accepted the command.
func (o *options) runRemote(ctx context.Context, counter *runcommand.Client, network *faultyNetwork) (outcome, error) {
	var calls atomic.Int64
	client, err := o.Client(append(settings(&calls, poll.Policy{Initial: 200 * time.Millisecond}), runcommand.WithHTTPClient(&http.Client{Transport: network}))...)
	if err != nil {
		return outcome{}, err
	}
	mark := rand.Text()
	req, err := runcommand.Shell("exit 0").Name("faults").Tag("faults", mark).Instances(o.Instances[0]).Build()
	if err != nil {
		return outcome{}, err
	}
	_, seen := client.RunAndWait(ctx, req)
	found := 0
	for _, err := range counter.Invocations(ctx, runcommand.Filter{Tags: []runcommand.Tag{{Key: "faults", Value: mark}}}) {
		if err != nil {
			return outcome{}, err
		}
		found++
	}
	return outcome{int(calls.Load()), seen, found}, nil
}
