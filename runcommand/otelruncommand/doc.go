// Package otelruncommand makes OpenTelemetry spans and metrics of what a
// [runcommand.Client] does.
//
//	client, err := runcommand.NewClient("cn-hangzhou",
//		runcommand.WithObserver(otelruncommand.Observer()))
//
// It is a module of its own, so that programs without OpenTelemetry do not depend on it.
//
// # Spans
//
// Each operation of the client is a span of kind internal. Its name is runcommand. and the
// name of the operation (see [runcommand.Operation]). Each attempt to call the service is a
// span of kind client. Its name is Ecs/ and the action. This is a RunAndWait whose first
// reply was lost:
//
//	runcommand.RunAndWait
//	├── runcommand.Run
//	│   ├── Ecs/RunCommand                   error: the reply was lost
//	│   └── Ecs/RunCommand                   the same command, accepted once
//	└── runcommand.Wait
//	    ├── Ecs/DescribeInvocations          one for each poll
//	    └── Ecs/DescribeInvocationResults    the outputs
//
// Waves of package fleet are spans with the name runcommand.fleet.Wave, and what they call is
// below them. Each wave is a trace of its own, unless the context of the fleet has a span:
// start one around Fleet.Run to have all waves in one trace:
//
//	your span
//	├── runcommand.fleet.Wave                wave 1
//	│   ├── runcommand.Run                   one for each chunk
//	│   │   └── Ecs/RunCommand
//	│   ├── runcommand.Invocations           one for each poll of 50 chunks
//	│   └── runcommand.Fetch                 the outputs of a chunk
//	└── runcommand.fleet.Wave                wave 2
//
// The wait for a limiter or for a retry is the gap before an attempt, and an attribute of it.
//
// Attributes of operations:
//
//	cloud.provider, cloud.region            alibaba_cloud, and the region of the client
//	runcommand.invocation.id                the invocation
//	runcommand.instances                    number of instances that the operation names
//	runcommand.instances.done .failed .total  of a wait, a wave, WaitReady or Preflight
//	runcommand.attempts                     number of attempts of a Run
//	runcommand.fleet.id .wave               of a wave
//	alibaba_cloud.request_id                id of the reply that accepted a Run
//	error.type                              see below
//
// Attributes of attempts, after the semantic conventions for RPC clients:
//
//	rpc.system.name, rpc.method             alibaba_cloud, and Ecs/ with the action
//	rpc.response.status_code                the code of a refusal, such as Throttling.User
//	http.response.status_code               the HTTP status of a failed attempt
//	server.address, server.port             the endpoint
//	cloud.provider, cloud.region            as above
//	runcommand.attempt.number               1 for the first attempt of a call
//	runcommand.attempt.limiter_wait         seconds in the queue of the limiter; absent when 0
//	runcommand.attempt.retry_wait           seconds waited after a failed attempt; absent when 0
//	alibaba_cloud.request_id                id in the reply
//	error.type                              see below
//
// The span of a failed operation or attempt has the status Error with the text of the error.
// Its error.type is, in this order: context.Canceled or context.DeadlineExceeded, a
// documented code of the service, the kind of the error such as unavailable
// ([errors.KindOf], with _ for blanks), or _OTHER.
//
// # Metrics
//
//	rpc.client.call.duration                   s           duration of attempts
//	runcommand.client.attempts                 {attempt}   attempts
//	runcommand.client.retries                  {attempt}   attempts after the first of a call
//	runcommand.client.throttled                {attempt}   attempts that the service throttled
//	runcommand.client.limiter.wait.duration    s           time in the queue of the limiter, of each attempt
//	runcommand.client.retry.wait.duration      s           time waited before each retry
//	runcommand.client.operation.duration       s           duration of operations
//	runcommand.client.run.duration             s           from the start of a Run to the end of its wait; not for fleets
//	runcommand.client.instances                {instance}  instances whose command ended, by runcommand.status
//
// The first six have the attributes rpc.system.name, rpc.method, server.address, server.port
// and cloud.region; the first two also error.type, and the first one rpc.response.status_code
// with a documented code. The last three have cloud.region; the durations also error.type, and
// those of operations runcommand.operation. No attribute of a metric has an id, so the number
// of time series is bounded.
//
// The last two count again what a second Wait or Results for the same invocation waits for, and
// runcommand.client.instances also what a resumed fleet finds in the wave with which it goes on.
//
// # Context propagation
//
// The context of an HTTP request is that of its attempt. A client of [net/http] with a
// transport of otelhttp ([runcommand.WithHTTPClient]) sends the header traceparent, and its
// span is a child of that of the attempt.
//
// # Secrets
//
// Spans and metrics hold no script, parameter, output, token or key. The texts of errors are
// those that the errors print: they are masked.
package otelruncommand
