package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// These limits bound the memory. The program keeps a command that has ended for the time keptFor, and
// keeps at most keptCommands of them.
const (
	keptFor      = 24 * time.Hour
	keptCommands = 1000
)

// shutdownTime is the time limit for calls that are in progress at Ctrl-C.
const shutdownTime = 2 * time.Second

// serve answers requests until ctx ends. It then waits until no instance runs a script.
func (o *options) serve(ctx context.Context, stdout, stderr io.Writer) error {
	service := o.service()
	defer service.Close()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // the error is ignored: after Serve the listener is already closed
	endpoint := reachable(listener.Addr().String())
	if o.tls {
		path, remove, err := saveCertificate(service.Certificate())
		if err != nil {
			return err
		}
		defer remove()
		o.certificate = path
		listener = tls.NewListener(listener, service.TLSConfig())
	}
	page, err := newPage(service, endpoint, o.shell)
	if err != nil {
		return err
	}
	web := newWebServer(guard(page, o.allowRemote), stderr)
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	o.printGreeting(stdout, endpoint)
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := web.Shutdown(ending); err != nil {
		_ = web.Close() // closes the connections that did not end in time; the error is ignored
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// newWebServer returns an HTTP server with limits, so that no caller can keep a connection busy forever.
func newWebServer(handler http.Handler, stderr io.Writer) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      2 * time.Minute, // for calls, from the end of the header; see stalledTime for the page
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    256 << 10, // large enough for a script in the query
		ErrorLog:          log.New(stderr, "emulator: ", 0),
	}
}

// reachable returns the address at which this machine can reach a listener at addr. An
// unspecified address, such as 0.0.0.0, is replaced by 127.0.0.1.
func reachable(addr string) string {
	ap, err := netip.ParseAddrPort(addr)
	if err != nil || !ap.Addr().IsUnspecified() {
		return addr
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), ap.Port()).String()
}

// service returns a new local service with its instances.
func (o *options) service() *runcommandtest.Server {
	settings := []runcommandtest.Option{
		runcommandtest.WithCredential(o.key, o.secret),
		runcommandtest.WithRetention(keptFor, keptCommands),
	}
	if o.shell {
		settings = append(settings, runcommandtest.WithShell())
	}
	if o.tls {
		settings = append(settings, runcommandtest.WithTLS(certifiedHosts(o.addr)...))
	}
	if o.rate > 0 {
		settings = append(settings, runcommandtest.WithRateLimit("RunCommand", o.rate, time.Minute))
	}
	service := runcommandtest.NewServer(settings...)
	for i := range o.instances {
		service.AddInstance(runcommandtest.Instance{ID: instanceID(i)})
	}
	if !o.shell {
		service.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{Takes: o.takes}
		})
	}
	return service
}

func instanceID(i int) string { return fmt.Sprintf("i-local-%d", i+1) }

// printGreeting prints the address of the service and the variables that an SDK needs to call it.
func (o *options) printGreeting(w io.Writer, endpoint string) {
	fmt.Fprintf(w, "A local Cloud Assistant serves %s.\n", o.instanceNames())
	if o.shell {
		fmt.Fprintln(w, "Scripts really run on this machine, as the current user.")
	} else {
		fmt.Fprintln(w, "Scripts are not run: every command succeeds without output. -shell runs them.")
	}
	if !loopback(o.addr) {
		fmt.Fprintln(w, "OTHER MACHINES CAN REACH IT, because of -allow-remote.")
	}
	protocol, flags, trust := "http", "--insecure", ""
	if o.tls {
		protocol, flags = "https", "--secure"
		trust = fmt.Sprintf("  export SSL_CERT_FILE=%[1]s\n  export NODE_EXTRA_CA_CERTS=%[1]s\n", o.certificate)
	}
	fmt.Fprintf(w, `Status page: %[6]s://%[1]s

Paste this into a shell for the aliyun CLI; an SDK takes the endpoint, with the
protocol %[6]s, in its configuration, and the key from the same variables.

  export ALIBABA_CLOUD_ENDPOINT=%[1]s
  export ALIBABA_CLOUD_REGION_ID=%[2]s
  export ALIBABA_CLOUD_ACCESS_KEY_ID=%[3]s
  export ALIBABA_CLOUD_ACCESS_KEY_SECRET=%[4]s
  export ALIBABA_CLOUD_IGNORE_PROFILE=TRUE
%[8]s
  aliyun ecs RunCommand %[7]s --endpoint %[1]s --Type RunShellScript --CommandContent 'uname -a' --InstanceId.1 %[5]s

Ctrl-C ends it.
`, endpoint, runcommandtest.Region, o.key, o.secretShown, instanceID(0), protocol, flags, trust)
}

func (o *options) instanceNames() string {
	if o.instances == 1 {
		return "the instance " + instanceID(0)
	}
	return fmt.Sprintf("%d instances, %s to %s", o.instances, instanceID(0), instanceID(o.instances-1))
}
