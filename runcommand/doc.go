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
// Scripts, parameters, outputs and credentials are never printed: every value
// of this package shows sizes and names under each verb of package fmt and in
// log/slog. The data is in the fields.
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
