package runcommandtest

import (
	"fmt"
	"net/http"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// localURL is the endpoint of the clients that Client returns. They sign their requests
// for the host in this URL. The host does not exist, and nothing looks it up.
const localURL = "http://ecs.runcommandtest.invalid"

// Client returns a client that calls the server in process. The client uses [Region]
// and the first credential of the server, unless opts change them. Client panics when
// an option is not valid, because only a mistake in the test can cause that.
func (s *Server) Client(opts ...runcommand.Option) *runcommand.Client {
	key := s.opts.credentials[0]
	all := append([]runcommand.Option{
		runcommand.WithEndpoint(localURL),
		runcommand.WithStaticCredential(key.AccessKeyID, key.AccessKeySecret, key.SecurityToken),
		runcommand.WithHTTPClient(&http.Client{Transport: s.Transport()}),
	}, opts...)
	client, err := runcommand.NewClient(Region, all...)
	if err != nil {
		panic(fmt.Sprintf("runcommandtest: client: %v", err))
	}
	return client
}
