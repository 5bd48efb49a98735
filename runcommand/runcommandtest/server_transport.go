package runcommandtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"strconv"
	"syscall"
	"time"
)

// Transport returns a RoundTripper that passes requests to the server without a network. It
// accepts every host, and a request fails when its context ends. It works inside
// testing/synctest. A [Fault] can make it fail as a network would. After Close it fails like
// a connection that is refused, with an error that says why.
//
// Give it to the HTTP client of the code under test. The code may use any URL with the
// path "/", and must sign its calls with a key of the server. The RoundTripper may be used
// concurrently. It calls the functions of net/http/httptrace that tell whether a
// connection was made and whether the request was sent.
func (s *Server) Transport() http.RoundTripper { return roundTripper{s} }

// A roundTripper is what Transport returns.
type roundTripper struct{ server *Server }

// RoundTrip passes a request to serve and turns the reply into a response, or into the
// error that a network would give.
func (t roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	s, ctx := t.server, r.Context()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case s.life.Err() != nil:
		return nil, dialError(errClosed)
	}
	trace := httptrace.ContextClientTrace(ctx)
	traceAsked(trace, r.URL.Host)
	if s.refusesConnection(r) {
		return nil, errRefused
	}
	body, err := readBody(r.Body)
	switch {
	case err != nil:
		return nil, err
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	re := s.serve(ctx, r, body)
	if re.sending == sendRefused {
		return nil, errRefused
	}
	traceSent(trace)
	if !s.pause(ctx, re.delay) || re.sending == sendNever {
		if re.sending == sendNever {
			s.wait(ctx)
		}
		return nil, orReset(ctx)
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case re.sending == sendReset:
		return nil, resetError()
	case re.sending == sendDropped:
		return nil, io.EOF
	}
	if trace != nil && trace.GotFirstResponseByte != nil {
		trace.GotFirstResponseByte()
	}
	return s.response(r, re), nil
}

// readBody reads a request body up to one byte more than the server accepts. The extra
// byte shows that the body is too large.
func readBody(body io.ReadCloser) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	defer func() { _ = body.Close() }() // the error is ignored: the body has been read
	return io.ReadAll(io.LimitReader(body, maxBody+1))
}

// response returns the HTTP response for a reply that has a status.
func (s *Server) response(r *http.Request, re *reply) *http.Response {
	header := re.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Content-Length", strconv.Itoa(len(re.body)))
	var body io.Reader = bytes.NewReader(re.body)
	switch re.sending {
	case sendCut:
		body = io.MultiReader(bytes.NewReader(re.body[:len(re.body)/2]), brokenReader{})
	case sendSlow:
		body = &slowReader{server: s, ctx: r.Context(), rest: re.body}
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", re.status, http.StatusText(re.status)), StatusCode: re.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header, Request: r,
		ContentLength: int64(len(re.body)), Body: &responseBody{Reader: body, ctx: r.Context()},
	}
}

// A responseBody is the body of a reply. Like the body from a real connection, it
// cannot be read any more when the context of the request has ended.
type responseBody struct {
	io.Reader
	ctx    context.Context
	closed bool
}

// Read returns the error of the context when it has ended, and
// [http.ErrBodyReadAfterClose] after Close.
func (b *responseBody) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if b.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	return b.Reader.Read(p)
}

// Close makes later calls of Read fail. It never fails itself.
func (b *responseBody) Close() error {
	b.closed = true
	return nil
}

// A brokenReader is the end of a body whose connection breaks before the body is
// complete.
type brokenReader struct{}

// Read fails as the body of a connection that breaks does.
func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// A slowReader is a body that returns one byte a second.
type slowReader struct {
	server *Server
	ctx    context.Context
	rest   []byte
}

// Read waits for a second and returns one byte.
func (r *slowReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 || len(p) == 0 {
		return 0, io.EOF
	}
	if !r.server.pause(r.ctx, time.Second) {
		return 0, orReset(r.ctx)
	}
	p[0], r.rest = r.rest[0], r.rest[1:]
	return 1, nil
}

// wait waits until the caller gives up or the server is closed.
func (s *Server) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-s.life.Done():
	}
}

// orReset returns the error of ctx, or the error of a connection that was reset when ctx
// has not ended: then the server was closed.
func orReset(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return resetError()
}

// refusesConnection applies a FaultRefused before the body is read. If the body were
// read, the client would assume that the request may have been sent. A fault that is
// restricted to an instance is applied later, because the body may name the instance.
func (s *Server) refusesConnection(r *http.Request) bool {
	action := r.Header.Get("X-Acs-Action")
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if faultSpecs[f.Kind].stage != stageConnect || f.InstanceID == "" && !f.matches(action, nil) {
			continue
		}
		if f.Kind != FaultRefused || f.InstanceID != "" || action == "" {
			return false // serve applies this fault later, when the body has been read
		}
		s.countFault(f)
		return true
	}
	return false
}

// errRefused is the error of a connection that is refused.
var errRefused = dialError(os.NewSyscallError("connect", syscall.ECONNREFUSED))

// errClosed is the cause of every error after Close. It wraps ECONNREFUSED, so programs
// see a refused connection. Its text tells people the reason.
var errClosed = fmt.Errorf("the local service is closed: %w", syscall.ECONNREFUSED)

// dialError returns the error of a connection that was not made. The error means that
// nothing was sent.
func dialError(cause error) error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: cause}
}

// resetError returns the error of a connection that was reset while the reply was awaited.
// The request may have been carried out.
func resetError() error {
	return &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
}

// traceAsked tells a trace that the client asks for a connection.
func traceAsked(trace *httptrace.ClientTrace, host string) {
	if trace != nil && trace.GetConn != nil {
		trace.GetConn(host)
	}
}

// traceSent tells a trace that the whole request was sent, as it would be over a
// network.
func traceSent(trace *httptrace.ClientTrace) {
	if trace == nil {
		return
	}
	if trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	if trace.WroteHeaders != nil {
		trace.WroteHeaders()
	}
	if trace.WroteRequest != nil {
		trace.WroteRequest(httptrace.WroteRequestInfo{})
	}
}
