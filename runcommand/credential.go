package runcommand

import (
	"context"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// Credential signs requests. It is an access key pair, or a pair with the
// security token of temporary credentials (STS), or a bearer token alone.
//
// When package fmt or log/slog prints a Credential, the text shows which parts are set.
// It shows no value.
type Credential struct {
	AccessKeyID, AccessKeySecret string
	SecurityToken                string
	BearerToken                  string
}

// CredentialProvider supplies credentials. The client calls it before every attempt. So
// the provider should cache a credential until shortly before the credential expires.
//
// The client calls the provider in a separate goroutine, one call at a time. The context
// of this call ends after 30 s. When the context of a Run or a Wait ends, that Run or
// Wait no longer waits for the provider, but the call of the provider goes on. The client
// sends nothing and returns an [*errors.CredentialError] in three cases: the provider
// returns an error, no part of the credential can sign, or a part has blanks, quotes or a
// line break around it.
type CredentialProvider interface {
	Credential(ctx context.Context) (Credential, error)
}

// CredentialFunc lets a program use a function as a [CredentialProvider].
type CredentialFunc func(ctx context.Context) (Credential, error)

// Credential calls f. When f is nil, it returns an error.
func (f CredentialFunc) Credential(ctx context.Context) (Credential, error) {
	if f == nil {
		return Credential{}, invalid("CredentialFunc: the function is nil")
	}
	return f(ctx)
}

// credentialFunc converts a provider into the function that package transport calls.
func credentialFunc(p CredentialProvider) func(context.Context) (transport.Credential, error) {
	return func(ctx context.Context) (transport.Credential, error) {
		c, err := p.Credential(ctx)
		return transport.Credential(c), err
	}
}

// staticCredential is a provider that returns the same credential in every call.
type staticCredential Credential

func (s staticCredential) Credential(context.Context) (Credential, error) { return Credential(s), nil }
