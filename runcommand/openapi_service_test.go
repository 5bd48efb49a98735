package runcommand_test

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// recordingService is a service on a socket that accepts every command and keeps the
// requests. It also reports each connection that has been closed.
type recordingService struct {
	*httptest.Server

	closed chan struct{}

	mu       sync.Mutex
	requests []*http.Request
}

func (s *recordingService) seen() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// host returns the address of the service without a scheme.
func (s *recordingService) host() *string { return new(s.Listener.Addr().String()) }

// ca returns the certificate of the service in PEM.
func (s *recordingService) ca() *string {
	return new(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
}

// startService starts a service. The function change, unless nil, may change the server and
// its TLS settings before the start.
func startService(tb testing.TB, secure bool, change func(*httptest.Server)) *recordingService {
	tb.Helper()
	s := &recordingService{closed: make(chan struct{}, 100)}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r)
		s.mu.Unlock()
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"RequestId":"R-1","CommandId":"c-1","InvokeId":"t-1"}`)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			s.closed <- struct{}{}
		}
	}
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS10}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	if change != nil {
		change(s.Server)
	}
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	tb.Cleanup(s.Close)
	return s
}

// runWithConfig sends one command with a client of this config, in a single attempt.
func runWithConfig(tb testing.TB, cfg *openapi.Config, before ...runcommand.Option) error {
	tb.Helper()
	client, err := runcommand.NewClient("cn-beijing", append(before,
		runcommand.WithStaticCredential("id", "secret", ""), retryQuickly(1), runcommand.WithOpenAPIConfig(cfg))...)
	require.NoError(tb, err)
	tb.Cleanup(client.CloseIdleConnections)
	req, err := minimal().Build()
	require.NoError(tb, err)
	_, err = client.Run(tb.Context(), req)
	return err
}
