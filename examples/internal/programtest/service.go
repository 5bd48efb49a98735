package programtest

import (
	"testing"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// Serve starts a local service on the loopback interface, to which a program finds the
// credentials in the environment. It returns the flags of the program for this service. The
// test must not be parallel, because the environment belongs to the whole process.
func Serve(tb testing.TB, options ...runcommandtest.Option) (srv *runcommandtest.Server, flags []string) {
	tb.Helper()
	srv = runcommandtest.Start(tb, options...)
	tb.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", runcommandtest.AccessKeyID)
	tb.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", runcommandtest.AccessKeySecret)
	tb.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "")
	return srv, []string{"-endpoint", srv.URL()}
}
