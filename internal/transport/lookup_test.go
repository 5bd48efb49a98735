package transport_test

import (
	"context"
	stderrors "errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// clientWithProvider makes a client with this provider. The service of the client accepts every
// request and adds 1 to calls.
func clientWithProvider(t *testing.T, calls *atomic.Int32, provider func(context.Context) (transport.Credential, error)) *transport.Client {
	t.Helper()
	return setup(t, counted(calls), func(cfg *transport.Config) { cfg.Credential = provider })
}

func TestCallsShareOneLookUpAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls, lookUps, together, most atomic.Int32
		c := clientWithProvider(t, &calls, func(ctx context.Context) (transport.Credential, error) {
			lookUps.Add(1)
			most.Store(max(most.Load(), together.Add(1)))
			defer together.Add(-1)
			pause(ctx, time.Second)
			return longTerm, nil
		})
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				_, _, err := run(t.Context(), c)
				assert.NoError(t, err)
			})
		}
		wg.Wait()
		_, _, err := run(t.Context(), c)
		require.NoError(t, err)
		assert.EqualValues(t, 51, calls.Load())
		assert.EqualValues(t, 2, lookUps.Load(), "the first fifty calls share one look-up; the last call makes another")
		assert.EqualValues(t, 1, most.Load())
	})
}

func TestALookUpThatNeverEndsDoesNotHoldTheCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		release := make(chan struct{})
		c := clientWithProvider(t, &calls, func(context.Context) (transport.Credential, error) {
			<-release
			return longTerm, nil
		})

		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, _, err := run(ctx, c)
		assert.Equal(t, 50*time.Millisecond, time.Since(begin))
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		got, ok := errors.AsType[*errors.TransportError](err)
		require.True(t, ok)
		assert.False(t, got.Sent)
		assert.Equal(t, "waiting for the credential: context deadline exceeded", got.Err.Error())

		_, _, err = run(t.Context(), c)
		assert.Equal(t, transport.DefaultTimeout, time.Since(begin), "without a deadline its own limit counts")
		_, ok = errors.AsType[*errors.CredentialError](err)
		require.True(t, ok)
		assert.NotErrorIs(t, err, context.DeadlineExceeded)
		assert.Zero(t, calls.Load(), "nothing was sent")
		close(release)
	})
}

func TestALookUpThatNeverEndsIsAbandoned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls, lookUps atomic.Int32
		release := make(chan struct{})
		var hangs atomic.Bool
		hangs.Store(true)
		c := clientWithProvider(t, &calls, func(context.Context) (transport.Credential, error) {
			lookUps.Add(1)
			if hangs.Load() {
				<-release
				return transport.Credential{}, stderrors.New("too late to be heard")
			}
			return longTerm, nil
		})
		for range 3 {
			_, _, err := run(t.Context(), c)
			require.ErrorContains(t, err, "the look-up took longer than 30s")
		}
		hangs.Store(false)
		_, _, err := run(t.Context(), c)
		require.NoError(t, err, "a fresh look-up is not held by those that hang")

		hangs.Store(true)
		_, _, err = run(t.Context(), c)
		require.ErrorContains(t, err, "the look-up took longer than 30s")
		before := time.Now()
		_, _, err = run(t.Context(), c)
		require.ErrorContains(t, err, "4 look-ups took longer than 30s and have not ended yet")
		_, ok := errors.AsType[*errors.CredentialError](err)
		assert.True(t, ok)
		assert.Zero(t, time.Since(before))
		assert.EqualValues(t, 5, lookUps.Load(), "four that hang and one that was well")

		close(release)
		synctest.Wait()
		hangs.Store(false)
		_, _, err = run(t.Context(), c)
		require.NoError(t, err, "once they ended, the client is well again")
		assert.EqualValues(t, 2, calls.Load())
	})
}

type key struct{}

func TestALookUpHasItsOwnTimeAndTheCallersValues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		c := clientWithProvider(t, &calls, func(ctx context.Context) (transport.Credential, error) {
			assert.Equal(t, "value", ctx.Value(key{}))
			begin := time.Now()
			<-ctx.Done()
			assert.Equal(t, transport.DefaultTimeout, time.Since(begin))
			return transport.Credential{}, ctx.Err()
		})
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "value"), time.Second)
		defer cancel()
		_, _, err := run(ctx, c)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		<-time.After(transport.DefaultTimeout)
	})
}

func TestALookUpThatObeysItsContextIsNotTheEndOfTheCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := setup(t, replyAlways(200, accepted), func(cfg *transport.Config) {
			cfg.CredentialTimeout = 2 * time.Second
			cfg.Credential = func(ctx context.Context) (transport.Credential, error) {
				<-ctx.Done()
				return transport.Credential{}, ctx.Err()
			}
		})
		begin := time.Now()
		var wg sync.WaitGroup
		for _, after := range []time.Duration{0, time.Second} {
			wg.Go(func() {
				<-time.After(after)
				_, _, err := run(t.Context(), c)
				assert.ErrorContains(t, err, "took longer than 2s")
				assert.NotErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, 2*time.Second, time.Since(begin), "both learn it when it ends")
			})
		}
		wg.Wait()
	})
}

func TestLookUpsThatFail(t *testing.T) {
	t.Parallel()
	refused := stderrors.New("role not found")
	for name, tc := range map[string]struct {
		provider func(context.Context) (transport.Credential, error)
		says     string
		is       error
	}{
		"with an error": {
			func(context.Context) (transport.Credential, error) { return longTerm, refused }, "role not found", refused,
		},
		"with an empty credential": {static(transport.Credential{}), "empty or half of a pair", nil},
		"without the secret":       {static(transport.Credential{AccessKeyID: "marker"}), "empty or half of a pair", nil},
		"without the id":           {static(transport.Credential{AccessKeySecret: "marker", SecurityToken: "marker"}), "empty or half of a pair", nil},
		"with a line break": {
			static(transport.Credential{AccessKeyID: "marker", AccessKeySecret: "marker\n"}), "perhaps a line break", nil,
		},
		"with a panic": {
			func(context.Context) (transport.Credential, error) { panic("marker") }, "panicked with a string", nil,
		},
		"with a panic of the runtime": {
			func(context.Context) (transport.Credential, error) { return []transport.Credential{}[len(marker)], nil }, "index out of range", nil,
		},
		"by ending their goroutine": {
			func(context.Context) (transport.Credential, error) { runtime.Goexit(); return longTerm, nil }, "without a result", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var calls atomic.Int32
				c := clientWithProvider(t, &calls, tc.provider)
				for range 2 {
					_, _, err := run(t.Context(), c)
					_, ok := errors.AsType[*errors.CredentialError](err)
					require.True(t, ok, "%v", err)
					assert.ErrorIs(t, err, errors.ErrAuth)
					assert.Contains(t, err.Error(), tc.says)
					assert.NotContains(t, err.Error(), "marker")
					if tc.is != nil {
						assert.ErrorIs(t, err, tc.is)
					}
				}
				assert.Zero(t, calls.Load(), "nothing was sent")
			})
		})
	}
}

// The environment is the first source of the default chain.
func TestTheDefaultChain(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "envAK")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "envSK")
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "envTOKEN")
	find := transport.DefaultCredential()
	for range 2 {
		got, err := find(t.Context())
		require.NoError(t, err)
		assert.Equal(t, transport.Credential{AccessKeyID: "envAK", AccessKeySecret: "envSK", SecurityToken: "envTOKEN"}, got)
	}
}

// onlyCredentialsURI changes the environment so that the default chain has only one configured
// source, the credentials URI.
func onlyCredentialsURI(t *testing.T, uri string) {
	t.Helper()
	home := t.TempDir()
	for name, value := range map[string]string{
		"HOME": home, "USERPROFILE": home, "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true", "ALIBABA_CLOUD_CREDENTIALS_URI": uri,
		"ALIBABA_CLOUD_ACCESS_KEY_ID": "", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "", "ALIBABA_CLOUD_SECURITY_TOKEN": "",
		"ALIBABA_CLOUD_ROLE_ARN": "", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "", "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "",
		"ALIBABA_CLOUD_CREDENTIALS_FILE": home + "/none",
	} {
		t.Setenv(name, value)
	}
}

// After a failure, the default chain tries all its sources again. The chain of the library would
// call only the provider that it called last.
func TestTheDefaultChainBeginsAgainAfterAFailure(t *testing.T) {
	onlyCredentialsURI(t, "")
	find := transport.DefaultCredential()
	_, err := find(t.Context())
	require.ErrorContains(t, err, "no credential in the default chain")
	require.ErrorContains(t, err, "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET")

	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "envAK")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "envSK")
	got, err := find(t.Context())
	require.NoError(t, err)
	assert.Equal(t, transport.Credential{AccessKeyID: "envAK", AccessKeySecret: "envSK"}, got)
}

// In this test a credentials URI returns half of a credential. The error of the library's chain
// repeats the reply. The error of the client must not repeat it.
func TestTheDefaultChainRepeatsNoReply(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"Code":"Success","AccessKeySecret":"`+marker+`"}`)
	}))
	defer srv.Close()
	onlyCredentialsURI(t, srv.URL+"/?"+marker)
	_, err := transport.DefaultCredential()(t.Context())
	require.Error(t, err)
	for ; err != nil; err = errors.Unwrap(err) {
		text := fmt.Sprintf("%v %+v %#v", err, err, err)
		assert.NotContains(t, text, marker)
		assert.NotContains(t, text, "://")
		assert.Less(t, len(err.Error()), 200)
		assert.NotContains(t, err.Error(), "\n")
	}
}

func TestTheDefaultChainWaitsForItsTurnAsLongAsTheContext(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(asked); <-answer }))
	defer srv.Close()
	onlyCredentialsURI(t, srv.URL)
	find := transport.DefaultCredential()
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(answer)
	wg.Go(func() { _, _ = find(t.Context()) })
	<-asked
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := find(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

// The error text of a provider may hold a value after a name such as "secret" or "token". The client
// shows the text without this value.
func TestWhatAProviderSaysIsShownWithoutSecrets(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a query":              "GET /?AccessKeyId=%s&x=1",
		"an escaped query":     "string to sign: AccessKeyId%%3D%s%%26x",
		"escaped twice":        "string to sign: SecurityToken%%253D%s",
		"JSON":                 `{"AccessKeySecret": "%s"}`,
		"XML":                  "<AccessKeySecret>%s</AccessKeySecret>",
		"words":                "Specified access key LTAI%s is not found",
		"a token in words":     "cannot use the session CAIS%s any more",
		"a token of a bearer":  "OIDC says no to eyJ%s",
		"a key and its secret": "password: %s",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := fmt.Errorf(text, marker)
			c := setup(t, replyAlways(200, accepted), func(cfg *transport.Config) {
				cfg.Credential = func(context.Context) (transport.Credential, error) { return transport.Credential{}, said }
			})
			_, _, err := run(t.Context(), c)
			require.ErrorIs(t, err, said)
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), marker)
			assert.Contains(t, err.Error(), "***")
		})
	}
}
