package runcommandtest

import (
	"fmt"
	"net/http"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// localURL is the address that requests in process are signed for. It is never
// looked up.
const localURL = "http://ecs.runcommandtest.invalid"

// Client returns a client of the server that talks to it in process, in [Region]
// and with the server's first credential. Options that are given come last. It
// panics when an option is not valid, as only a mistake in the test can cause that.
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
