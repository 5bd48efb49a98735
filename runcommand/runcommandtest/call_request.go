package runcommandtest

import (
	"cmp"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest/internal/signature"
)

// Limits of a request: the sizes of body and query in bytes, and the number of
// parameters. A RunCommand request with the longest script has about 28 KB.
const (
	maxBody       = 1 << 20
	maxQuery      = 128 << 10
	maxParameters = 20_000
)

// apiVersion is the version of the ECS API that has these operations.
const apiVersion = "2014-05-26"

// formType is the Content-Type of a body that has parameters.
const formType = "application/x-www-form-urlencoded"

// A request is one HTTP request, from the network or in process, with its body.
type request struct {
	method string
	path   string
	host   string
	query  string // as sent, not yet decoded
	header http.Header
	body   []byte

	action  string
	version string
	params  parameters
	url     parameters // parameters of the query only; params also has those of a form body

	format    format // of the reply
	authentic bool   // the signature was accepted
}

// newRequest reads an HTTP request. When a parameter cannot be read, the refusal says
// why. The request then has only the parameters before the one that cannot be read.
func newRequest(r *http.Request, body []byte, queryOnly bool) (*request, *refusal) {
	host := r.Host
	if host == "" && r.URL != nil {
		host = r.URL.Host
	}
	q := &request{method: r.Method, path: r.URL.Path, host: host, query: r.URL.RawQuery, header: r.Header, body: body}
	if q.method == "" {
		q.method = http.MethodGet
	}
	if q.path == "" {
		q.path = "/"
	}
	refused := q.parse(queryOnly)
	q.action = cmp.Or(r.Header.Get("X-Acs-Action"), q.params["Action"])
	q.version = cmp.Or(r.Header.Get("X-Acs-Version"), q.params["Version"])
	if q.rpcStyle() { // then only the parameters are signed
		q.action = cmp.Or(q.params["Action"], q.action)
		q.version = cmp.Or(q.params["Version"], q.version)
	}
	q.format = q.replyFormat()
	return q, refused
}

// parse reads the parameters of the query and of a form body.
func (q *request) parse(queryOnly bool) *refusal {
	q.params, q.url = parameters{}, parameters{}
	refused := q.url.read(q.query)
	maps.Copy(q.params, q.url)
	if refused != nil || queryOnly || !q.hasForm() {
		return refused
	}
	return q.params.read(string(q.body))
}

// signed returns the part of q that signatures cover.
func (q *request) signed() *signature.Request {
	return &signature.Request{
		Method: q.method, Path: q.path, Host: q.host, Header: q.header, Body: q.body, Query: q.url, Parameters: q.params,
	}
}

// hasForm reports whether the body has parameters.
func (q *request) hasForm() bool {
	media, _, err := mime.ParseMediaType(q.header.Get("Content-Type"))
	return err == nil && media == formType && len(q.body) > 0
}

// parameters are the decoded parameters of a request. Each name has one value.
type parameters map[string]string

// read adds the parameters of an encoded query or form. It refuses a parameter that p
// already has, because it would be unclear which of the two values to use.
func (p parameters) read(encoded string) *refusal {
	for pair := range strings.SplitSeq(encoded, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return refuse(errors.InvalidParameterFormat, "a parameter name is not well encoded")
		}
		value, err = url.QueryUnescape(value)
		if err != nil {
			return refuse(errors.InvalidParameterFormat, "the parameter %.64q is not well encoded", name)
		}
		if _, twice := p[name]; twice {
			return refuse(errors.InvalidParameter, "the parameter %.64q is given twice", name)
		}
		if len(p) >= maxParameters {
			return refuse(errors.InvalidParameter, "there are more than %d parameters", maxParameters)
		}
		// Name and value are copied. Otherwise a kept parameter would keep the whole
		// request in memory.
		p[strings.Clone(name)] = strings.Clone(value)
	}
	return nil
}
