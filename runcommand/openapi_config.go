package runcommand

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/utils"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// WithOpenAPIConfig takes over the configuration of the official SDK: the type Config of
// github.com/alibabacloud-go/darabonba-openapi/v2. The packages utils and client of that
// module share this type. A field that is nil, empty or 0 changes nothing. [NewClient]
// reads the config; later changes of the config have no effect.
//
// Honoured:
//
//   - The credential: AccessKeyId with AccessKeySecret and, if set, SecurityToken. Without
//     an access key pair it is BearerToken. Without BearerToken it is Credential, see
//     [WithCredentialsGo].
//   - RegionId, which has to be the region of this client.
//   - Endpoint, a host with an optional port. For the address http://127.0.0.1:8080, set
//     Endpoint to 127.0.0.1:8080 and Protocol to http. Protocol is https by default.
//   - Network, public or vpc. With vpc the host is ecs-vpc.<region>.aliyuncs.com, unless
//     Endpoint or [WithEndpoint] names another host. (The official client ignores Network
//     for the regions in its own list of hosts.)
//   - UserAgent, a text that the header has in front of the SDK's own name, see
//     [WithUserAgent].
//   - HttpProxy for an endpoint with http, and HttpsProxy for an endpoint with https: a
//     host, or scheme://user:password@host:port with the scheme http, https, socks5 or
//     socks5h. Such a proxy is used for every host that NoProxy does not list, whatever the
//     variable NO_PROXY says. NoProxy has the form of that variable. When the config has no
//     proxy for the protocol of the endpoint, the proxy of the environment is used, except
//     for hosts in NoProxy or NO_PROXY.
//   - Socks5Proxy, a host or socks5://user:password@host:port. Every connection goes
//     through this proxy, also a connection to an HTTP proxy of the config. With
//     Socks5Proxy, the proxies of the environment are not used. Socks5NetWork is tcp, the
//     default, tcp4 or tcp6.
//   - ConnectTimeout, in milliseconds: the time to connect, and the same time again for
//     the TLS handshake. The default is 5 s.
//   - ReadTimeout, in milliseconds: the time until a reply begins. The sum of
//     ConnectTimeout and ReadTimeout bounds one attempt, up to the last byte of the reply,
//     as in the official client. Without ReadTimeout, the bound is ConnectTimeout plus
//     25 s.
//   - IdleTimeout, in milliseconds: how long an idle connection is kept; 30 s by
//     default. MaxIdleConns: how many idle connections are kept; 64 by default.
//   - Ca: the only certificate authorities that are trusted. Cert and Key: the client
//     certificate. All three are in PEM.
//   - TlsMinVersion, TLSv1 to TLSv1.3. A version below TLS 1.2 means TLS 1.2.
//   - DisableHttp2: when it is true, connections do not use HTTP/2.
//
// Ignored, since the official constructors fill these fields: Type, Method, Suffix,
// EndpointType, OpenPlatformEndpoint, and SignatureAlgorithm when it is ACS3-HMAC-SHA256.
//
// Refused, with an error that names the field: other values of SignatureAlgorithm,
// SignatureVersion, GlobalParameters, HttpClient (see [WithHTTPClient]), RetryOptions (see
// [WithRetry]), and every field that a later version of the library adds.
//
// A later option replaces the fields of the config that it also sets. [WithEndpoint]
// replaces Protocol, Endpoint and Network. [WithStaticCredential] replaces the credential.
// [WithHTTPClient] replaces every field about connections. When the config comes after
// [WithHTTPClient] and has a proxy, a certificate, TlsMinVersion or DisableHttp2, the
// config replaces the HTTP client. This is also so for the HTTP client of a local service.
// When the config has only times, MaxIdleConns, NoProxy or Socks5NetWork, the HTTP client
// stays. ConnectTimeout and ReadTimeout of the config still limit the time of an attempt.
//
// [NewClient] returns one error that names every wrong field. No value of the config is
// printed; the errors of calls mask the passwords of proxies. The rules follow
// client/client.go of darabonba-openapi 2.2.4 and dara/core.go of tea 1.5.4.
func WithOpenAPIConfig(cfg *openapi.Config) Option {
	return func(c *config) error {
		if cfg == nil {
			return invalid("WithOpenAPIConfig: config is nil")
		}
		r := &openapiReader{from: cfg, to: c}
		r.problems = unsupportedFields(reflect.ValueOf(*cfg))
		r.credential()
		r.address()
		r.proxies()
		r.times()
		r.tls()
		if r.needsPool() {
			c.httpClient = nil
		}
		if len(r.problems) > 0 {
			return invalid("WithOpenAPIConfig: %s", strings.Join(r.problems, "; "))
		}
		return nil
	}
}

// The three lists together name every field of the official configuration. A field that no
// list names comes from a later version of the library. WithOpenAPIConfig refuses such a
// field.
var (
	openapiHonoured = strings.Fields(`
		AccessKeyId AccessKeySecret SecurityToken BearerToken Credential RegionId Endpoint Protocol Network UserAgent
		HttpProxy HttpsProxy NoProxy Socks5Proxy Socks5NetWork ReadTimeout ConnectTimeout IdleTimeout MaxIdleConns
		Ca Cert Key TlsMinVersion DisableHttp2
	`)
	openapiIgnored = strings.Fields(`
		Model Type Method OpenPlatformEndpoint EndpointType Suffix SignatureAlgorithm
	`)
	openapiRefused = map[string]string{
		"SignatureVersion": "requests are signed with " + transport.SignatureAlgorithm,
		"GlobalParameters": "a call sends only the parameters of its request",
		"HttpClient":       "give an *http.Client to WithHTTPClient",
		"RetryOptions":     "use WithRetry",
	}
)

// unsupportedFields returns one text for every field that is set but not supported.
func unsupportedFields(config reflect.Value) (wrong []string) {
	for field, value := range config.Fields() {
		name := field.Name
		if !field.IsExported() || empty(value) || slices.Contains(openapiHonoured, name) || slices.Contains(openapiIgnored, name) {
			continue
		}
		why, known := openapiRefused[name]
		if !known {
			why = "this version of the SDK does not know the field"
		}
		wrong = append(wrong, name+" is not supported: "+why)
	}
	return wrong
}

// empty reports whether a field is the zero value or points to an empty text.
func empty(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.String && v.Elem().Len() == 0
}

// An openapiReader copies the settings of one configuration and collects the problems in
// it.
type openapiReader struct {
	from     *openapi.Config
	to       *config
	problems []string
}

// addProblem adds a problem with a field. Callers never pass the value of the field,
// since it may be a secret.
func (r *openapiReader) addProblem(field, format string, args ...any) {
	r.problems = append(r.problems, field+" "+fmt.Sprintf(format, args...))
}

// credential takes over the first of these credentials that is set: the access key pair,
// the bearer token, the field Credential. It adds a problem when only half of a pair is set
// and nothing else. Otherwise the default chain would sign, perhaps with the credential of
// another account.
func (r *openapiReader) credential() {
	from := r.from
	key := Credential{
		AccessKeyID:     valueOf(from.AccessKeyId),
		AccessKeySecret: valueOf(from.AccessKeySecret),
		SecurityToken:   valueOf(from.SecurityToken),
	}
	bearer := valueOf(from.BearerToken)
	field := "AccessKeyId"
	switch {
	case key.AccessKeyID != "" && key.AccessKeySecret != "":
	case bearer != "":
		key, field = Credential{BearerToken: bearer}, "BearerToken"
	case from.Credential != nil:
		if holdsNil(from.Credential) {
			r.addProblem("Credential", "holds a nil pointer")
			return
		}
		r.to.credential = fromCredentialsGo(from.Credential)
		return
	case key.AccessKeyID != "":
		r.addProblem("AccessKeySecret", "is missing beside AccessKeyId")
		return
	case key.AccessKeySecret != "":
		r.addProblem("AccessKeyId", "is missing beside AccessKeySecret")
		return
	case key.SecurityToken != "":
		r.addProblem("SecurityToken", "needs AccessKeyId and AccessKeySecret")
		return
	default:
		return
	}
	if err := transport.Credential(key).Check(); err != nil {
		r.addProblem(field, "cannot be used: %v", err)
	}
	r.to.credential = staticCredential(key)
}

// address takes over the region, the endpoint, the user agent and the signature
// algorithm.
func (r *openapiReader) address() {
	from, to := r.from, r.to
	if region := valueOf(from.RegionId); region != "" && region != to.region {
		r.addProblem("RegionId", "is not the region of this client, %s", to.region)
	}
	switch protocol := strings.ToLower(valueOf(from.Protocol)); protocol {
	case "":
	case "http", "https":
		to.scheme = protocol
	default:
		r.addProblem("Protocol", "must be http or https")
	}
	if host := valueOf(from.Endpoint); host != "" {
		u, err := transport.ParseEndpoint("https://" + host)
		if err != nil || strings.ContainsAny(host, "/@?#") {
			r.addProblem("Endpoint", "must be a bare host, such as ecs.cn-hangzhou.aliyuncs.com, with a port where needed and without scheme and path")
		} else {
			to.host = u.Host
		}
	}
	switch strings.ToLower(valueOf(from.Network)) {
	case "":
	case "public":
		to.vpc = false
	case "vpc":
		if to.region == regionWithoutVPC {
			r.addProblem("Network", "cannot be vpc: the region has no such endpoint")
		}
		to.vpc = true
	default:
		r.addProblem("Network", "must be public or vpc")
	}
	if name := valueOf(from.UserAgent); name != "" {
		if err := transport.CheckUserAgent(name); err != nil {
			r.addProblem("UserAgent", "cannot be part of the User-Agent header: %v", err)
		}
		to.userAgent = name
	}
	if algorithm := valueOf(from.SignatureAlgorithm); algorithm != "" && algorithm != transport.SignatureAlgorithm {
		r.addProblem("SignatureAlgorithm", "must be %s", transport.SignatureAlgorithm)
	}
}
