package transport_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A keepAlive is a server that serves each connection until the function answer tells it to close the
// connection. It runs in a synctest bubble, which fails the test when a goroutine does not end.
type keepAlive struct {
	dialed, requests int
	answer           func(n int) (reply string, hangUp bool)
}

func (k *keepAlive) dial(context.Context) (net.Conn, error) {
	k.dialed++
	near, far := net.Pipe()
	go func() {
		defer func() { _ = far.Close() }()
		in := bufio.NewReader(far)
		for {
			req, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, req.Body)
			k.requests++
			reply, hangUp := k.answer(k.requests)
			_, _ = io.WriteString(far, reply)
			if hangUp {
				return
			}
		}
	}()
	return near, nil
}

func replyOn(status int, body string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: %d\r\n\r\n%s", status, http.StatusText(status), len(body), body)
}

func TestConnectionsAreUsedAgainWhateverWasAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		answers := []string{
			replyOn(200, accepted), replyOn(400, `{"RequestId":"R","Code":"Throttling"}`), replyOn(502, "<html>"), replyOn(302, "elsewhere"), replyOn(200, "{"),
		}
		srv := &keepAlive{answer: func(n int) (string, bool) { return answers[n%len(answers)], false }}
		c := setup(t, transportDialing(srv.dial), plain)
		for range 4 * len(answers) {
			_, _, _ = run(t.Context(), c)
		}
		assert.Equal(t, 4*len(answers), srv.requests)
		assert.Equal(t, 1, srv.dialed, "every body was read to its end")
		c.CloseIdleConnections()
	})
}

// net/http repeats some requests when a kept connection breaks. It must not repeat the requests of this
// package, since the service may have received the first request.
func TestARequestIsNotRepeatedWhenAKeptConnectionBreaks(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]bool{"as a form": false, "as a query": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := &keepAlive{answer: func(n int) (string, bool) {
					if n == 2 {
						return "", true
					}
					return replyOn(200, accepted), false
				}}
				c := setup(t, transportDialing(srv.dial), plain, inQuery(query))
				_, _, err := run(t.Context(), c)
				require.NoError(t, err)
				_, _, err = run(t.Context(), c)
				got, ok := errors.AsType[*errors.TransportError](err)
				require.True(t, ok, "%v", err)
				assert.True(t, got.Sent)
				assert.Equal(t, 2, srv.requests)
				c.CloseIdleConnections()
			})
		})
	}
}
