// Package runcommand runs shell, PowerShell and Bat scripts on Alibaba Cloud
// ECS instances through Cloud Assistant's RunCommand operation.
//
// Four nouns carry the package: a [Request] is built, a [Client] runs it, the
// [Invocation] that comes back is waited for, and its [Report] holds one
// [Result] an instance.
//
//	client, err := runcommand.NewClient("cn-hangzhou")
//	req, err := runcommand.Shell("df -h {{dir}}").
//		Parameter("dir", "/var").
//		Timeout(30*time.Second).
//		Instances("i-bp185dy2o3o6neg0001").
//		Build()
//	report, err := client.RunAndWait(ctx, req)
//
// # What the package promises
//
// A request is checked on the client against every documented limit, and all
// violations come back at once ([errors.ValidationError]). It is executed at
// most once: a [Client.Run] makes one client token before its first attempt
// and repeats byte-identical parameters with it, so that a lost reply never
// doubles a script; when it cannot be known whether the service accepted, the
// error says so ([errors.MayHaveRun]). A wait obeys its context, is bounded
// even when nobody bounds it, and hands over the output of every instance,
// also when it ends early.
//
// # Secrets
//
// A script, its parameters and its output are data, which belong to the caller.
// Three rules say where they show:
//
//   - Printed by package fmt, or logged by log/slog as an attribute of their own,
//     the values of this package show names and sizes.
//   - JSON of [Request], [Result], [Report], [Summary], [Filter] and [Tag] is the
//     data, whole: for files and for other programs. JSON of an [Invocation] has
//     no token, and that of a [Credential] no part of it.
//   - Errors show none of it in any of the three forms; see package errors.
//
// So a JSON log handler that meets a slice, a struct or a map with a Request, a
// Result or a Report in it writes scripts, parameters and outputs whole:
// encoding/json asks no LogValue. Log the value itself, the text of a list, or ids
// and sizes:
//
//	logger.Info("done", "report", report, "failed", fmt.Sprint(report.Failed()))
//	logger.Info("done", "invocation", report.InvocationID, "failed", len(report.Failed()))
//
// Package fmt does not ask a value how to print itself in an unexported field,
// where a pointer helps with %v, %+v and %#v alone, and after a misused verb (%w
// outside of Errorf, %p of a value), which go vet reports.
//
// # Concurrency
//
// A [Client] and an [Invocation] are safe for concurrent use. A [Builder] is a
// value: each setter returns a changed copy, so a base command can be shared.
// A [Request], [Report] or [Result] belongs to whoever holds it.
//
// The rules named in the documentation are those of the ECS API reference,
// RunCommand (edition of October 2024 and the parameters that the SDKs have
// gained since).
package runcommand
