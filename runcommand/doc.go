// Package runcommand runs shell, PowerShell and Bat scripts on Alibaba Cloud
// ECS instances through Cloud Assistant's RunCommand operation.
//
//	          Build                  Run                     Wait
//	Builder ----------> Request -----------> Invocation ------------> Report
//	         all rules           executed        |                    one Result
//	         checked             at most once    | Results            for each instance
//	                                             |
//	                                             +-> each Result as its instance ends
//
// The package has four main types. A [Client] runs a [Request] and returns an
// [Invocation]. Waiting for the invocation gives a [Report], which holds one [Result]
// for each instance.
//
//	client, err := runcommand.NewClient("cn-hangzhou")
//	req, err := runcommand.Shell("df -h {{dir}}").
//		Parameter("dir", "/var").
//		Timeout(30*time.Second).
//		Instances("i-bp185dy2o3o6neg0001").
//		Build()
//	report, err := client.RunAndWait(ctx, req)
//
// For one command on one instance, [Client.Output] is enough:
//
//	out, err := client.Output(ctx, "i-bp185dy2o3o6neg0001", runcommand.Shell("df -h /var"))
//
// [Client.Instances] finds instances, and [Client.Preflight] says beforehand which of them
// can run a request.
//
// # What the package promises
//
// The client checks a request against every documented limit and returns all violations at
// once ([errors.ValidationError]). A request runs at most once: a [Client.Run] makes one
// client token before its first attempt, and every attempt sends the same bytes. So a lost
// reply never leads to a second run. When it is not known whether the service accepted the
// request, the error says so ([errors.MayHaveRun]). A wait ends when its context ends. When
// the caller does not limit the time of a wait, the wait sets a limit itself. A wait
// returns the output of every instance that has ended, even if the wait ends early.
//
// # Secrets
//
// A script, its parameters and its output belong to the caller. Three rules say where
// they appear:
//
//   - A value of this package shows names and sizes when package fmt prints it, or when
//     log/slog logs it as a separate attribute.
//   - JSON of [Request], [Result], [Group], [Report], [Summary], [Filter] and [Tag] holds
//     all data, for files and for other programs. JSON of an [Invocation] has no token. JSON
//     of a [Credential] shows which parts are set, and no value.
//   - Errors show no script, parameter or output: not when printed, not when logged, and
//     not as JSON. See package errors.
//
// Do not give a JSON log handler a slice, struct or map that holds a Request, Result,
// Group or Report. The handler would write all scripts, parameters and outputs, because
// encoding/json does not call LogValue. Log the value itself, a list that package fmt has
// printed, or ids and sizes:
//
//	logger.Info("done", "report", report, "failed", fmt.Sprint(report.Failed()))
//	logger.Info("done", "invocation", report.InvocationID, "failed", len(report.Failed()))
//
// Package fmt does not call Format for a value in an unexported field. So keep a pointer in
// such a field: %v, %+v and %#v then print only its address. Package fmt also does not call
// Format for a wrong verb (%w outside of Errorf, %p of a value). The tool go vet reports
// such verbs.
//
// # Concurrency
//
// A [Client] and an [Invocation] are safe for concurrent use. A [Builder] is a
// value: each setter returns a changed copy, so a base command can be shared.
// A [Request], [Report] or [Result] has no lock: do not change it while another
// goroutine uses it.
//
// The documentation of this package describes the rules of the ECS API
// reference, RunCommand: the edition of October 2024, and the parameters that
// the SDKs have gained since then.
package runcommand
