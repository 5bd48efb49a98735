package runcommand_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestCredentialsThatCannotSignAreNeverSent(t *testing.T) {
	t.Parallel()
	gone := errors.New("the vault is closed")
	for name, provider := range map[string]runcommand.CredentialFunc{
		"an error": func(context.Context) (runcommand.Credential, error) { return runcommand.Credential{}, gone },
		"nothing":  func(context.Context) (runcommand.Credential, error) { return runcommand.Credential{}, nil },
		"an id alone": func(context.Context) (runcommand.Credential, error) {
			return runcommand.Credential{AccessKeyID: marker}, nil
		},
		"a secret alone": func(context.Context) (runcommand.Credential, error) {
			return runcommand.Credential{AccessKeySecret: marker}, nil
		},
		"a token alone": func(context.Context) (runcommand.Credential, error) {
			return runcommand.Credential{SecurityToken: marker}, nil
		},
		"a line break": func(context.Context) (runcommand.Credential, error) {
			return runcommand.Credential{AccessKeyID: "id", AccessKeySecret: marker + "\n"}, nil
		},
		"a panic": func(context.Context) (runcommand.Credential, error) { panic(marker) },
		"a runtime's panic": func(context.Context) (runcommand.Credential, error) {
			return make([]runcommand.Credential, 1)[len(marker)], nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := runcommandtest.Start(t)
			client := srv.Client(runcommand.WithCredential(provider))
			req, err := minimal().Build()
			require.NoError(t, err)
			for method, err := range map[string]error{
				"Run":  func() error { _, err := client.Run(t.Context(), req); return err }(),
				"Stop": client.Invocation("t-1").Stop(t.Context()),
			} {
				_, ok := errors.AsType[*errors.CredentialError](err)
				assert.True(t, ok, "%s: %v", method, err)
				assert.ErrorIs(t, err, errors.ErrAuth)
				assert.False(t, errors.MayHaveRun(err))
				assert.NotContains(t, err.Error(), marker)
				if name == "an error" {
					assert.ErrorIs(t, err, gone)
				}
			}
			assert.Empty(t, srv.Calls(""))
		})
	}
}

func TestBlockedCredentialLookUpsEndWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		release := make(chan struct{})
		client := srv.Client(runcommand.WithCredential(runcommand.CredentialFunc(func(context.Context) (runcommand.Credential, error) {
			<-release // block like a metadata service that does not answer, and ignore the context
			return runcommand.Credential{AccessKeyID: runcommandtest.AccessKeyID, AccessKeySecret: runcommandtest.AccessKeySecret}, nil
		})))
		req, err := minimal().Build()
		require.NoError(t, err)
		began := time.Now()
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
				defer cancel()
				_, err := client.Run(ctx, req)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
				assert.False(t, errors.MayHaveRun(err))
			})
		}
		group.Wait()
		assert.Equal(t, 200*time.Millisecond, time.Since(began))
		_, err = client.Run(t.Context(), req)
		_, ok := errors.AsType[*errors.CredentialError](err)
		assert.True(t, ok, "without a deadline the look-up's own time limit ends it: %v", err)
		assert.LessOrEqual(t, time.Since(began), time.Minute)
		close(release)
		synctest.Wait()
		_, err = client.Run(t.Context(), req)
		assert.NoError(t, err, "a later look-up begins anew")
	})
}
