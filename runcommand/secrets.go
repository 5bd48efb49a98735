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

// Mask returns text with *** in place of what the request does not print: its script, its
// parameters, the name of its Windows password and its client token. Use it before you log a text
// that may repeat them, such as the error of a database that was to store the request.
//
// Mask finds any 8 bytes in a row of one of these. It finds a value or a
// line of the script of 4 to 7 bytes only as a whole, and a shorter one not at all. It finds
// all of these plain, with the usual escapes of JSON, URLs and HTML, in Base64 and in
// hexadecimal. A text of more than 64 KiB is cut after 64 KiB. A nil Request masks nothing.
// Mask is safe for concurrent use.
func (r *Request) Mask(text string) string {
	if r == nil {
		return text
	}
	return transport.Mask(text, r.params("", r.ClientToken))
}
