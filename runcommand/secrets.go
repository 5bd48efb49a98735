package runcommand

import (
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// An invocation from Client.Run, or with OfRequest, keeps the parameters of its request.
// These parameters hold secrets. Later replies may repeat a line of the script or a parameter, in a
// refusal or in the reason why an instance failed. The functions of this file mask the
// secrets in such texts.

// withSecrets adds the secrets of the invocation to the parameters of a call. The secrets
// are not sent. They are added because the errors of the call must mask them.
func (i *Invocation) withSecrets(params wire.Params) wire.Params {
	return params.WithSecretsOf(i.request)
}

// masked returns the result with the secrets masked in its error texts. It does not
// change the output, because the output is data for the program.
func (i *Invocation) masked(r Result) Result {
	if i.request != nil {
		r.ErrorInfo = transport.Mask(r.ErrorInfo, *i.request)
		r.OSS.ErrorInfo = transport.Mask(r.OSS.ErrorInfo, *i.request)
	}
	return r
}
