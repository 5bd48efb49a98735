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
// Package runcommand calls Check before it sends a command. It writes the warnings to the log of
// the client, if the client has one. Import this package to check commands in another place, such
// as a form or a build, or to set the [Limits] of an account.
//
// # What is checked
//
// The rules are those of the ECS API reference (RunCommand) and of the Cloud
// Assistant guides: presence, enumerations, lengths, counts, forms, and how fields
// exclude or require each other. The comment of [Limits.Check] lists all of them by
// parameter, with code, message and source. The rules between fields are:
//
//	InstanceIDs, ResourceTags      one of the two is needed, both together are refused
//	Parameters                     need EnableParameter, and names that the script uses
//	KeepCommand                    lowers the limit of the script
//	RepeatMode Period              needs a schedule
//	Frequency                      no shorter than Timeout; not together with RepeatMode DryRun
//	Username on Windows            needs WindowsPasswordName, except for the user System
//	ContainerID, ContainerName     not for PowerShell and Bat
//
// This package accepts what the documents do not forbid: an instance id can be any text
// that is not empty, a tag key may begin with "ACS:", and a past moment is only a
// warning. The few checks that the service does not document are marked
// [errors.Violation.Local], and their messages say so. One of these checks applies to
// every text: it must be valid UTF-8, since JSON changes other bytes. The script may
// contain any bytes.
//
// # What is not checked
//
// A command without violations can still fail. This package looks nothing up. It does not know
// whether the instances exist, run, and have an agent that is new enough. It does not know
// whether the account has the right and the quota. And it does not know whether the user, the
// directory, the container, the password parameter and the bucket exist. Method Preflight of
// package runcommand asks the service about the instances.
//
// Some rules of the service are published in part or not at all, and so they are not checked: the
// largest Timeout, the grammar of a Launcher, and how much of the size limit the values of the
// parameters take up. The script itself is not checked for errors either. Only a few mistakes
// give a warning: with them the script runs differently from how it reads.
//
// # Violations and warnings
//
//	                 violation                          warning
//	means            the command breaks a rule          it is legal, but probably not meant
//	Client.Run       sends nothing and returns it       sends the command and logs it
//	type             errors.Violation                   validate.Warning
//	has              field, code, message, cause        field, message
//	programs use     errors.Is(v, code), v.Field        w.Field
//
// Check returns nil when there is no violation, and Warnings returns nil when there is no
// warning. Neither returns an error: they need nothing but the command. A schedule that does not
// parse is a violation whose cause is the *frequency.ParseError. Warnings of a schedule have
// codes and a Chinese text in package frequency.
//
// # Units
//
// Characters are Unicode code points: 中 and 🦉 count as one each. The documents do not say which
// unit they mean. Code points are the most lenient of the likely units. The size of a script is
// the size of its Base64 form in bytes, since that form is sent: three bytes of script are four
// of Base64. A KB is 1,024 bytes. A Timeout is in whole seconds. Positions in messages count from
// 1: lines of a script, instance ids, tags (Tag.3.Key is the key of the third), and bytes of a
// text.
//
// # Size of the answer
//
// A violation gives the limit and the size of the value, but not the value itself. It may contain
// names of parameters and placeholders, which are no secrets, with at most 32 bytes of each. The
// reason why a schedule does not parse quotes a piece of the expression, at most 24 bytes. The
// number of violations is bounded for every input: a million bad instance ids are one violation
// with a count.
//
// # Cost and concurrency
//
// Check takes a few microseconds for a usual command, and some tens of microseconds for one near
// every limit: 100 ids, 20 tags, 16 KB of script. A script of more than 1 MiB in Base64 is measured
// but not read, unless a raised limit allows it. Nothing is sent, and no file is read. Every
// function may be called by any number of goroutines, as long as the command does not change during
// the call. Commands and limits are not changed, and no part of them is kept.
package validate

//go:generate go run ../internal/ruleindex
