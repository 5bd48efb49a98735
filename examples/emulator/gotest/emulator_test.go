// Package gotest calls the example program with the old official Go SDK. The SDK signs,
// sends and decodes as if it called the cloud: in the RPC style, in JSON and in XML, over
// HTTP and over HTTPS. It is a module of its own, so that users of the main module do not
// download that SDK.
package gotest

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
	"github.com/stretchr/testify/require"
)

var instances = []string{"i-local-1", "i-local-2"}

// An emulator is the example program, running, and how to reach it.
type emulator struct {
	scheme   string // "http" or "https"
	endpoint string
	region   string
	key      string
	secret   string
	roots    *x509.CertPool // nil over HTTP
}

// start builds and starts the program with two instances. It ends with the test.
func start(t *testing.T, binary string, flags ...string) emulator {
	t.Helper()
	program := exec.Command(binary, append([]string{"-addr", "127.0.0.1:0", "-instances", "2", "-shell"}, flags...)...)
	program.Stderr = os.Stderr
	output, err := program.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	t.Cleanup(func() {
		require.NoError(t, program.Process.Signal(os.Interrupt))
		require.NoError(t, program.Wait(), "the program ends well")
	})
	e := emulator{scheme: "http"}
	lines := bufio.NewScanner(output)
	for lines.Scan() && !strings.Contains(lines.Text(), "Ctrl-C") {
		name, value, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export "), "=")
		switch {
		case !found:
		case name == "ALIBABA_CLOUD_ENDPOINT":
			e.endpoint = value
		case name == "ALIBABA_CLOUD_REGION_ID":
			e.region = value
		case name == "ALIBABA_CLOUD_ACCESS_KEY_ID":
			e.key = value
		case name == "ALIBABA_CLOUD_ACCESS_KEY_SECRET":
			e.secret = value
		case name == "SSL_CERT_FILE":
			certificate, err := os.ReadFile(value)
			require.NoError(t, err)
			e.scheme, e.roots = "https", x509.NewCertPool()
			require.True(t, e.roots.AppendCertsFromPEM(certificate))
		}
	}
	require.NotEmpty(t, e.secret, "the greeting of the program: %v", lines.Err())
	return e
}

// build compiles the example program, which is in the main module.
func build(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "emulator")
	command := exec.Command("go", "build", "-o", binary, ".")
	command.Dir = ".."
	text, err := command.CombinedOutput()
	require.NoError(t, err, "%s", text)
	return binary
}

// client returns a client of the old SDK.
func (e emulator) client(t *testing.T, secret string) *ecs.Client {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: e.roots}}
	t.Cleanup(transport.CloseIdleConnections)
	config := sdk.NewConfig().WithHttpTransport(transport).WithScheme(e.scheme)
	client, err := ecs.NewClientWithOptions(e.region, config, credentials.NewAccessKeyCredential(e.key, secret))
	require.NoError(t, err)
	client.Domain = e.endpoint
	return client
}
