// Package fleet runs a command on any number of instances: in waves, halted by failures,
// and resumable after a crash. No instance runs the command twice.
//
//	f, err := fleet.New(client, fleet.Plan{
//		Command:     runcommand.Shell("yum -y update").Timeout(20 * time.Minute),
//		Instances:   ids,
//		Waves:       []fleet.Size{fleet.Count(1), fleet.Percent(10), fleet.Percent(100)},
//		MaxFailures: fleet.Percent(2),
//	}, fleet.WithJournal(journal))
//	report, err := f.Run(ctx)
//
// A fleet divides the instances of its plan into waves, and each wave into chunks of up to
// 100 instances, since one request of the service takes no more (ECS API reference,
// RunCommand, InstanceId):
//
//	plan     i-1 ........................................................ i-10000
//	waves    |1| 2: 10 %  | 3: the rest                                          |
//	          ^            ^
//	          |            begins when all of wave 2 has ended, the limit on failures
//	          |            was judged, the pause is over and the approval was given
//	chunks   |1|2|3|4| ... |12|13|14| ...            each is one RunCommand with two tags
//	groups   |    1    |    2    | ...               50 chunks: one call lists their state
//
// # At most once
//
// Each chunk is announced in the journal before it is sent. When a process dies, the journal
// lacks the outcome of at most 8 chunks. [Resume] looks for them by their tags, sends them
// again only as long as the service surely knows their tokens, and reports their instances
// as Unknown otherwise.
//
// # The journal
//
// Each entry of the journal is one JSON object with a type and a time, and can be read with
// any tool. It holds the script and its parameters, so treat a journal like the script; it
// holds no outputs. The types are
//
//	plan      the first entry, the checked plan: plan (fleet, region, command, instances, waves, ...)
//	resume    another process goes on
//	limit     another one for failures: maxFailures
//	wave      a wave begins: wave
//	unready   instances that cannot run the command: wave, unready (instance, code, info)
//	send      a chunk is about to be sent: wave, chunk, group, token, tags, instances
//	accepted  the service has accepted the chunk: chunk, invocation
//	refused   the service has refused the chunk, nothing ran: chunk, code, reason
//	unsent    the chunk was surely not sent, nothing ran: chunk, code, reason
//	unknown   it is not known whether the chunk was accepted, it is not sent again: chunk
//	ended     all instances of the chunk have ended: chunk, results (instance, status, exitCode, ...)
//	decided   a person has decided about Unknown instances: instances, ran
//	stop      the context of the fleet has ended, and the commands that run are stopped: chunk, instances
//	halt      more instances have failed than the limit allows: wave
//	end       the process has written all it knew: reason
//
// # Refusals and failures
//
// A request that the service refuses runs nowhere. When the reason can be a single instance,
// the chunk is divided until the instance is found: it is reported as not ready, and the
// others get their command. Any other refusal halts the fleet with its code, such as
// Invocation.ExceedQuota: the fleet can be resumed later. A failure to send that passes by
// waiting, such as throttling, is waited for, up to 5 minutes in a row. So is one to fetch
// outputs. Time that the program or the journal takes does not count. Polls that fail so are
// repeated until the context ends.
//
// More failures than [Plan].MaxFailures halt the fleet: nothing more is sent, and what runs
// is waited for. The report says what was not sent.
//
// # Limits and rights
//
// Chunks go through the limiter of the client for RunCommand. The Describe calls go through
// limiters of the fleet, at first 1000 calls a minute for each operation, unless the client
// has limiters for them. The rights are ecs:RunCommand, ecs:DescribeInvocations and
// ecs:DescribeInvocationResults; ecs:StopInvocation for [StopOnCancel]; those of
// [runcommand.Client.Preflight] for SkipUnready, and, without being required, to find the
// reason of a refusal sooner.
//
// # Logs, spans and metrics
//
// The logger of the client ([runcommand.WithLogger]) gets the records of all calls and, from
// the fleet, the following ones. Their messages and keys are stable:
//
//	fleet: wave begun                           fleet wave instances
//	fleet: wave ended                           fleet wave instances done failed
//	fleet: chunk refused                        fleet chunk code
//	fleet: halted                               fleet reason
//	fleet: the function of OnProgress panicked  fleet
//
// The key fleet is the id of the fleet. The key instances is the number of instances in the
// wave, done and failed are those of [Wave]. The key code is empty when no answer of the
// service, but for example a missing credential, prevented the sending. The level of the
// first two is [slog.LevelInfo], that of the last one [slog.LevelError], and that of the
// others [slog.LevelWarn]. No record holds a secret.
//
// The observer of the client sees each wave as an operation fleet.Wave, with the calls of
// the wave below it. So module otelruncommand makes a span of each wave.
package fleet
