package runcommand_test

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// step is a function that answers one attempt.
type step = func(*http.Request) (*http.Response, error)

// replyWith answers with a status, a body, and headers given as names and values.
func replyWith(status int, body string, headers ...string) step {
	return func(r *http.Request) (*http.Response, error) {
		var h http.Header
		if len(headers) > 0 {
			h = http.Header{}
		}
		for i := 0; i+1 < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

// jsonReply answers with a JSON body, as the service does.
func jsonReply(status int, body string) step {
	return replyWith(status, body, "Content-Type", "application/json")
}

func acceptedReply() step {
	return jsonReply(http.StatusOK, `{"RequestId":"R-1","CommandId":"c-1","InvokeId":"t-1"}`)
}

func refusedReply(status int, code string) step {
	return jsonReply(status, fmt.Sprintf(`{"RequestId":"R-2","HostId":"h","Code":%q,"Message":"m"}`, code))
}

func htmlReply(status int) step { return jsonReply(status, "<html>bad gateway</html>") }

// connectionLost answers like a connection that breaks after the request was sent.
func connectionLost(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }

var errDial = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}

// dialRefused answers like a server that refuses the connection: nothing is sent.
func dialRefused(*http.Request) (*http.Response, error) {
	return nil, errDial
}

// certificateRefused answers like a connection that ends because the certificate of the
// server is not valid: nothing is sent.
func certificateRefused(*http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &tls.CertificateVerificationError{Err: io.ErrUnexpectedEOF}}
}

// replyCutShort answers with a reply that ends in the middle.
func replyCutShort(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK,
		Body:       io.NopCloser(io.MultiReader(strings.NewReader(`{"RequestId":"R`), brokenReader{})),
		Request:    r,
	}, nil
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// gzipBomb returns a small gzip body that unpacks to very many rows.
func gzipBomb() string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, `{"RequestId":"R","Code":"Throttling","Rows":[`+strings.Repeat("{},", 1<<16)+`{}]}`)
	_ = w.Close()
	return b.String()
}

func refusalBody(code string) string { return `{"RequestId":"R","Code":"` + code + `","Message":"m"}` }

const acceptedInEnvelope = `{"RequestId":"R","Code":"OK","Message":"accepted","Data":{"InvokeId":"t-1"}}`
