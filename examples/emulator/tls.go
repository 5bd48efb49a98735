package main

import (
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/netip"
	"os"
	"path/filepath"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// scheme returns the protocol with which clients call the service.
func scheme(service *runcommandtest.Server) string {
	if service.TLSConfig() != nil {
		return "https"
	}
	return "http"
}

// certifiedHosts returns the hosts in addr that the certificate of -tls must be for, besides the loopback
// addresses. For an unspecified address, such as 0.0.0.0, these are all addresses of this machine and its
// name.
func certifiedHosts(addr string) []string {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil
	}
	if ip, err := netip.ParseAddr(host); host != "" && (err != nil || !ip.IsUnspecified()) {
		return []string{host}
	}
	var hosts []string
	if name, err := os.Hostname(); err == nil {
		hosts = append(hosts, name)
	}
	networks, _ := net.InterfaceAddrs() // without addresses the certificate is for the name alone
	for _, network := range networks {
		if prefix, err := netip.ParsePrefix(network.String()); err == nil {
			hosts = append(hosts, prefix.Addr().String())
		}
	}
	return hosts
}

// saveCertificate saves a certificate as a PEM file, so that clients can be told to trust it. The function
// remove deletes the file.
func saveCertificate(certificate *x509.Certificate) (path string, remove func(), err error) {
	folder, err := os.MkdirTemp("", "emulator-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(folder) } // the error is ignored: a file that is left is a temporary file
	path = filepath.Join(folder, "certificate.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		remove()
		return "", nil, err
	}
	return path, remove, nil
}
