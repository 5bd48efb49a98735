// Package realaccount asks a real account what the documents of the service leave open. It is the
// program of one day with a real account: see internal/REALACCOUNT.md.
//
// The questions are data: [Questions] returns all of them, also those that no program can answer, with
// the reason. A question that can be asked has a probe: a function that makes a few calls with
// harmless commands, and returns an answer. [Run] asks the questions one after the other and compares
// each answer with what the client and the local service assume. [Report] is the result.
//
// [Recorder] writes every exchange with the service into a file without anything secret. [Replayer]
// answers from these files. So a recorded day can be read again, and compared, without an account.
//
// The program itself is in the folder cmd, behind the build tag realaccount. Everything else is in this
// package, so that the normal tests run all of it against the local service.
package realaccount
