package transport

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptrace"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The pool repeats a request on another connection when the server has closed the first connection. The
// pool may also write a request after the end of the attempt.
func TestSendsOfOurOwnPoolAreCountedByItsTrace(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ connections, written, want int }{
		"no connection":                         {0, 0, 0},
		"a connection and nothing written yet":  {1, 0, 1},
		"written once":                          {1, 1, 1},
		"written on two connections":            {2, 2, 2},
		"the first connection was found closed": {2, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tracker := &sendTracker{body: []byte("a=b"), ownPool: true}
			trace := tracker.trace()
			for range tc.connections {
				trace.GotConn(httptrace.GotConnInfo{})
			}
			for range tc.written {
				trace.WroteHeaders()
			}
			assert.Equal(t, tc.want, tracker.seal())

			// With the parameters in the URL, the result is the same for any http.Transport, because
			// its trace also reports connections and written headers.
			query := &sendTracker{netHTTP: &http.Transport{}}
			trace = query.trace()
			trace.GetConn("host:443")
			for range tc.connections {
				trace.GotConn(httptrace.GotConnInfo{})
			}
			for range tc.written {
				trace.WroteHeaders()
			}
			assert.Equal(t, tc.want, query.seal())
		})
	}
}

// For the SDK's own pool, the body of a request has a type that net/http knows. If it had another type,
// net/http would send the headers in a separate packet.
func TestABodyOfOurOwnPoolIsOneThatNetHTTPKnows(t *testing.T) {
	t.Parallel()
	for pool, want := range map[bool]any{true: io.NopCloser(bytes.NewReader(nil)), false: &watchedBody{}} {
		req := &http.Request{}
		(&sendTracker{body: []byte("a=b"), ownPool: pool}).attach(req)
		again, err := req.GetBody()
		require.NoError(t, err)
		for _, body := range []io.ReadCloser{req.Body, again} {
			assert.IsType(t, want, body)
			text, err := io.ReadAll(body)
			require.NoError(t, err)
			assert.Equal(t, "a=b", string(text))
		}
		assert.EqualValues(t, 3, req.ContentLength)
	}
}
