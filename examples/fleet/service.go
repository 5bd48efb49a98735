package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// connect returns a client of the service that the options name. Without a region and an
// endpoint it starts a local service in this process.
func (o *options) connect() (c *runcommand.Client, closeService func(), err error) {
	var options []runcommand.Option
	switch {
	case !o.Remote():
		server := o.local.start(o.Instances)
		return server.Client(), server.Close, nil
	case !o.real && os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID") != runcommandtest.AccessKeyID:
		// That of -serve. The program emulator has a secret of its own, and prints variables
		// for it.
		options = append(options, runcommand.WithStaticCredential(runcommandtest.AccessKeyID, runcommandtest.AccessKeySecret, ""))
	}
	c, err = o.Client(options...)
	return c, func() {}, err
}

// A localService describes the instances of a local service.
type localService struct {
	instances int
	failing   float64 // percentage of the instances on which the script fails
	speed     float64
}

// ids returns the ids of all instances, those that were released included.
func (l *localService) ids() []string {
	ids := make([]string, l.instances)
	for i := range ids {
		ids[i] = fmt.Sprintf("i-local-%d", i+1)
	}
	return ids
}

// released lists instances that are in the list of ids and do not exist any more, as in any
// list of thousands of ids.
var released = []string{"i-local-1234", "i-local-4321"}

// start starts a local service with the instances ids.
func (l *localService) start(ids []string) *runcommandtest.Server {
	server := runcommandtest.NewServer()
	for _, id := range ids {
		if !slices.Contains(released, id) {
			server.AddInstance(runcommandtest.Instance{ID: id})
		}
	}
	server.Handle(l.execute)
	return server
}

// execute says what the script does on an instance. The same instance always does the same.
func (l *localService) execute(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
	h := fnv.New32a()
	_, _ = h.Write([]byte(x.InstanceID)) // never fails
	n := h.Sum32()
	out := runcommandtest.Outcome{Takes: time.Duration(float64(time.Second+time.Duration(n%2000)*time.Millisecond) / l.speed)}
	kind := n / 2000 % 10_000
	failing := uint32(l.failing * 100)
	switch {
	case kind < failing/4:
		out.ExitCode, out.Output = 100, []byte("Error: another update is running (pid 1742)\n")
	case kind < failing:
		out.ExitCode, out.Output = 1, []byte("Error: \x1b[31mno space left\x1b[0m on /var\nClean the cache and try again.\n")
	case kind%10 < 2:
		out.Output = []byte("Nothing to do.\n")
	case kind%10 == 2:
		out.Output = []byte("Updated 41 packages. A restart is needed.\n")
	default:
		out.Output = []byte("Updated 12 packages.\n")
	}
	return out
}

// serveLocal serves local instances until ctx ends.
func (o *options) serveLocal(ctx context.Context, stdout io.Writer) error {
	server := o.local.start(o.local.ids())
	defer server.Close()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.serve)
	if err != nil {
		return err
	}
	web := &http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	fmt.Fprintf(stdout, "%s local instances at %s. They run no script: they only answer as if they did.\n"+
		"Begin a rollout in another terminal:\n  go run . -endpoint http://%s -journal upgrade.journal%s\nCtrl-C ends it.\n",
		thousands(o.local.instances), listener.Addr(), listener.Addr(), o.local.flag())
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	_ = web.Close() // the error is that of closing the listener; the program ends anyway
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// flag returns the flag -local of a rollout over all instances.
func (l *localService) flag() string {
	if l.instances == newOptions().local.instances {
		return ""
	}
	return fmt.Sprintf(" -local %d", l.instances)
}
