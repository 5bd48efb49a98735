package transport

import (
	"crypto/tls"
	"net"
)

// advice says what a person can do about the failure of a connection, with a semicolon before it.
// It returns "" for a failure that may pass by itself.
func advice(err error) string {
	if _, ok := asType[*tls.CertificateVerificationError](err); ok {
		return "; check the endpoint, or trust the authority of its certificate with WithHTTPClient"
	}
	if dns, ok := asType[*net.DNSError](err); ok && dns.IsNotFound {
		return "; check the region, the endpoint and the network"
	}
	if op, ok := asType[*net.OpError](err); ok && op.Op == "dial" {
		return "; check the network, the endpoint and the proxy"
	}
	return ""
}
