package runcommandtest

import (
	"context"
	"fmt"
	"net/http"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// localURL is the endpoint of the clients that Client returns. They sign their requests
// for the host in this URL. The host does not exist, and nothing looks it up.
const localURL = "http://ecs.runcommandtest.invalid"

// Client returns a client that calls the server in process. The client uses [Region]
// and the first credential of the server, unless opts change them. Client panics when
// an option is not valid, because only a mistake in the test can cause that. Every call
// returns a new client. Clients may be used concurrently, and share nothing but the server.
//
// The option runcommand.WithHTTPClient replaces the in-process transport. To stay in
// process, give it a RoundTripper that passes its requests to [Server.Transport]. For a
// client over the network use runcommand.NewClient with the address of [Server.URL].
//
// The client has no rate limit, so a test may call it as often as it wants. Other clients
// keep to the 1,000 calls of RunCommand a minute that the real service allows. For a
// client that does the same, give the option
//
//	runcommand.WithLimiter("RunCommand", poll.NewAdaptive(1000, time.Minute))
//
// With [WithRateLimit] the server refuses calls beyond a rate, whatever its clients do.
func (s *Server) Client(opts ...runcommand.Option) *runcommand.Client {
	key := s.opts.credentials[0]
	all := append([]runcommand.Option{
		runcommand.WithEndpoint(localURL),
		runcommand.WithStaticCredential(key.AccessKeyID, key.AccessKeySecret, key.SecurityToken),
		runcommand.WithHTTPClient(&http.Client{Transport: s.Transport()}),
		runcommand.WithLimiter(runCommand, noLimit{}),
	}, opts...)
	client, err := runcommand.NewClient(Region, all...)
	if err != nil {
		panic(fmt.Sprintf("runcommandtest: client: %v", err))
	}
	return client
}

// noLimit is a limiter that lets every call go on at once.
type noLimit struct{}

// Wait returns nil, or the error of a context that has ended.
func (noLimit) Wait(ctx context.Context) error { return ctx.Err() }
