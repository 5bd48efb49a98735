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
// that share the option make one call at a time, since some providers of the library
// have no lock. GetCredential takes no context: when the context of a caller ends, the
// caller returns at once, and the call goes on. A look-up may take 30 s. After that, the
// attempts that wait for the look-up fail.
//
// When a look-up fails or panics, nothing is sent, and the error is an
// [*errors.CredentialError]. Its text names the sort of failure in words of this module,
// because texts of the library may hold replies, addresses and tokens. For a nil
// credential, or one that holds a nil pointer, [NewClient] returns an error.
func WithCredentialsGo(credential credentials.Credential) Option {
	provider := fromCredentialsGo(credential) // one provider: clients that share the option share its lock
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

// credentialOf returns the parts that a credential of this type signs with: the bearer
// token for the type bearer, and the access key pair for any other type. Without a type
// it returns the pair, or the bearer token when there is no pair.
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
