package runcommand_test

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/aliyun/credentials-go/credentials/providers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestEveryTypeOfCredentialsGoSigns(t *testing.T) {
	t.Parallel()
	library := func(cfg credentials.Config) credentials.Credential {
		c, err := credentials.NewCredential(&cfg)
		require.NoError(t, err)
		return c
	}
	answering := func(m credentials.CredentialModel) credentials.Credential { return scriptedCredential{model: &m} }
	for name, c := range map[string]struct {
		credential               credentials.Credential
		signer, security, bearer string
	}{
		"access_key": {
			library(credentials.Config{Type: new("access_key"), AccessKeyId: new("ak"), AccessKeySecret: new("sk")}), "ak", "", "",
		},
		"sts": {
			library(credentials.Config{Type: new("sts"), AccessKeyId: new("ak"), AccessKeySecret: new("sk"), SecurityToken: new("t")}), "ak", "t", "",
		},
		"bearer":                    {library(credentials.Config{Type: new("bearer"), BearerToken: new("b")}), "", "", "b"},
		"one that fetches":          {credentials.FromCredentialsProvider("ram_role_arn", roleProvider{}), "ak", "t", ""},
		"a bearer with a pair":      {answering(credentials.CredentialModel{Type: new("bearer"), BearerToken: new("b"), AccessKeyId: new("ak"), AccessKeySecret: new("sk")}), "", "", "b"},
		"a pair with a bearer":      {answering(credentials.CredentialModel{Type: new("sts"), BearerToken: new("b"), AccessKeyId: new("ak"), AccessKeySecret: new("sk")}), "ak", "", ""},
		"a pair without a type":     {answering(credentials.CredentialModel{AccessKeyId: new("ak"), AccessKeySecret: new("sk")}), "ak", "", ""},
		"a bearer without a type":   {answering(credentials.CredentialModel{BearerToken: new("b")}), "", "", "b"},
		"empty texts count as none": {answering(credentials.CredentialModel{Type: new(""), AccessKeyId: new(""), SecurityToken: new(""), BearerToken: new("b")}), "", "", "b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, option := range []runcommand.Option{
				runcommand.WithCredentialsGo(c.credential),
				runcommand.WithOpenAPIConfig(&openapi.Config{Credential: c.credential}),
			} {
				header := sentRequest(t, option).Header
				if c.signer == "" {
					assert.Empty(t, header.Get("Authorization"))
				} else {
					assert.Contains(t, header.Get("Authorization"), "Credential="+c.signer+",")
				}
				assert.Equal(t, c.security, header.Get("X-Acs-Security-Token"))
				assert.Equal(t, c.bearer, header.Get("X-Acs-Bearer-Token"))
			}
		})
	}
}

// roleProvider imitates a provider of credentials-go that fetches its credential from a
// service.
type roleProvider struct{}

func (roleProvider) GetCredentials() (*providers.Credentials, error) {
	return &providers.Credentials{AccessKeyId: "ak", AccessKeySecret: "sk", SecurityToken: "t"}, nil
}
func (roleProvider) GetProviderName() string { return "ram_role_arn" }

func TestACredentialOfCredentialsGoHasToBeThere(t *testing.T) {
	t.Parallel()
	var none *scriptedCredential
	for name, credential := range map[string]credentials.Credential{"nil": nil, "a nil pointer": none} {
		client, err := runcommand.NewClient("cn-beijing", runcommand.WithCredentialsGo(credential))
		assert.Nil(t, client, name)
		require.ErrorIs(t, err, errors.ErrInvalidArgument, name)
		assert.ErrorContains(t, err, "WithCredentialsGo: credential is nil", name)
	}
}

// panickyCredential has a method GetCredential that panics, as some credentials of
// credentials-go do.
type panickyCredential struct{ scriptedCredential }

func (panickyCredential) GetCredential() (*credentials.CredentialModel, error) { panic(marker) }

func TestAFailureInCredentialsGoIsAnErrorWithoutSecrets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		credential credentials.Credential
		says       string
	}{
		"neither a credential nor an error": {scriptedCredential{}, "neither a credential nor an error"},
		"a credential without parts":        {scriptedCredential{model: &credentials.CredentialModel{}}, "empty or half of a pair"},
		"half a pair":                       {scriptedCredential{model: &credentials.CredentialModel{AccessKeyId: new(marker)}}, "empty or half of a pair"},
		"a bearer without its token":        {scriptedCredential{model: &credentials.CredentialModel{Type: new("bearer"), AccessKeyId: new("i"), AccessKeySecret: new(marker)}}, "empty"},
		"a secret with a line break":        {scriptedCredential{model: &credentials.CredentialModel{AccessKeyId: new("i"), AccessKeySecret: new(marker + "\n")}}, "line break"},
		"a panic":                           {panickyCredential{}, "panicked with a string"},
		"an error with an address and a token": {
			scriptedCredential{err: fmt.Errorf(`get "http://x/?t=%s": {"SecurityToken":"%s"}: %w`, marker, marker, io.EOF)}, "the connection broke off",
		},
		"an error that shows the credential beside it": {
			scriptedCredential{err: errors.New("cannot refresh " + marker + "-id"), model: credentialPair(marker + "-id")}, "the source returned no credential",
		},
		"an error that names a secret":        {scriptedCredential{err: errors.New("refused SecurityToken=" + marker)}, "the source returned no credential"},
		"an error that holds a reply in XML":  {scriptedCredential{err: errors.New("get session token failed: <AccessKeySecret>" + marker + "</AccessKeySecret>")}, "refused"},
		"an error that holds a reply in JSON": {scriptedCredential{err: errors.New(`refresh session token failed: {"Code":"EntityNotExist","Credential":"` + marker + `"}`)}, "refused"},
		"an address that cannot be reached":   {scriptedCredential{err: errors.New("dial tcp 10.1.2.3:80: connect: connection refused " + marker)}, "not reachable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := runcommandtest.Start(t)
			client := srv.Client(runcommand.WithCredentialsGo(c.credential))
			req, err := minimal().Build()
			require.NoError(t, err)
			_, err = client.Run(t.Context(), req)
			_, ok := errors.AsType[*errors.CredentialError](err)
			require.True(t, ok, "%v", err)
			assert.ErrorIs(t, err, errors.ErrAuth)
			assert.False(t, errors.MayHaveRun(err))
			assert.ErrorContains(t, err, c.says)
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, client), marker)
			assert.Empty(t, srv.Calls(""))
		})
	}
}

// slowOfficialCredential blocks until the test releases it, and counts its calls.
type slowOfficialCredential struct {
	scriptedCredential

	release       chan struct{}
	asked, inside atomic.Int32
	together      atomic.Bool
}

func (s *slowOfficialCredential) GetCredential() (*credentials.CredentialModel, error) {
	s.asked.Add(1)
	if s.inside.Add(1) > 1 {
		s.together.Store(true)
	}
	defer s.inside.Add(-1)
	<-s.release
	return &credentials.CredentialModel{
		AccessKeyId: new(runcommandtest.AccessKeyID), AccessKeySecret: new(runcommandtest.AccessKeySecret),
	}, nil
}

func TestLookUpsInCredentialsGoEndWithTheContextAndTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		slow := &slowOfficialCredential{release: make(chan struct{})}
		client := srv.Client(runcommand.WithCredentialsGo(slow), retryQuickly(1))
		req, err := minimal().Build()
		require.NoError(t, err)
		began := time.Now()
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
				defer cancel()
				_, err := client.Run(ctx, req)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			})
		}
		group.Wait()
		assert.Equal(t, 200*time.Millisecond, time.Since(began))
		for range 3 { // the first look-up still runs, although its time limit has passed; no further Run may start another look-up
			_, err = client.Run(t.Context(), req)
			_, ok := errors.AsType[*errors.CredentialError](err)
			assert.True(t, ok, "%v", err)
		}
		assert.EqualValues(t, 1, slow.asked.Load(), "the library is not asked while it is busy")
		close(slow.release)
		synctest.Wait()
		_, err = client.Run(t.Context(), req)
		require.NoError(t, err)
		assert.False(t, slow.together.Load())
	})
}

func TestALaterOptionWinsOverACredentialOfCredentialsGo(t *testing.T) {
	t.Parallel()
	theirs := runcommand.WithCredentialsGo(scriptedCredential{model: credentialPair("theirs")})
	assert.Contains(t, sentRequest(t, theirs, runcommand.WithStaticCredential("later", "s", "")).Header.Get("Authorization"), "Credential=later,")
	assert.Contains(t, sentRequest(t, runcommand.WithStaticCredential("earlier", "s", ""), theirs).Header.Get("Authorization"), "Credential=theirs,")
}
