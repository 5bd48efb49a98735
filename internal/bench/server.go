package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A server answers the calls of one scenario with fixed replies. In process it is used as an
// [http.RoundTripper], and over loopback as an [http.Handler].
type server struct {
	scenario *scenario
	replies  map[string][]byte
	// check makes the server compare every request with the parameters of the scenario. It
	// is false while time is measured.
	check bool
}

// RoundTrip answers without sockets. It reads the whole body of the request, as a real transport
// does.
func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	status, reply := s.answer(r)
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json"}},
		Body:          io.NopCloser(bytes.NewReader(reply)),
		ContentLength: int64(len(reply)),
		Request:       r,
	}, nil
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, reply := s.answer(r)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(reply)))
	w.WriteHeader(status)
	_, _ = w.Write(reply) // the error is ignored: the client reports that the reply is missing
}

func (s *server) answer(r *http.Request) (status int, reply []byte) {
	var body []byte
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
		if s.check {
			body, _ = io.ReadAll(r.Body) // the error is ignored: verify finds what is missing in the body
		} else {
			_, _ = io.Copy(io.Discard, r.Body)
		}
	}
	action := header(r, "X-Acs-Action")
	if s.check && action == s.scenario.action {
		if err := s.scenario.verify(r, string(body)); err != nil {
			return http.StatusBadRequest, fmt.Appendf(nil, `{"RequestId":"0","Code":"InvalidParameter","Message":%q}`, err)
		}
	}
	if reply, ok := s.replies[action]; ok {
		return http.StatusOK, reply
	}
	return http.StatusBadRequest, fmt.Appendf(nil, `{"RequestId":"0","Code":"InvalidAction.NotFound","Message":"no action %q here"}`, action)
}

// header returns the value of a header. It also finds a name in lower case: the core
// library of the official SDK leaves names in lower case until they are sent.
func header(r *http.Request, name string) string {
	if values := r.Header[name]; len(values) > 0 {
		return values[0]
	}
	if values := r.Header[strings.ToLower(name)]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// verify returns an error when a request is not what every contender has to send. It checks the
// method and the version. It also checks that there is a signature, and that the query and the body
// together have exactly the parameters of the scenario.
func (s *scenario) verify(r *http.Request, body string) error {
	switch {
	case r.Method != http.MethodPost:
		return fmt.Errorf("the method is %s", r.Method)
	case header(r, "X-Acs-Version") != apiVersion:
		return fmt.Errorf("the version is %q", header(r, "X-Acs-Version"))
	case !strings.HasPrefix(header(r, "Authorization"), algorithm+" Credential="+accessKeyID+","):
		return fmt.Errorf("the request is not signed")
	}
	got, err := parameters(r.URL.RawQuery, body)
	if err != nil {
		return err
	}
	want, err := parameters(string(s.form()))
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if value, ok := got[name]; !ok || value != want[name] {
			return fmt.Errorf("parameter %s is missing or has another value", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			return fmt.Errorf("parameter %s is not expected", name)
		}
	}
	return nil
}

// parameters returns the parameters of all forms together. It returns an error when a parameter
// occurs twice.
func parameters(forms ...string) (map[string]string, error) {
	all := make(map[string]string)
	for _, text := range forms {
		values, err := url.ParseQuery(text)
		if err != nil {
			return nil, err
		}
		for name, v := range values {
			if _, twice := all[name]; twice || len(v) > 1 {
				return nil, fmt.Errorf("parameter %s comes twice", name)
			}
			all[name] = v[0]
		}
	}
	return all, nil
}
