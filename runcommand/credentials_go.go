package runcommand

import (
	"github.com/aliyun/credentials-go/credentials"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// WithCredentialsGo signs with a credential of github.com/aliyun/credentials-go. Its type
// may be access_key, sts, bearer, ram_role_arn, ecs_ram_role, oidc_role_arn,
// credentials_uri or rsa_key_pair, or a type that the program defines. A later option
// for credentials replaces this one.
//
// The client calls GetCredential before every attempt, in a separate goroutine. Clients
// that share the option make one call at a time, since some providers of the library have
// no lock. GetCredential takes no context. When the context of a Run or another method
// ends, that method returns at once, but GetCredential goes on. GetCredential may take
// 30 s. After this time, the attempts that wait for it fail.
//
// When GetCredential fails or panics, nothing is sent, and the error is an
// [*errors.CredentialError]. Its text names the kind of failure in words of this module,
// because error texts of the library may hold replies, addresses and tokens. For a nil
// credential, or one that holds a nil pointer, [NewClient] returns an error.
func WithCredentialsGo(credential credentials.Credential) Option {
	// The provider is made here, once for each option. So all clients with this option share
	// the lock of the provider.
	provider := fromCredentialsGo(credential)
	return func(c *config) error {
		if holdsNil(credential) {
			return invalid("WithCredentialsGo: credential is nil")
		}
		c.credential = provider
		return nil
	}
}

// fromCredentialsGo makes a provider from a credential of credentials-go. The
// credential must not be nil.
func fromCredentialsGo(credential credentials.Credential) CredentialProvider {
	return CredentialFunc(transport.Serialize(func() (Credential, error) {
		model, err := credential.GetCredential()
		switch {
		case err != nil:
			return Credential{}, &transport.LibraryError{Err: err}
		case model == nil:
			return Credential{}, errors.New("GetCredential returned neither a credential nor an error")
		}
		return credentialOf(model), nil
	}))
}

// credentialOf returns the parts of the model that sign requests. For the type bearer, it
// returns the bearer token. For any other type, it returns the access key pair. For a
// model without a type, it returns the pair, or the bearer token when there is no pair.
func credentialOf(m *credentials.CredentialModel) Credential {
	pair := Credential{
		AccessKeyID:     valueOf(m.AccessKeyId),
		AccessKeySecret: valueOf(m.AccessKeySecret),
		SecurityToken:   valueOf(m.SecurityToken),
	}
	if kind := valueOf(m.Type); kind == "bearer" || kind == "" && pair == (Credential{}) {
		return Credential{BearerToken: valueOf(m.BearerToken)}
	}
	return pair
}
