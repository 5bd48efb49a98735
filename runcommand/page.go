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
	// mostPages bounds one listing. 10,000 pages of 50 rows are more than the
	// records that the service ever kept (100,000 by its older documents).
	maxPages = 10_000
	// longestToken is far more than a page token of the service has, in bytes.
	maxPageToken = 4 << 10
)

// patience is how long paging goes on that leads nowhere.
type pagingLimits struct {
	restarts  int // how often it begins anew, as after a token that has expired
	noNewRows int // how many pages in a row may bring nothing new
}

var (
	// whileWaiting is for one look of a wait: the next look begins anew in any case.
	pollPaging = pagingLimits{restarts: 5, noNewRows: 6}
	// ofOne is for all that the service keeps about one invocation or about named
	// instances.
	invocationPaging = pagingLimits{restarts: 5, noNewRows: 20}
	// ofMany is for lists that a filter may leave empty for many pages: the service
	// keeps 10,000 records, which are 200 pages.
	listPaging = pagingLimits{restarts: 5, noNewRows: 200}
)

// errEnough is returned by a page function that needs no further page.
var errStopPaging = errors.New("no further page is needed")

// errAstray is in the error of paging that begins anew or goes on too often. It is an
// errors.ErrUnavailable.
var errEndlessListing error = kindError{"runcommand: the pages of the service lead nowhere", errors.ErrUnavailable}

// eachPage calls page with the token of one page after the other, "" for the
// first, until there is none. The function page returns the token of the next
// page, and whether this page held anything that had not come before.
//
// When the service no longer knows a token, or leads in a circle, paging begins
// anew: rows may come again, and page has to know them. A service that hands out
// new tokens for ever leads in a circle as well: pages that bring nothing new are
// counted, except for those that are read again after a new beginning.
func eachPage(ctx context.Context, p pagingLimits, page func(ctx context.Context, token string) (next string, news bool, err error)) error {
	seen := make(map[string]bool)
	token, restarts, fruitless := "", 0, 0
	number, deepest := 1, 0 // of this page since the beginning; the last that brought news
	for range maxPages {
		next, news, err := page(ctx, token)
		switch {
		case news:
			fruitless, deepest = 0, max(deepest, number)
		case err == nil && number > deepest:
			fruitless++
		}
		lost := token != "" && errors.Is(err, errors.InvalidParameterNextToken) || seen[next]
		switch {
		case errors.Is(err, errStopPaging):
			return nil
		case lost && restarts == p.restarts && err != nil:
			return fmt.Errorf("%w: %w", errEndlessListing, err)
		case lost && restarts == p.restarts:
			return errEndlessListing
		case lost:
			restarts++
			clear(seen)
			next, number = "", 0
		case err != nil:
			return err
		case next == "":
			return nil
		case fruitless >= p.noNewRows:
			return errEndlessListing
		case len(next) > maxPageToken:
			return errEndlessListing
		default:
			seen[next] = true
		}
		token = next
		number++
	}
	return errEndlessListing
}
