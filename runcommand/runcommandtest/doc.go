// Package runcommandtest is a local Cloud Assistant for tests and examples, as
// net/http/httptest is a local web server. It runs in the process of the test. It
// answers RunCommand, the four operations around it, DescribeInstances and
// InstallCloudAssistant as the service documents them.
//
//	your code                         Server                         instances
//	---------                         ------                         ---------
//	Client, Transport: in process     checks and keeps as the        AddInstance, Reboot
//	URL: on loopback             -->  service documents it      -->  Handle or WithShell
//	                                   ^         ^           |
//	                                   |         |           v
//	                     what goes wrong        time         what happened
//	                     Inject, Control    time.Now or      Calls, Executed,
//	                                         WithClock,      Executions, Invocations,
//	                                          Advance        View
//
// A test begins with three lines:
//
//	srv := runcommandtest.Start(t)
//	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
//	client := srv.Client()
//
// The client is the real one. It signs, retries and decodes as it does with the real
// service, and only its HTTP transport is replaced. Code that takes an endpoint or an
// http.Client gets [Server.URL] or [Server.Transport].
//
// # What instances do
//
// A function given to [Server.Handle] decides what instances do, or [WithShell] really
// runs the scripts. Without a function and without [WithShell] every script ends at
// once with exit code 0. [InSequence], [ByInstance] and [Latency] make such functions for
// the frequent cases.
//
// An [Outcome] is what an execution printed, its exit code and how long it took. With a
// Code in place of an exit code the instance reports an error, such as
// errors.AccountNotExists. The fields of an [Instance] make it refuse commands without
// such a function: a stopped machine, an agent that is offline or too old, an unknown
// user, a directory that does not exist.
//
// # What goes wrong
//
// [Server.Inject] makes things go wrong: see [FaultKind] for the list. The most important
// kind is [FaultResetAfterAccept]: the command runs, but the client gets no reply.
// [Server.Control] lets a function of the test answer, refuse or delay a call.
//
//	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept, Action: "RunCommand"})
//	...
//	if n := srv.Executions("i-1"); n != 1 {
//		t.Errorf("the command ran %d times", n)
//	}
//
// [Server.Executions] counts what was executed, and [Server.Executed] returns it, scripts
// included. Both include executions whose reply was lost. [Server.Calls] returns the calls,
// [Server.Invocations] the state of each command.
//
// # The end of a test
//
// When a test that used [Start] ends, the server does three things. It fails the test when
// a fault is pending, because the test then has not tested what it was written for: see
// [Server.Pending]. When the test has failed, it logs the state of the server: see
// [Server.String]. Then it closes the server. It does not check that every command has
// ended: [Server.Invocations] shows that.
//
// # Time
//
// Every call first carries out all events that are due by the server's clock, in order, each
// at its own time. The clock is time.Now, unless [WithClock] replaces it. [Server.Advance]
// moves the clock. Only two things happen in the background: the functions and scripts that
// instances execute, and a timer for the next scheduled execution. A call that shows
// outcomes waits for functions that have just begun. So the next call knows the outcome of a
// function that does not block. A call waits about 20 milliseconds for a function that
// blocks, and never for a function that begins later.
//
// Inside testing/synctest time is virtual: an hour of polling takes less than a second.
// Call [Start] inside the bubble, and use neither [Server.URL] nor [WithShell] there,
// because virtual time stands still while something waits for a network or a process.
//
//	synctest.Test(t, func(t *testing.T) {
//		srv := runcommandtest.Start(t)
//		srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
//		srv.Handle(runcommandtest.Always(runcommandtest.Outcome{Takes: time.Hour}))
//		... // for a command with a Timeout of two hours, RunAndWait returns after one hour
//	})
//
// In the bubble the clocks of client and server move together. [Server.Advance] moves only
// the clock of the server. It is for what no client waits for: a schedule of a year, the
// end of a client token, the end of the retention.
//
// # Strictness
//
// The server checks the HTTP requests that it receives, with its own code and limits. It
// shares only the names of error codes and the reading of schedules with the client. If it
// shared more, client and server could make the same mistake, and no test would notice. It
// checks signature, date and nonce first, then the rate limit, required parameters, formats
// and limits, existence, idempotency and quotas. The first check that fails decides the
// reply: the documented code and HTTP status.
//
// # What is imitated
//
//   - RunCommand with its limits, quotas and their codes; client tokens; resource tags; the
//     repeat modes with their schedules; custom and built-in parameters. Only the old owner
//     parameters, such as OwnerAccount, have no effect.
//   - DescribeInvocations, DescribeInvocationResults, DescribeCloudAssistantStatus and
//     DescribeInstances with their filters and both kinds of paging; StopInvocation;
//     InstallCloudAssistant, which takes effect at the next restart.
//   - The statuses of an invocation and of its instances, the old status fields included;
//     the error codes of instances; partial output, and its cut at 24 KB; the history of
//     runs.
//   - Agents: heartbeats, versions and the features that need them, exit codes that stop
//     or restart the instance, users, directories, containers.
//   - Regions, resource groups, the signatures V3 and V1, JSON and XML.
//
// # What is not imitated
//
//   - Other operations, such as CreateCommand, InvokeCommand and SendFile. They are refused
//     with InvalidAction.NotFound. KeepCommand counts for its quota, but nothing can use
//     the kept command.
//   - Rights. Every known access key may do everything, apart from [FaultPermission].
//   - Rate limits, unless [WithRateLimit] sets one.
//   - Delays. A command is delivered at once and visible at once, unless
//     [WithVisibilityDelay] is given.
//   - OSS. The fields of the delivery are shown, but no file is written.
//   - The parameter store. {{oos:...}} ends with QueryParameterStoreFailed, and a
//     WindowsPasswordName is not looked up.
//   - With [WithShell]: Windows scripts, containers and other users.
//
// # Sources
//
// The rules are those of the ECS API reference: the pages of the seven operations, the
// common error codes, the guides to idempotence and to the V3 signature. The Cloud
// Assistant guides add the codes of instances, and the source of the agent adds how
// output is cut. Where comments name a page, such as (ECS API reference, RunCommand), the
// rule is on that page. These documents leave some questions open: the order of the
// checks, how long a client token is remembered, the reply to the repeat mode DryRun, a
// stop after the end. There the server does what is most likely. Options change some of these
// answers, such as [WithIdempotencyWindow] and [WithWholeCallRefusals]. The page
// internal/REALACCOUNT.md of the repository says how to ask a real account.
//
// # Bounds
//
// Memory is bounded. The server forgets the oldest ended invocations, client tokens,
// nonces and recorded calls:
//
//	ended invocations    30 days, 10,000 and 256 MiB: see WithRetention
//	output of a run      24 KB
//	runs of an instance  the latest 100 of each invocation
//	recorded calls       10,000 and 64 MiB
//	executions           32 MiB for Executed; Executions counts them all
//	client tokens        100,000, each for a day: see WithIdempotencyWindow
//	requests             1 MiB of body, 128 KiB of query, 20,000 parameters
//
// It always keeps invocations that have not ended, and all instances. A request that is
// too large is refused with status 413, 414 or 400, and the rest of its body is not read.
//
// Polling is cheap: a Describe call finds invocations by an index, so its time depends on
// the rows that it shows, and hardly on how many are kept. DescribeInstances, and
// DescribeCloudAssistantStatus without ids, go through all instances.
// [Server.Invocations] copies everything that is kept. [Server.View] copies only what is
// asked for. It is meant for a page that shows the state again and again.
//
// # Security
//
// Without options, no process is started, and a listener is opened only by [Server.URL], on
// the loopback interface. Every call needs a valid signature. But the default access key is
// public, so every user of the machine can call the listener with it. With [WithShell] such
// a caller runs scripts as the user of the test: give [WithCredential] a random secret where
// others use the machine.
//
// [Server.String] shows no scripts, parameters or outputs. [Server.View] masks the values
// of parameters that can hold a secret. [Server.Calls], [Server.Invocations] and
// [Server.Executed] return everything.
//
// # Other clients
//
// [Server.URL] opens a listener on 127.0.0.1. Any SDK or command-line tool can use it
// with the access key [AccessKeyID] and [AccessKeySecret]. With [WithTLS] the listener
// speaks HTTPS, which is the default of many clients. Replies are JSON or XML, as
// the parameter Format or the Accept header asks. The default is JSON, and XML for calls
// with the old V1 signature, as at the real service. The program in examples/emulator of
// the repository is such a server with a status page.
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
// The words. A machine is an instance with its state. An invocation is one accepted
// command, and has one row for each machine. A row has runs: one, or one for each firing
// of a schedule. A run whose outcome comes from a function or a script has an execution,
// and a wait for it. An event is something that happens to a row, a run or a machine at a
// known time. A view is what a reply shows of a row or a run.
//
// The status of a row changes in these methods:
//
//	deliver    a task that waits for a time or a restart: Pending -> Scheduled
//	           any other command: begin at once
//	begin      Pending or Scheduled -> Running
//	endRun     Running -> Scheduled when another run can follow (hasMore)
//	           otherwise -> Success, Failed, Timeout, Error and so on: see endings
//	refuse     Pending or Scheduled -> Aborted, Invalid or Error, without a run
//	stop       before the first run -> Cancelled
//	           between two runs -> Terminated
//	           during a run -> Stopping
//	terminate  Stopping -> Terminated
//	closeRow   called with the last status of the row
//
// Two locks. Server.mu guards the state: instances, invocations, events, faults and logs.
// Server.listening guards the listener. No goroutine holds both. The exported methods
// take mu, and the method serve takes it for short times. The operations, and the methods
// of row, run, invocation, store, timeline and listing, need it. await releases mu while
// it waits, and so do catchUp and carryOut: what a caller read before can be out of date
// afterwards. Functions of the test run without mu, so they may call the server: handlers,
// control functions, Latency.Draw. The function of WithClock is an exception: it is
// called while mu is held.
//
// A call goes through the server as follows. Transport or ServeHTTP reads the body and
// calls serve (call.go). serve converts it into a request (call_request.go), applies the
// faults of the connection, and asks the control functions (server_control.go). process
// checks the signature, finds the operation, checks the rate limit and applies the
// faults that refuse a call. All that happens to a call before its operation is in this
// order: size of the query, faults of the connection, control functions, form of the
// request, signature, operation, rate, faults that refuse. The operation runs with the
// lock held. It first calls catchUp (clock_settle.go), which carries out the events that
// are due. RunCommand goes through runCommandChecks (check.go) and accept
// (run_delivery.go), which delivers the command to each instance; the operations that
// describe invocations choose entries of the index (call_filter.go), cut a page
// (call_paging.go) and build views of rows (reply_view.go). DescribeInstances goes
// through all instances (call_instances.go). Faults of the reply change the reply of the
// operation, and log records the call.
//
// A run begins in begin (run_lifecycle.go), which records it for Executed. With a
// function or a shell, execute (run_execution.go) calls the function or the shell in a
// goroutine, and endExecution takes the outcome. Calls wait for the outcome in await
// (run_await.go). planEnd sets the event at which endRun gives the run and its row their
// status.
//
// A new kind of fault needs a constant and a line in faultSpecs (fault_kind.go), and its
// effect where its stage is handled: look for takeFault. Its comment says what the client
// sees, whether the command is executed, and when the fault is used up. A new operation
// needs a line in operations (call_operation.go). A new parameter needs a check (check.go),
// a field in command (run.go), and a line in viewedParameters (server_view_call.go) that
// says whether a View shows its value. A new option needs a field in config
// (server_option.go), whose zero value is the default. A new error code of instances needs
// a line in endings (run_status.go), and a code of calls with another status than 400 one
// in statuses (reply_refusal.go).
