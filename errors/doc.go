// Package errors holds the error codes and error types of running commands with Cloud
// Assistant. It also has every function of the standard library's package errors. So
// import this package in place of that one.
//
//	Build, Run              ValidationError     the request breaks rules, nothing was sent
//	   |
//	Run                     RunError            the command was not accepted, or that is unknown
//	   |                       +- CredentialError    no credential, nothing was sent
//	   |                       +- APIError           the service refused
//	   |                       +- TransportError     no usable answer
//	   |
//	Wait, Results           WaitError           the wait ended before the command
//	   |                       +- APIError, TransportError, the error of a context
//	   |
//	the command has ended   InvocationError     it did not succeed on every instance
//	                           +- InstanceError      one for each of them
//
// # Asking what happened
//
// You can ask three questions about any error. The answers are the same whether the
// client's own checks, the service or an instance found the failure.
//
//   - Which kind: Is(err, [ErrThrottled]). A [Kind] is one of fourteen broad classes;
//     [KindOf] returns it.
//   - Which code: Is(err, [CmdNameExceedLimit]). There is a [Code] constant for
//     every documented code, named like the code without its dots. [Kind.Codes] lists
//     all of them by kind, with their meaning.
//   - Which details: [AsType] with one of the types below.
//
// # The types
//
//   - [ValidationError]: the request breaks rules; the error lists all of them.
//     Nothing was sent.
//   - [CredentialError]: the look-up of the credential failed. Nothing was sent.
//   - [APIError]: the service refused the call.
//   - [TransportError]: no usable answer arrived.
//   - [RunError]: running a command failed. It wraps the error of the last attempt
//     and says whether the command may have run.
//   - [WaitError]: the wait ended before the command did.
//   - [InvocationError] with its [InstanceError]s: the command ended and did not
//     succeed on every instance.
//
// # Trying again
//
// [Retryable] is true only when repeating the call may succeed and is safe; it is
// false whenever [MayHaveRun] is true. [RetryAfter] returns the pause that the service
// asked for.
//
// # Printing
//
// Errors can be printed and logged without showing the content of a command: with the
// verbs of fmt, with slog and as JSON, as values and as pointers, alone and inside
// exported fields, slices and maps. They show names, codes and sizes. Script output,
// foreign reply bodies and client tokens are only in the fields of the types. The text
// of a cause is shown without the URLs in it. At most 16 KiB of the text are shown.
//
// There are two exceptions. In both, package fmt prints fields without calling methods.
// The first is an error in an unexported field: a pointer to an error is safe there with
// %v, %+v and %#v, but not with other verbs. The second is a misused verb (%w outside of
// Errorf, %p of a value); go vet reports it.
//
// [AsType] and Unwrap can return causes of other packages. This package does not
// control what these print.
package errors
