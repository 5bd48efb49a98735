package runcommand

import (
	"context"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// mostRestarts bounds how often paging begins anew.
const mostRestarts = 5

// errEnough is returned by a page function that needs no further page.
var errEnough = errors.New("no further page is needed")

// eachPage calls page with the token of one page after the other, "" for the
// first, until there is none. When the service no longer knows a token, or
// leads in a circle, paging begins anew: rows may come again, and page has to
// know them.
func eachPage(ctx context.Context, page func(ctx context.Context, token string) (next string, err error)) error {
	seen := make(map[string]bool)
	for token, restarts := "", 0; ; {
		next, err := page(ctx, token)
		switch {
		case errors.Is(err, errEnough):
			return nil
		case token != "" && errors.Is(err, errors.InvalidParameterNextToken) && restarts < mostRestarts:
			next = ""
		case err != nil:
			return err
		case next == "":
			return nil
		case seen[next] && restarts < mostRestarts:
			next = ""
		case seen[next]:
			return invalid("the pages of the service lead in a circle")
		}
		if next == "" {
			clear(seen)
			restarts++
		}
		seen[next] = true
		token = next
	}
}
