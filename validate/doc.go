// Package validate checks a command against the documented limits and rules of
// RunCommand before anything is sent.
//
// [Limits.Check] returns every rule that a [Command] breaks, not only the first,
// each with the wire name of the field and the code that the service would
// answer. [Limits.Warnings] returns what is legal and will probably not do what
// it seems to.
//
// # What is checked
//
// The rules are those of the ECS API reference (RunCommand) and of the Cloud
// Assistant guides: presence, enumerations, lengths, counts, forms, and how fields
// exclude or require each other. Characters are Unicode code points. A KB is
// 1,024 bytes, and the size of a script is measured after Base64, in which
// it travels.
//
// Where the documents leave open whether the service accepts something, it is
// accepted here: instance ids need only be non-empty, tag keys may begin with
// "ACS:", a past moment is a warning. The few checks that the service does not
// document are marked [errors.Violation.Local] and say so in their message. One
// of them concerns every text: it must be valid UTF-8, since other bytes do not
// survive JSON. The script is bytes and may hold any.
//
// # Size
//
// A violation tells the limit and the size of what was given, not the value. Only
// the reason why a schedule does not parse quotes a piece of the expression, at
// most 24 bytes.
// The number of violations is bounded whatever is given: a million bad instance
// ids are one violation with a count.
package validate
