//go:build unix

package main

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestWithTLSTheProgramServesHTTPS(t *testing.T) {
	t.Parallel()
	p := launch(t, "-addr", "127.0.0.1:0", "-shell", "-tls")
	endpoint := p.variables["ALIBABA_CLOUD_ENDPOINT"]
	assert.Contains(t, p.greeting, "Status page: https://"+endpoint+"\n")
	assert.Contains(t, p.greeting, "aliyun ecs RunCommand --secure ")
	assert.NotContains(t, p.greeting, "protocol http,")
	path := p.variables["SSL_CERT_FILE"]
	assert.Equal(t, path, p.variables["NODE_EXTRA_CA_CERTS"])
	certificate, err := os.ReadFile(path)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(certificate))
	p.web.TLSClientConfig = &tls.Config{RootCAs: roots}

	client, err := runcommand.NewClient(p.variables["ALIBABA_CLOUD_REGION_ID"],
		runcommand.WithEndpoint("https://"+endpoint),
		runcommand.WithStaticCredential(p.variables["ALIBABA_CLOUD_ACCESS_KEY_ID"], p.variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"], ""),
		runcommand.WithHTTPClient(&http.Client{Transport: p.web}))
	require.NoError(t, err)
	request, err := runcommand.Shell("echo $((6*7))").Instances("i-local-1").Build()
	require.NoError(t, err)
	invocation, err := client.Run(t.Context(), request)
	require.NoError(t, err)
	report, err := invocation.Wait(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "42\n", report.Results[0].Text())

	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+endpoint+"/", http.NoBody)
	require.NoError(t, err)
	reply, err := p.web.RoundTrip(r)
	require.NoError(t, err)
	require.NoError(t, reply.Body.Close())
	assert.Equal(t, http.StatusOK, reply.StatusCode)

	require.Zero(t, p.end())
	assert.Empty(t, p.errs.String())
	assert.NoFileExists(t, path, "the certificate is of no use any more")
}
