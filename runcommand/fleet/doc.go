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
// [Fleet.Run] waits to the end and returns a [Report] with all outputs. [Fleet.Results] yields
// each result as its instance ends, and keeps no output: use it for many instances.
//
// A fleet divides the instances of its plan into waves, and each wave into chunks of up to
// 100 instances, since one request of the service takes no more (ECS API reference,
// RunCommand, InstanceId):
//
//	Plan      command, instances, limits                                   Journal
//	            |   New checks it, Run begins to send                      plan
//	            v
//	waves     |1| 2: 10 %  | 3: the rest                       |           wave
//	            |   A wave begins when all of the wave before has
//	            |   ended, the limit on failures was judged, the
//	            |   pause is over and the approval was given.
//	            v
//	chunks    |1|2|3|4| ... |12|13|14| ...                                 send, accepted
//	            |   Each is one RunCommand with a token and two tags.
//	            v
//	groups    |       1       |       2       | ...
//	            |   One call lists the state of 50 chunks.
//	            v
//	results   fetched with their outputs as the instances end              ended
//	            |
//	            v
//	Report    Results, Unready, NotSent, Unknown                           end
//
// # The life of a chunk
//
// The words at the arrows are entries of the journal. The boxes are what the [Report] says
// about the instances of the chunk: running and ended are both in Results.
//
//	         refused, unsent
//	     +----------------------+
//	     v                      |
//	[NotSent] ---- send ---> [open] ------ unknown -----> [Unknown]
//	     ^                      |                          |  |  |
//	     |                  accepted                       |  |  |
//	     |                      v                          |  |  |
//	     |                  [running] <---- accepted ------+  |  |
//	     |                      |                             |  |
//	     |                    ended                           |  |
//	     |                      v                             |  |
//	     |                   [ended] <--- decided: it ran ----+  |
//	     |                                                       |
//	     +---------------- decided: it did not run --------------+
//
// What happens between these states:
//
//   - The entry send is durable before the first attempt to send the chunk. When the journal
//     does not take it, the chunk is not sent, and the fleet halts.
//   - An open chunk has no outcome yet. At most 8 chunks are open at a time. The report counts
//     their instances as Unknown.
//   - After refused or unsent nothing was executed. The instances get into other chunks, with
//     other numbers and tokens, or the fleet halts: see "Refusals and failures".
//   - When the reply was lost, the chunk stays open. The fleet looks for it by its tags.
//     When the service does not list it for a minute, the fleet sends it again with its
//     token, and the service executes it once. The fleet sends it again only while the
//     announcement is less than 5 minutes old. After that the chunk is unknown and is never
//     sent again. The fleet looks for it until its command must have ended. Then its
//     instances count as failed.
//   - An accepted chunk is polled with its group. The fleet waits for a command until 2
//     minutes after its timeout. After that the instance counts as failed, with its latest
//     state.
//   - The entry ended holds the results of all instances of the chunk, without outputs.
//
// # Resume
//
// Each chunk is announced in the journal before it is sent. When a process dies, the journal
// lacks the outcome of at most 8 chunks. [Resume] reads the journal, and its [Fleet.Run] goes
// on with each instance by the latest entry about it:
//
//	none; refused; unsent     it gets the command, in a new chunk
//	send                      its chunk is looked for by its tags; when the service does not
//	                          list it for a minute, it is sent again with the same token in
//	                          the first 5 minutes after the entry, and becomes Unknown later
//	unknown                   its chunk is looked for once more, and never sent again
//	accepted                  it is waited for
//	stop                      it is waited for; an end by the stop does not count as failed
//	ended                     its result is taken over, with the output that the service still has
//	unready                   it stays unready, without another check
//	decided                   it has succeeded when it ran; otherwise it gets the command first
//
// A wave that has begun goes on without another approval. The pause after a wave counts from
// the end of that wave in the journal. After the entry halt, Resume needs [WithMaxFailures],
// unless decisions of a person have brought the failures back to the limit. A
// fleet that has ended can be resumed, too: it sends nothing and gives its results again.
//
// # At most once
//
// No instance runs the command of a fleet twice. This holds under these conditions:
//
//   - The [Journal] keeps its rules, and the fleet goes on with Resume. Two fleets that New
//     makes of one plan are two executions. The same is true for a fleet without a journal
//     that is made again after a crash. As long as the process does not crash, a fleet needs
//     no journal for this promise.
//   - The service executes requests with the same token once, for at least 5 minutes; the
//     documents give no time. The age of a token is the longer of the times that the monotonic
//     clock and the wall clock have measured. When the wall clock was set back between two
//     entries, the token is not used.
//   - The service lists a new invocation within a minute, and its tags name the fleet. Without
//     this, a fleet may not notice that its journal has lost the last entries: see
//     [ErrJournalIncomplete], [WithTags] and [WithVisibilityDelay].
//
// Further promises:
//
//   - Each instance of the plan is in exactly one list of the report, at any time. Results
//     yields no instance twice.
//   - At most 8 chunks become Unknown when a process dies. None does when the fleet is resumed
//     within 4 minutes and the service answers.
//   - A panic of a function in an option, of the journal, of a logger or of an observer does
//     not reach the caller. A panic in the body of the loop over Results does reach the
//     caller.
//
// A fleet does not promise that each instance runs the command: read Unready, NotSent and
// Unknown. It does not undo anything. A halt stops no command; only [StopOnCancel] does. The
// chunks of a wave run at the same time, so their instances have no order.
//
// # The journal
//
// Each entry of the journal is one JSON object with a type and a time, and can be read with
// any tool. It holds the script and its parameters, so treat a journal like the script; it
// holds no outputs. The types are
//
//	plan      the first entry, the checked plan: plan (fleet, region, command, instances, waves, ...)
//	resume    another process goes on
//	limit     a new limit on failures: maxFailures
//	wave      a wave begins: wave
//	unready   instances that cannot run the command: wave, unready (instance, code, info)
//	send      a chunk is about to be sent: wave, chunk, group, token, tags, instances
//	accepted  the service has accepted the chunk: chunk, invocation
//	refused   the service has refused the chunk, nothing ran: chunk, code, reason
//	unsent    the chunk was surely not executed, for another reason: chunk, code, reason
//	unknown   it is not known whether the chunk was accepted, it is not sent again: chunk
//	ended     all instances of the chunk have ended: chunk, results (instance, status, exitCode, ...)
//	decided   a person has decided about Unknown instances: instances, ran
//	stop      the context has ended, and the commands that run are stopped: chunk, instances
//	halt      more instances have failed than the limit allows: wave
//	end       the process has written all it knew: reason
//
// # Refusals and failures
//
// A request that the service refuses runs nowhere. When the reason can be a single instance,
// the chunk is divided until that instance is found. It is reported as not ready, and the
// others get their command. Any other refusal halts the fleet with its code, such as
// Invocation.ExceedQuota: the fleet can be resumed later. When sending fails in a way that
// can pass, such as throttling, the fleet tries again for up to 5 minutes in a row. It does
// the same when it cannot fetch outputs. Time that the program or the journal takes does not
// count. A poll that fails in such a way is repeated until the context ends.
//
// More failures than [Plan].MaxFailures halt the fleet: nothing more is sent, and what runs
// is waited for. The report says what was not sent.
//
// # Limits and costs
//
//	instances in a chunk      100, or the limit of the client, or Concurrency if that is less
//	chunks without outcome    8 at a time, so at most 8 requests are sent at the same time
//	other calls               4 polls, 4 fetches of outputs, 4 Preflights, 8 StopInvocation at a time
//	RunCommand                1000 calls a minute by the limiter of the client, so 100,000
//	                          instances; less when the service throttles
//	Describe operations       1000 calls a minute each by limiters of the fleet, unless the
//	                          client has limiters for them; less when the service throttles
//	polls                     one call for a group of 50 chunks; pauses by PollEvery, at first
//	                          1 s, later up to 20 s
//	outputs                   2 calls for 100 instances, since a reply has up to 50 results;
//	                          more when the instances of a chunk end far apart
//	SkipUnready               2 calls for 100 instances
//	Resume                    one call for each group at each look; the looks go on for a minute
//
// So 10,000 instances that run for ten minutes and end within a minute take about 385 calls:
// 100 that send, 86 polls and 200 for the outputs. The service also applies the limits of
// the account, such as the number of invocations in a day.
//
// Memory: 100,000 instances take at most 100 MiB with Results. Run also keeps the outputs, up
// to 24 KB for each instance. The entry of the plan in the journal has about 25 bytes for each
// instance. A fleet that is resumed late yields results without outputs: the documents say that
// the service keeps records for 30 days, and at most 10,000 of them.
//
// # Rights
//
// A fleet needs the rights ecs:RunCommand, ecs:DescribeInvocations and
// ecs:DescribeInvocationResults. [StopOnCancel] also needs ecs:StopInvocation. SkipUnready
// also needs the rights of [runcommand.Client.Preflight]. Without SkipUnready those rights
// are optional: with them a fleet finds the reason of a refusal sooner.
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
// wave, done and failed are those of [Wave]. The key code is empty when the service did not
// answer, for example when a credential was missing. The level of the first two is
// [slog.LevelInfo], that of the last one [slog.LevelError], and that of the others
// [slog.LevelWarn]. No record holds a secret.
//
// The observer of the client ([runcommand.WithObserver]) sees each wave as an operation. So
// module otelruncommand makes a span of each wave.
//
//	fleet.Wave           begins with FleetID, Wave, Instances; ends with Done, Failed, Total,
//	|                    ByStatus, Err
//	+- Run               a chunk is sent
//	+- Invocations       a poll of a group
//	+- Describe          a poll of a chunk that is not found by its tags
//	+- Fetch             the outputs of a chunk
//	+- Preflight         SkipUnready, or the reason of a refusal
//	+- Stop              StopOnCancel
//
// The operation ends before the pause, when all instances of the wave have ended, or when
// the run ends. Err is the [*HaltError] when the fleet halted in the wave. A resumed fleet
// begins an operation for the wave with which it goes on, without a record "wave begun". It
// also makes calls outside of waves: it looks for commands that the journal does not name,
// and fetches outputs again.
//
// # Tests in virtual time
//
// Package runcommandtest is a local service that runs in the process of the test. Inside
// testing/synctest, its time and that of the fleet are virtual: hours of pauses and commands
// take milliseconds.
//
//	func TestRollout(t *testing.T) {
//		synctest.Test(t, func(t *testing.T) {
//			s := runcommandtest.Start(t)
//			s.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})
//			s.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
//				return runcommandtest.Outcome{Takes: 10 * time.Minute}
//			})
//			s.Inject(runcommandtest.Fault{
//				Kind: runcommandtest.FaultResetAfterAccept, Action: "RunCommand",
//			})
//			f, err := fleet.New(s.Client(), fleet.Plan{
//				Command:     runcommand.Shell("reindex").Timeout(time.Hour),
//				Instances:   []string{"i-1", "i-2"},
//				Waves:       []fleet.Size{fleet.Count(1)},
//				MaxFailures: fleet.Count(0),
//				Pause:       24 * time.Hour,
//			})
//			if err != nil {
//				t.Fatal(err)
//			}
//			if _, err := f.Run(t.Context()); err != nil {
//				t.Fatal(err)
//			}
//			if n := s.Executions("i-1"); n != 1 { // although the first reply was lost
//				t.Errorf("it ran %d times", n)
//			}
//		})
//	}
//
// A journal in memory, as in the example of [Journal], or a [FileJournal] works there, too.
// To test a crash, let Append of your journal fail from some entry on: a fleet that cannot
// write sends nothing more. Then resume from the entries before it. In its first minute a
// resumed fleet sends no new chunk; in tests in real time, [WithVisibilityDelay] shortens
// this minute.
package fleet
