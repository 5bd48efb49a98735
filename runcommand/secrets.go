package runcommand

import (
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// An invocation from Client.Run remembers what must not be printed of its request.
// What the service says about it later may repeat a line of the script or a
// parameter, in a refusal of a poll or in the reason why an instance failed.

// asking is the question, whose reply may repeat the secrets of the invocation.
func (i *Invocation) withSecrets(question wire.Params) wire.Params {
	return question.WithSecretsOf(i.request)
}

// masked is the result without secrets in its sentences. Output is data and stays.
func (i *Invocation) masked(r Result) Result {
	if i.request != nil {
		r.ErrorInfo = transport.Mask(r.ErrorInfo, *i.request)
		r.OSS.ErrorInfo = transport.Mask(r.OSS.ErrorInfo, *i.request)
	}
	return r
}
