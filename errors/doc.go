// Package errors holds the error codes and error types of running commands with
// Cloud Assistant. It is a superset of the standard library's package of the same
// name and is imported in its place.
//
// # Asking what happened
//
// Three questions can be asked of any error, whoever noticed the fault: the
// client's own checks, the service, or an instance.
//
//   - Which kind: Is(err, [ErrThrottled]). A [Kind] is one of fourteen broad classes;
//     [KindOf] returns it.
//   - Which code: Is(err, [CmdNameExceedLimit]). There is a [Code] constant for
//     every documented code, named by the code without its dots.
//   - Which details: [AsType] with one of the types below.
//
// # The types
//
//   - [ValidationError]: the request breaks documented rules; it lists all of
//     them and nothing was sent.
//   - [CredentialError]: no credential could be had; nothing was sent.
//   - [APIError]: the service said no.
//   - [TransportError]: no usable answer arrived.
//   - [RunError]: surrounds the two above when running a command failed, and says
//     whether the command may have run.
//   - [WaitError]: the wait ended before the command did.
//   - [InvocationError] and its [InstanceError]s: the command ended, not everywhere well.
//
// # Trying again
//
// [Retryable] is true only when repeating the call is both promising and safe;
// it is false whenever [MayHaveRun] is true. [RetryAfter] is the pause that the
// service asked for.
//
// # Printing
//
// Errors can be printed and logged without showing what a command held: with the
// verbs of fmt, with slog and as JSON, as values and as pointers, alone and
// inside exported fields, slices and maps. They show names, codes and sizes.
// Script output, foreign reply bodies and client tokens are in the fields of the
// types and nowhere else; of a cause the text is shown without the addresses in
// it, at most 16 KB.
//
// There are two exceptions, in which package fmt prints fields without asking
// for methods: in an unexported field, where a pointer helps with %v, %+v and %#v
// alone, and after a misused verb (%w outside of Errorf, %p of a value), which go
// vet reports.
//
// [AsType] and Unwrap lead to causes that may be of other packages. What these
// print is up to them.
package errors
