//go:build unix

package transport_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// An environment holds what the default chain reads: variables, and files in the home directory.
type environment struct{ variables, files map[string]string }

func (s environment) set(t *testing.T) {
	t.Helper()
	onlyCredentialsURI(t, "")
	home := os.Getenv("HOME")
	for _, variable := range []string{
		"ALIBABA_CLOUD_CREDENTIALS_FILE", "ALIBABA_CLOUD_CONFIG_FILE", "ALIBABA_CLOUD_PROFILE", "ALIBABA_CLOUD_OIDC_TOKEN",
		"ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "ALIBABA_CLOUD_ECS_METADATA", "ALIBABA_CLOUD_IMDSV1_DISABLED",
	} {
		t.Setenv(variable, "")
	}
	for name, text := range s.files {
		path := filepath.Join(home, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	for variable, value := range s.variables {
		t.Setenv(variable, value)
	}
}

const remedy = "; set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"

func TestTheDefaultChainNamesThePlaceAndTheTrouble(t *testing.T) {
	const cli, sdk = ".aliyun/config.json", ".alibabacloud/credentials"
	for name, tc := range map[string]struct {
		environment
		says string
	}{
		"nothing at all": {environment{}, "environment, OIDC, profiles, RAM role, credentials URI"},
		"half of a pair, the id": {
			environment{variables: map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": marker}},
			"environment: ALIBABA_CLOUD_ACCESS_KEY_ID is set but ALIBABA_CLOUD_ACCESS_KEY_SECRET is not",
		},
		"half of a pair, the secret": {
			environment{variables: map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_SECRET": marker}},
			"environment: ALIBABA_CLOUD_ACCESS_KEY_SECRET is set but ALIBABA_CLOUD_ACCESS_KEY_ID is not",
		},
		"OIDC without a role": {
			environment{variables: map[string]string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN": marker}},
			"OIDC: ALIBABA_CLOUD_ROLE_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE is not set",
		},
		"a role alone, which has other uses": {
			environment{variables: map[string]string{"ALIBABA_CLOUD_ROLE_ARN": marker}}, "environment, OIDC, profiles, RAM role, credentials URI",
		},
		"OIDC with a file that is not there": {
			environment{variables: map[string]string{
				"ALIBABA_CLOUD_OIDC_PROVIDER_ARN": marker, "ALIBABA_CLOUD_ROLE_ARN": marker, "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "/" + marker,
			}}, "OIDC: the file of ALIBABA_CLOUD_OIDC_TOKEN_FILE does not exist",
		},
		"a profile without its file": {
			environment{variables: map[string]string{"ALIBABA_CLOUD_PROFILE": "dev"}}, `profile "dev" of ~/.aliyun/config.json does not exist`,
		},
		"a profile that is not in the file": {
			environment{map[string]string{"ALIBABA_CLOUD_PROFILE": "dev"}, map[string]string{cli: `{"current":"default","profiles":[{"name":"default","mode":"AK"}]}`}},
			`profile "dev" of ~/.aliyun/config.json: not found`,
		},
		"the current profile, which lacks a key": {
			environment{files: map[string]string{cli: `{"current":"work","profiles":[{"name":"work","mode":"AK","access_key_secret":"` + marker + `"}]}`}},
			`profile "work" of ~/.aliyun/config.json (AK): it lacks a key`,
		},
		"a profile of an unknown mode": {
			environment{files: map[string]string{cli: `{"current":"work","profiles":[{"name":"work","mode":"` + marker + `"}]}`}},
			`profile "work" of ~/.aliyun/config.json: its mode is unknown`,
		},
		"a login that has expired": {
			environment{files: map[string]string{cli: `{"current":"sso","profiles":[{"name":"sso","mode":"CloudSSO","cloud_sso_sign_in_url":"https://` + marker + `"}]}`}},
			`profile "sso" of ~/.aliyun/config.json (CloudSSO): the login has expired`,
		},
		"a command that fails": {
			environment{files: map[string]string{cli: `{"current":"x","profiles":[{"name":"x","mode":"External","process_command":"/` + marker + `/none"}]}`}},
			`profile "x" of ~/.aliyun/config.json (External): its command failed`,
		},
		"a file that is no JSON": {
			environment{files: map[string]string{cli: marker}}, "~/.aliyun/config.json is not a configuration in JSON",
		},
		"a file elsewhere that is not there": {
			environment{variables: map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": "/" + marker}}, "the file of ALIBABA_CLOUD_CONFIG_FILE does not exist",
		},
		"an SDK profile that is not there": {
			environment{map[string]string{"ALIBABA_CLOUD_PROFILE": "dev"}, map[string]string{sdk: "[default]\ntype = access_key\n"}},
			`profile "dev" of ~/.alibabacloud/credentials: not found`,
		},
		"an SDK profile that lacks a key": {
			environment{files: map[string]string{sdk: "[default]\ntype = access_key\naccess_key_secret = " + marker + "\n"}},
			`profile "default" of ~/.alibabacloud/credentials: it lacks a key`,
		},
		"an SDK profile of an unknown type": {
			environment{files: map[string]string{sdk: "[default]\ntype = " + marker + "\n"}},
			`profile "default" of ~/.alibabacloud/credentials: its type is unknown`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.set(t)
			c := setup(t, replyAlways(200, accepted), func(cfg *transport.Config) { cfg.Credential = transport.DefaultCredential() })
			_, _, err := run(t.Context(), c)
			_, ok := errors.AsType[*errors.CredentialError](err)
			require.True(t, ok, "%v", err)
			assert.ErrorContains(t, err, tc.says)
			assert.ErrorContains(t, err, remedy)
			for ; err != nil; err = errors.Unwrap(err) {
				assert.NotContains(t, err.Error(), marker)
				assert.NotContains(t, err.Error(), "://")
			}
		})
	}
}

func TestTheDefaultChainNamesWhatACredentialURISays(t *testing.T) {
	for name, tc := range map[string]struct {
		status     int
		body, says string
	}{
		"a refusal":                  {400, `{"Code":"` + marker + `"}`, "credentials URI: refused)"},
		"a refusal with a code":      {403, `{"Code":"Forbidden.RAM","Message":"` + marker + `"}`, "credentials URI: refused with Forbidden.RAM"},
		"no JSON":                    {200, marker, "credentials URI: the answer is not JSON"},
		"half of a credential":       {200, `{"AccessKeyId":"` + marker + `"}`, "credentials URI: the answer lacks a part"},
		"an end that cannot be read": {200, `{"AccessKeyId":"a","AccessKeySecret":"b","SecurityToken":"c","Expiration":"` + marker + `"}`, "credentials URI: the answer has no readable end"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tc.status)
				_, _ = io.WriteString(w, tc.body)
			}))
			defer srv.Close()
			environment{variables: map[string]string{"ALIBABA_CLOUD_CREDENTIALS_URI": srv.URL + "/?" + marker}}.set(t)
			_, err := transport.DefaultCredential()(t.Context())
			require.Error(t, err)
			assert.ErrorContains(t, err, tc.says)
			assert.NotContains(t, err.Error(), marker)
		})
	}
}

func TestTheDefaultChainNamesASourceThatCannotBeReached(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	address := srv.URL
	srv.Close()
	environment{variables: map[string]string{"ALIBABA_CLOUD_CREDENTIALS_URI": address}}.set(t)
	_, err := transport.DefaultCredential()(t.Context())
	assert.ErrorContains(t, err, "credentials URI: not reachable")
}

// After a success, a look-up tries only the source that had the credential. When this source
// fails, the next look-up tries all sources.
func TestTheDefaultChainNamesTheSourceThatFailedLater(t *testing.T) {
	environment{variables: map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": "id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": marker}}.set(t)
	find := transport.DefaultCredential()
	_, err := find(t.Context())
	require.NoError(t, err)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "")
	_, err = find(t.Context())
	assert.ErrorContains(t, err, "(environment: ALIBABA_CLOUD_ACCESS_KEY_ID is set but ALIBABA_CLOUD_ACCESS_KEY_SECRET is not)")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", marker)
	got, err := find(t.Context())
	require.NoError(t, err)
	assert.Equal(t, transport.Credential{AccessKeyID: "id", AccessKeySecret: marker}, got)
}

// When the source is no longer configured, the same look-up tries all sources.
func TestTheDefaultChainLeavesASourceThatIsNoLongerConfigured(t *testing.T) {
	const id, secret = "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"Code":"Success","AccessKeyId":"uriAK","AccessKeySecret":"uriSK","SecurityToken":"uriSTS","Expiration":"2099-01-01T00:00:00Z"}`)
	}))
	defer srv.Close()
	for name, tc := range map[string]struct {
		before, after environment
		says          string
		want          transport.Credential
	}{
		"nowhere else": {
			environment{variables: map[string]string{id: "id", secret: marker}}, environment{},
			"no credential in the default chain (environment, OIDC, profiles, RAM role, credentials URI)" + remedy, transport.Credential{},
		},
		"a place further down has one": {
			environment{variables: map[string]string{id: "id", secret: marker}},
			environment{variables: map[string]string{"ALIBABA_CLOUD_CREDENTIALS_URI": srv.URL}},
			"", transport.Credential{AccessKeyID: "uriAK", AccessKeySecret: "uriSK", SecurityToken: "uriSTS"},
		},
		"a place further down is in use and has none": {
			environment{variables: map[string]string{id: "id", secret: marker}},
			environment{variables: map[string]string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN": marker}},
			"no credential in the default chain (OIDC: ", transport.Credential{},
		},
		"it is still in use and has none": {
			environment{variables: map[string]string{id: "id", secret: marker}}, environment{variables: map[string]string{id: "id"}},
			"no credential in the source that had a credential before (environment: " + id + " is set but " + secret + " is not)" + remedy, transport.Credential{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.before.set(t)
			find := transport.DefaultCredential()
			_, err := find(t.Context())
			require.NoError(t, err)
			tc.after.set(t)
			got, err := find(t.Context())
			assert.Equal(t, tc.want, got)
			if tc.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.says)
			assert.NotContains(t, err.Error(), marker)
			assert.NotContains(t, err.Error(), "()")

			t.Setenv("ALIBABA_CLOUD_CREDENTIALS_URI", srv.URL)
			got, err = find(t.Context())
			require.NoError(t, err, "the next look-up asks all of them")
			assert.Equal(t, "uriAK", got.AccessKeyID)
		})
	}
}

func TestWhatStandsAroundAKeyIsNamed(t *testing.T) {
	t.Parallel()
	whole := transport.Credential{AccessKeyID: marker, AccessKeySecret: marker}
	for name, tc := range map[string]struct {
		change func(*transport.Credential)
		says   string
	}{
		"quotes around the id":          {func(c *transport.Credential) { c.AccessKeyID = `"` + marker + `"` }, "the access key id begins or ends with a quote"},
		"a quote before the secret":     {func(c *transport.Credential) { c.AccessKeySecret = "'" + marker }, "the access key secret begins or ends with a quote"},
		"a blank after the token":       {func(c *transport.Credential) { c.SecurityToken = marker + " " }, "the security token begins or ends with a blank"},
		"a tab before the bearer token": {func(c *transport.Credential) { c.BearerToken = "\t" + marker }, "the bearer token holds a control character"},
		"a line break after the secret": {func(c *transport.Credential) { c.AccessKeySecret = marker + "\n" }, "the access key secret holds a control character, perhaps a line break"},
		"an invisible character":        {func(c *transport.Credential) { c.AccessKeyID = "\u200b" + marker }, "the access key id holds characters that are not ASCII"},
		"blanks for a token":            {func(c *transport.Credential) { c.SecurityToken = "  " }, "the security token consists of blanks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cred := whole
			tc.change(&cred)
			err := cred.Check()
			require.ErrorContains(t, err, tc.says)
			assert.NotContains(t, err.Error(), marker)
		})
	}
	assert.NoError(t, whole.Check())
	assert.NoError(t, transport.Credential{AccessKeyID: "STS.x", AccessKeySecret: "a/b+c=", SecurityToken: `CAIS"x`}.Check(), "a quote in the middle")
}
