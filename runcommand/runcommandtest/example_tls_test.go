package runcommandtest_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// Any client can call the server over HTTPS, once it trusts the server's certificate.
func ExampleWithTLS() {
	srv := runcommandtest.NewServer(runcommandtest.WithTLS())
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})

	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	client, err := runcommand.NewClient(runcommandtest.Region,
		runcommand.WithStaticCredential(runcommandtest.AccessKeyID, runcommandtest.AccessKeySecret, ""),
		runcommand.WithEndpoint(srv.URL()),
		runcommand.WithHTTPClient(&http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	agents, err := client.AgentStatus(context.Background(), "i-1")
	fmt.Println(strings.HasPrefix(srv.URL(), "https://"), agents["i-1"].Online, err)
	// Output: true true <nil>
}
