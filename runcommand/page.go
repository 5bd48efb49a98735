package runcommand

import (
	"context"
	"fmt"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

const (
	// pageSize is the most rows that the service puts on a page (ECS API
	// reference, MaxResults).
	pageSize = 50
	// mostRestarts bounds how often paging begins anew.
	mostRestarts = 5
	// mostPages is more than the records of an invocation that the service ever
	// kept would fill (100,000 by its older documents).
	mostPages = 10_000
)

// errEnough is returned by a page function that needs no further page.
var errEnough = errors.New("no further page is needed")

// errAstray is in the error of paging that begins anew or goes on too often. It is an
// errors.ErrUnavailable.
var errAstray error = wrapped{"runcommand: the pages of the service lead nowhere", errors.ErrUnavailable}

// eachPage calls page with the token of one page after the other, "" for the
// first, until there is none. When the service no longer knows a token, or
// leads in a circle, paging begins anew: rows may come again, and page has to
// know them.
func eachPage(ctx context.Context, page func(ctx context.Context, token string) (next string, err error)) error {
	seen := make(map[string]bool)
	for token, restarts, pages := "", 0, 1; ; pages++ {
		if pages > mostPages {
			return errAstray
		}
		next, err := page(ctx, token)
		lost := token != "" && errors.Is(err, errors.InvalidParameterNextToken) || seen[next]
		switch {
		case errors.Is(err, errEnough):
			return nil
		case lost && restarts == mostRestarts && err != nil:
			return fmt.Errorf("%w: %w", errAstray, err)
		case lost && restarts == mostRestarts:
			return errAstray
		case lost:
			restarts++
			clear(seen)
			next = ""
		case err != nil:
			return err
		case next == "":
			return nil
		default:
			seen[next] = true
		}
		token = next
	}
}
