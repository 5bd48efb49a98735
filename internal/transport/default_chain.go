package transport

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// DefaultCredential looks in the usual places, in the order of the default
// chain of github.com/aliyun/credentials-go: environment, OIDC, the profiles
// of the command line tool and of the SDKs, the instance's RAM role, a
// credential URI. The first place that has a credential is asked from then on.
// When that fails, the next look-up begins again from the top; when the place is no
// longer in use, the same look-up does.
//
// The look-ups take no context, see [InTurn]. What the library says when a
// look-up fails holds bodies of replies and addresses, and with them now and then a
// token: the error is a [Diagnosis] in our own words instead. The library's own
// chain would join those texts, so its providers are asked one by one.
func DefaultCredential() func(context.Context) (Credential, error) {
	var c defaultChain
	return Serialize(c.find)
}

// A chain asks one place after another.
type defaultChain struct {
	current *credentialSource // where a credential was found; nil: not yet, or no longer
}

// A place is one where a credential may be.
type credentialSource struct {
	// open makes its provider. An error says that the place is not in use.
	open func() (providers.CredentialsProvider, error)
	// explain says in our own words why it has no credential, and nothing where it
	// is not in use at all.
	explain func(error) string

	provider providers.CredentialsProvider
}

func (c *defaultChain) find() (Credential, error) {
	if p := c.current; p != nil {
		found, err := p.lookUp()
		if err == nil {
			return found, nil
		}
		c.current = nil
		if said := p.explain(err); said != "" {
			return Credential{}, &Diagnosis{reasons: []string{said}, currentOnly: true}
		}
	}
	failed := &Diagnosis{}
	for _, p := range credentialSources() {
		found, err := p.lookUp()
		if err == nil {
			c.current = &p
			return found, nil
		}
		if said := p.explain(err); said != "" {
			failed.reasons = append(failed.reasons, said)
		}
	}
	return Credential{}, failed
}

// ask looks for a credential in the place. A reply that lacks a part makes some
// providers panic.
func (p *credentialSource) lookUp() (Credential, error) {
	found, err := guarded("the provider", func() (*providers.Credentials, error) {
		if p.provider == nil {
			var err error
			if p.provider, err = p.open(); err != nil {
				return nil, err
			}
		}
		return p.provider.GetCredentials()
	})
	switch {
	case err != nil:
		return Credential{}, err
	case found == nil:
		return Credential{}, errors.New("nothing found")
	}
	return Credential{
		AccessKeyID:     found.AccessKeyId,
		AccessKeySecret: found.AccessKeySecret,
		SecurityToken:   found.SecurityToken,
	}, nil
}

// places are the usual ones, in order.
func credentialSources() []credentialSource {
	return []credentialSource{
		{
			open: func() (providers.CredentialsProvider, error) {
				return providers.NewEnvironmentVariableCredentialsProviderBuilder().Build()
			},
			explain: explainEnvironment,
		},
		{
			open: func() (providers.CredentialsProvider, error) {
				return providers.NewOIDCCredentialsProviderBuilder().Build()
			},
			explain: explainOIDC,
		},
		{
			open: func() (providers.CredentialsProvider, error) {
				return providers.NewCLIProfileCredentialsProviderBuilder().Build()
			},
			explain: explainCLIProfile,
		},
		{
			open: func() (providers.CredentialsProvider, error) {
				return providers.NewProfileCredentialsProviderBuilder().Build()
			},
			explain: explainSDKProfile,
		},
		{
			open: func() (providers.CredentialsProvider, error) {
				return providers.NewECSRAMRoleCredentialsProviderBuilder().Build()
			},
			explain: explainRAMRole,
		},
		{
			open: func() (providers.CredentialsProvider, error) {
				return providers.NewURLCredentialsProviderBuilder().Build()
			},
			explain: explainURI,
		},
	}
}

// A Diagnosis says which of the default places have no credential, and why. Its
// words are our own: it shows names of variables, files and profiles, and no
// value, reply or address.
type Diagnosis struct {
	reasons     []string
	currentOnly bool // only the place that had a credential before was asked
}

// Error lists the places that are in use, and says what to do.
func (d *Diagnosis) Error() string {
	const remedy = "; set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
	switch {
	case d.currentOnly:
		return "none in the place that had one before (" + strings.Join(d.reasons, "; ") + ")" + remedy
	case len(d.reasons) == 0:
		return "none in the default places (environment, OIDC, profiles, RAM role, credentials URI)" + remedy
	}
	return "none in the default places (" + strings.Join(d.reasons, "; ") + ")" + remedy
}

// OwnWords marks a text that may be printed whole.
func (d *Diagnosis) OwnWords() bool { return true }

// set reports whether a variable of the environment is set to something.
func envSet(variable string) bool { return os.Getenv(variable) != "" }
