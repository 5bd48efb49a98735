package runcommand

import (
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// An invocation from Client.Run keeps the parameters of its request. These hold secrets.
// Later replies may repeat a line of the script or a parameter, in a refusal or in the
// reason why an instance failed. The functions of this file mask the secrets there.

// withSecrets returns the parameters with the secrets of the invocation added. The errors
// of a call with these parameters mask the secrets.
func (i *Invocation) withSecrets(params wire.Params) wire.Params {
	return params.WithSecretsOf(i.request)
}

// masked returns the result with the secrets masked in its error texts. The output is
// data and is not changed.
func (i *Invocation) masked(r Result) Result {
	if i.request != nil {
		r.ErrorInfo = transport.Mask(r.ErrorInfo, *i.request)
		r.OSS.ErrorInfo = transport.Mask(r.OSS.ErrorInfo, *i.request)
	}
	return r
}
