package runcommand

import (
	"github.com/aliyun/credentials-go/credentials"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// WithCredentialsGo signs with a credential of github.com/aliyun/credentials-go of any
// type: access_key, sts, bearer, ram_role_arn, ecs_ram_role, oidc_role_arn,
// credentials_uri and rsa_key_pair, or a type of the program's own. Later options win.
//
// GetCredential is asked before every attempt, in a goroutine of its own, and never
// twice at a time by the clients that share the option, since some providers of the
// library have no lock. GetCredential takes no context: a caller whose
// context ends leaves at once, and one look-up may take 30 s; after that the
// attempts that wait for it fail.
//
// What goes wrong in a look-up, a panic included, is an [*errors.CredentialError], and
// nothing was sent. Its text says in words of this module what sort of failure it was:
// the library's own words may hold replies, addresses and tokens. A nil credential, or one
// that holds a nil pointer, is an error of [NewClient].
func WithCredentialsGo(credential credentials.Credential) Option {
	provider := fromCredentialsGo(credential) // clients that share the option take turns
	return func(c *config) error {
		if holdsNil(credential) {
			return invalid("WithCredentialsGo: credential is nil")
		}
		c.credential = provider
		return nil
	}
}

// fromCredentialsGo makes a provider of a credential that is not nil.
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

// signingParts are the parts that sign with a credential of its type: the token of a
// bearer, the pair of any other. Where no type is given, a token alone is a bearer's.
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
