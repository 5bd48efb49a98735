// Package runcommandtest is a local Cloud Assistant for tests and examples, as
// net/http/httptest is a local web server. It runs in the process of the test. It
// answers RunCommand, the four operations around it, DescribeInstances and
// InstallCloudAssistant as the service documents them.
//
//	your code                       Server                        instances
//	---------                       ------                        ---------
//	Client, Transport: in process   checks and keeps as the       AddInstance
//	URL: on loopback           -->  service documents it     -->  Handle or WithShell
//	                                   ^             |
//	                      what goes wrong:       what happened:
//	                      Inject, Control        Calls, Executed, Invocations
//
//	srv := runcommandtest.Start(t)
//	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
//	client := srv.Client()
//
// A function given to [Server.Handle] decides what instances do, or [WithShell] really
// runs the scripts. Without a function and without [WithShell] every script ends at
// once with exit code 0. [InSequence], [ByInstance] and [Latency] make such functions for
// the frequent cases. [Server.Inject] and [Server.Control] make things go wrong. A fault
// that has not happened at the end fails a test that used [Start]. [Server.Executed]
// returns what was executed.
//
// # Strictness
//
// The server checks the HTTP requests that it receives, with its own code and limits.
// It checks signature, date and nonce first, then required parameters, formats and
// limits, existence, idempotency and quotas. The first check that fails decides the
// reply: the documented code and HTTP status.
//
// # Time
//
// Every call first carries out all events that are due by the server's clock, in order,
// each at its own time. The clock is time.Now, unless [WithClock] replaces it.
// [Server.Advance] moves the clock. Only two things happen in the background: the
// functions and scripts that instances execute, and a timer for the next scheduled
// execution. A call that shows outcomes waits for functions that have just begun, so the
// outcome of a function that does not block is known to the next call. It waits about 20
// milliseconds for a function that blocks, and never for one that begins later.
// Inside testing/synctest time is virtual. Call [Start] inside the bubble,
// and use neither [Server.URL] nor [WithShell] there.
//
// # Bounds
//
// Unless an option changes this, the listener is on the loopback interface, and no
// process is started. Memory is bounded. The server forgets the oldest ended
// invocations, client tokens, nonces and recorded calls, and it does not read requests
// that are too large. It keeps ended invocations for the time of [WithRetention] while
// their scripts, outputs and histories need no more than 256 MiB. It keeps recorded
// calls while they need no more than 64 MiB, and the executions that [Server.Executed]
// returns while they need no more than 32 MiB. It always keeps invocations that have not
// ended, with 24 KB of output and the latest 100 executions of each instance.
//
// # Other clients
//
// [Server.URL] opens a listener on 127.0.0.1. Any SDK or command-line tool can use it
// with the access key [AccessKeyID] and [AccessKeySecret]. With [WithTLS] the listener
// speaks HTTPS, which is the default of many clients. Replies are JSON or XML, as
// the parameter Format or the Accept header asks. The default is JSON, and XML for calls
// with the old V1 signature, as at the real service.
package runcommandtest

// For maintainers. File names sort into families:
//
//	client.go      the method Client, in the only file that imports package runcommand
//	server_*.go    the public methods: start and close, options, listener, HTTPS, in-process
//	               transport, control functions, snapshots and views, the text of String
//	call_*.go      one call: reading the request, paging, filters (those of
//	               DescribeInstances in call_instances.go), rate limit, client tokens, the
//	               list of operations, the log of calls
//	check_*.go     the rules for the parameters of RunCommand, and their limits
//	reply_*.go     what is sent back: JSON or XML (reply_format.go), refusals with their
//	               HTTP statuses, the replies of the Describe operations
//	run_*.go       commands, invocations, rows and runs: delivery, execution, parameters
//	               in scripts, output, status, stop, the store; what was executed, and
//	               functions for Handle (run_handler.go, run_latency.go)
//	instance*.go   instances, their status, directories and changes, what their agents
//	               refuse, the installation of agents, restarts by exit code
//	fault_*.go     the kinds of faults with their stages, the effect of each, and the
//	               faults that are pending
//	clock_*.go     the clock, the future events and how calls carry them out, the timer
//	               of schedules
//	list_*.go      the index with which the Describe operations find invocations and rows
//
//	internal/signature   checking who has sent a request
//	internal/shell       running scripts and ending their processes
//
// A call goes through the server as follows. Transport or ServeHTTP reads the body and
// calls serve (call.go). serve converts it into a request (call_request.go), applies
// the faults of the connection, and asks the control functions (server_control.go).
// process checks the signature, finds the operation, checks the rate limit and applies
// the faults that refuse a call. The operation runs with the lock held. It first calls
// catchUp (clock_settle.go), which carries out the events that are due. RunCommand goes
// through runCommandChecks (check.go) and accept (run_delivery.go), which delivers the
// command to each instance; the operations that describe invocations choose
// entries of the index (call_filter.go), cut a page (call_paging.go) and build views of
// rows (reply_view.go). DescribeInstances goes through all instances (call_instances.go).
// Faults of the reply change the reply of the operation, and log records the call.
//
// A run begins in begin (run_lifecycle.go), which records it for Executed. With a
// function or a shell, execute (run_execution.go) calls the function or the shell in a
// goroutine, and endExecution takes the outcome. Calls wait for the outcome in await
// (run_await.go). planEnd sets the event at which endRun gives the run and its row their
// status.
//
// A new kind of fault needs a constant and a line in faultSpecs (fault_kind.go), and its
// effect where its stage is handled: look for takeFault. A new operation needs a line in
// operations (call_operation.go). A new parameter needs a check (check.go) and a field in
// command (run.go).
