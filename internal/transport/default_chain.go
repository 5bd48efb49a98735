package transport

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// DefaultCredential looks up a credential in the sources of the default chain of
// github.com/aliyun/credentials-go, in its order: environment, OIDC, the profiles of the command
// line tool and of the SDKs, the RAM role of the instance, a credential URI. Later look-ups use
// the first source that had a credential. When that source fails, the look-up fails, and the next
// look-up tries all sources again. When that source is no longer configured, the same look-up
// tries all sources again.
//
// The providers of the library take no context, see [Serialize]. Error texts of the library hold
// replies and addresses, and sometimes a token. So the error is a [Diagnosis] with texts of this
// package. The library's own chain joins the error texts of its providers. So this function does
// not use that chain, and calls the providers one by one.
func DefaultCredential() func(context.Context) (Credential, error) {
	var c defaultChain
	return Serialize(c.find)
}

// A defaultChain looks up a credential in one source after another.
type defaultChain struct {
	current *credentialSource // the source that had a credential in the latest look-up, or nil
}

// A credentialSource is one source of the default chain.
type credentialSource struct {
	// open makes the provider of the source. It returns an error when the source is not
	// configured.
	open func() (providers.CredentialsProvider, error)
	// explain returns why the source has no credential, in words of this package. It
	// returns "" when the source is not configured.
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

// lookUp returns the credential of the source. It converts a panic of the provider into an error,
// because some providers panic when a reply lacks a part.
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

// credentialSources are the sources of the default chain, in order.
func credentialSources() []credentialSource {
	return []credentialSource{
		{open: opener(providers.NewEnvironmentVariableCredentialsProviderBuilder), explain: explainEnvironment},
		{open: opener(providers.NewOIDCCredentialsProviderBuilder), explain: explainOIDC},
		{open: opener(providers.NewCLIProfileCredentialsProviderBuilder), explain: explainCLIProfile},
		{open: opener(providers.NewProfileCredentialsProviderBuilder), explain: explainSDKProfile},
		{open: opener(providers.NewECSRAMRoleCredentialsProviderBuilder), explain: explainRAMRole},
		{open: opener(providers.NewURLCredentialsProviderBuilder), explain: explainURI},
	}
}

// opener returns a function that makes a provider with a builder of the library.
func opener[B interface{ Build() (P, error) }, P providers.CredentialsProvider](builder func() B) func() (providers.CredentialsProvider, error) {
	return func() (providers.CredentialsProvider, error) { return builder().Build() }
}

// A Diagnosis is an error that says which sources of the default chain have no credential, and
// why. Its text has names of variables, files and profiles. It has no value of a variable, no
// reply and no address.
type Diagnosis struct {
	reasons     []string
	currentOnly bool // only the source that had a credential before was tried
}

// Error lists the configured sources with their reasons, and says what to do.
func (d *Diagnosis) Error() string {
	const remedy = "; set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
	switch {
	case d.currentOnly:
		return "no credential in the source that had a credential before (" + strings.Join(d.reasons, "; ") + ")" + remedy
	case len(d.reasons) == 0:
		return "no credential in the default chain (environment, OIDC, profiles, RAM role, credentials URI)" + remedy
	}
	return "no credential in the default chain (" + strings.Join(d.reasons, "; ") + ")" + remedy
}

// OwnWords tells package errors that the text may be printed unchanged.
func (d *Diagnosis) OwnWords() bool { return true }

// envSet reports whether a variable of the environment is set and not empty.
func envSet(variable string) bool { return os.Getenv(variable) != "" }
