package transport

import (
	"context"
	"errors"

	"github.com/aliyun/credentials-go/credentials"
)

// A Credential signs requests: an access key pair, with a security token when
// it is temporary, or a bearer token alone.
type Credential struct{ AccessKeyID, AccessKeySecret, SecurityToken, BearerToken string }

// check reports what keeps the credential from being used. Its errors show no
// part of it.
func (c Credential) check() error {
	switch {
	case c.BearerToken == "" && (c.AccessKeyID == "" || c.AccessKeySecret == ""):
		return errors.New("the credential is empty or half of a pair")
	case !printable(c.AccessKeyID + c.AccessKeySecret + c.SecurityToken + c.BearerToken):
		return errors.New("the credential holds characters that no credential has, perhaps a line break at its end")
	}
	return nil
}

// secrets are the parts that must not be printed.
func (c Credential) secrets() []string {
	return []string{c.AccessKeyID, c.AccessKeySecret, c.SecurityToken, c.BearerToken}
}

// DefaultCredential looks in the usual places, in the order of the default
// chain of github.com/aliyun/credentials-go: environment, OIDC, the profiles
// of the command line tool and of the SDKs, the instance's RAM role, a
// credential URI. The first look-up settles where; when that fails, the next
// one begins again from the top.
//
// The look-ups take no context, so one may outlast the context it is given;
// others wait for their turn no longer than theirs. What the chain says when it
// fails holds bodies of replies and addresses, and with them now and then a
// token: the error is a sentence of ours instead.
func DefaultCredential() func(context.Context) (Credential, error) {
	turn := make(chan struct{}, 1)
	var chain credentials.Credential
	return func(ctx context.Context) (Credential, error) {
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return Credential{}, ctx.Err()
		}
		if chain == nil {
			var err error
			if chain, err = credentials.NewCredential(nil); err != nil {
				return Credential{}, errNowhere
			}
		}
		model, err := chain.GetCredential()
		if err != nil || model == nil {
			chain = nil // a failed chain would ask only the last provider from now on
			return Credential{}, errNowhere
		}
		return Credential{
			AccessKeyID:     text(model.AccessKeyId),
			AccessKeySecret: text(model.AccessKeySecret),
			SecurityToken:   text(model.SecurityToken),
			BearerToken:     text(model.BearerToken),
		}, nil
	}
}

var errNowhere = errors.New("none in the default places (environment, OIDC, profiles, RAM role, credentials URI); " +
	"set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET")

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
