package runcommand

import (
	"context"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// Credential signs requests: an access key pair, a pair with the security
// token of temporary credentials (STS), or a bearer token alone.
//
// Printed by package fmt or log/slog it shows which parts are set and no part
// of them.
type Credential struct {
	AccessKeyID, AccessKeySecret string
	SecurityToken                string
	BearerToken                  string
}

// CredentialProvider supplies credentials. It is asked before every attempt,
// so it should keep what it fetched until shortly before it expires.
//
// The client asks one question at a time, in a goroutine of its own and with a
// time limit on the context; a caller's own context bounds only the caller's
// waiting. An error, or a credential with no usable part or with blanks, quotes or
// a line break around a part, comes back as an [*errors.CredentialError], and
// nothing was sent.
type CredentialProvider interface {
	Credential(ctx context.Context) (Credential, error)
}

// CredentialFunc is a function that is a [CredentialProvider].
type CredentialFunc func(ctx context.Context) (Credential, error)

// Credential calls f; a nil f is an error.
func (f CredentialFunc) Credential(ctx context.Context) (Credential, error) {
	if f == nil {
		return Credential{}, invalid("CredentialFunc: the function is nil")
	}
	return f(ctx)
}

// source hands a provider's answers to the transport.
func credentialFunc(p CredentialProvider) func(context.Context) (transport.Credential, error) {
	return func(ctx context.Context) (transport.Credential, error) {
		c, err := p.Credential(ctx)
		return transport.Credential(c), err
	}
}

// staticCredential always answers the same.
type staticCredential Credential

func (s staticCredential) Credential(context.Context) (Credential, error) { return Credential(s), nil }
