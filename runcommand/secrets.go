package runcommand

import (
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// An invocation from Client.Run remembers what must not be printed of its request.
// What the service says about it later may repeat a line of the script or a
// parameter, in a refusal of a poll or in the reason why an instance failed.

// asking is the question with the secrets of the invocation.
func (i *Invocation) asking(question request) request {
	if len(i.secrets) == 0 {
		return question
	}
	return confidential{question, i.secrets}
}

// A confidential question is masked for more than its own parameters.
type confidential struct {
	request
	secrets []string
}

func (c confidential) Params() wire.Params { return c.request.Params().WithSecrets(c.secrets) }

// masked is the result without secrets in its sentences. Output is data and stays.
func (i *Invocation) masked(r Result) Result {
	r.ErrorInfo = transport.Mask(r.ErrorInfo, i.secrets)
	r.OSS.ErrorInfo = transport.Mask(r.OSS.ErrorInfo, i.secrets)
	return r
}
