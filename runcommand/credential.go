package runcommand

import (
	"context"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// Credential signs requests: an access key pair, a pair with the security
// token of temporary credentials (STS), or a bearer token alone.
//
// Printed by package fmt or log/slog, it shows which parts are set, and no value.
type Credential struct {
	AccessKeyID, AccessKeySecret string
	SecurityToken                string
	BearerToken                  string
}

// CredentialProvider supplies credentials. The client calls it before every attempt, so
// it should cache a credential until shortly before that expires.
//
// The client makes one call at a time, in a goroutine of its own. The context of the
// call ends after 30 s. The context of a Run or a Wait ends only the waiting for the
// call. The client returns an [*errors.CredentialError], and sends nothing, when the
// provider returns an error, when no part of the credential can sign, or when a part
// has blanks, quotes or a line break around it.
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

// credentialFunc returns the provider in the form that package transport calls.
func credentialFunc(p CredentialProvider) func(context.Context) (transport.Credential, error) {
	return func(ctx context.Context) (transport.Credential, error) {
		c, err := p.Credential(ctx)
		return transport.Credential(c), err
	}
}

// staticCredential is a provider that always returns this credential.
type staticCredential Credential

func (s staticCredential) Credential(context.Context) (Credential, error) { return Credential(s), nil }
