// Package validate checks a command against the documented limits and rules of
// RunCommand before anything is sent.
//
//	Command and Limits
//	   |
//	   +-> Limits.Check      every rule that the command breaks: the service would refuse it
//	   +-> Limits.Warnings   what is legal but probably not meant
//	   +-> Command.Script    the script that runs, with its parameters filled in
//
// [Limits.Check] returns every rule that a [Command] breaks, not only the first,
// each with the wire name of the field and the code that the service would
// answer. [Limits.Warnings] lists the parts of a command that are legal but will
// probably not do what they seem to do. [Command.Script] returns the script that runs.
//
// # What is checked
//
// The rules are those of the ECS API reference (RunCommand) and of the Cloud
// Assistant guides: presence, enumerations, lengths, counts, forms, and how fields
// exclude or require each other. Characters are Unicode code points. A KB is
// 1,024 bytes. The size of a script is the size of its Base64 form, since that form is
// sent.
//
// This package accepts what the documents do not forbid: an instance id can be any text
// that is not empty, a tag key may begin with "ACS:", and a past moment is only a
// warning. The few checks that the service does not document are marked
// [errors.Violation.Local], and their messages say so. One of these checks applies to
// every text: it must be valid UTF-8, since JSON changes other bytes. The script may
// contain any bytes.
//
// # Size
//
// A violation gives the limit and the size of the value, but not the value itself. It may
// name parameters and placeholders, which are no secrets, with a piece of at most 32 bytes.
// The reason why a schedule does not parse quotes a piece of the expression, at most 24
// bytes. The number of violations is bounded for every input: a million bad instance
// ids are one violation with a count.
package validate

//go:generate go run ../internal/ruleindex
