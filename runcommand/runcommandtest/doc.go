// Package runcommandtest is a local Cloud Assistant for tests and examples, as
// net/http/httptest is a local web server: it answers RunCommand and the four
// operations around it as the service documents them, in the same process.
//
//	srv := runcommandtest.Start(t)
//	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
//	client := srv.Client()
//
// What instances do is decided by a function given to [Server.Handle], or with
// [WithShell] by really running the scripts; otherwise every script ends at once
// with exit code 0. What goes wrong is decided by [Server.Inject], one [Fault]
// at a time, and by [Server.Control].
//
// # Strictness
//
// The server checks requests on the wire, with code and limits of its own:
// signature, date and nonce first, then required parameters, formats and
// limits, existence, idempotency and quotas. The first check that fails answers,
// with the documented code and HTTP status.
//
// # Time
//
// Whoever looks lets everything happen that is due by the server's clock, in
// order, each at its own time. The clock is time.Now, unless [WithClock] says
// otherwise, and [Server.Advance] moves it. In the background there are only the
// functions and scripts that instances execute, and a timer for the next
// scheduled execution. Inside testing/synctest time is virtual; call [Start]
// inside the bubble, and neither [Server.URL] nor [WithShell].
//
// # Bounds
//
// The listener is on the loopback interface and no process is started unless an
// option says otherwise in so many words. Memory is bounded: ended invocations,
// client tokens, nonces and recorded calls are forgotten, the oldest first, and
// requests beyond a size are not read. Ended invocations are kept as long as
// [WithRetention] says and their scripts, outputs and histories have room in 256
// MiB, recorded calls while they have room in 64 MiB. What has not ended is always
// kept, with 24 KB of output and the latest 100 executions of each instance.
//
// # Other clients
//
// [Server.URL] opens a listener on 127.0.0.1, so that any SDK or command-line
// tool can be pointed at it with the access key [AccessKeyID] and
// [AccessKeySecret].
package runcommandtest
