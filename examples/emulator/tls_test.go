package main

import (
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestThePageShowsTheProtocol(t *testing.T) {
	t.Parallel()
	plain, secure := runcommandtest.Start(t), runcommandtest.Start(t, runcommandtest.WithTLS())
	assert.Equal(t, "http", newState(plain, filter{}, time.UTC).Scheme)
	assert.Equal(t, "https", newState(secure, filter{}, time.UTC).Scheme)
}

func TestTheCertificateIsForTheAddressThatIsListenedOn(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"192.0.2.1"}, certifiedHosts("192.0.2.1:8089"))
	assert.Equal(t, []string{"::1"}, certifiedHosts("[::1]:8089"))
	assert.Equal(t, []string{"box.test"}, certifiedHosts("box.test:8089"))
	name, err := os.Hostname()
	require.NoError(t, err)
	addresses, err := net.InterfaceAddrs()
	require.NoError(t, err)
	for _, addr := range []string{":8089", "0.0.0.0:8089", "[::]:8089"} {
		hosts := certifiedHosts(addr)
		assert.Contains(t, hosts, name, addr)
		for _, address := range addresses {
			ip, _, err := net.ParseCIDR(address.String())
			require.NoError(t, err)
			assert.Contains(t, hosts, ip.String(), addr)
		}
	}
}
