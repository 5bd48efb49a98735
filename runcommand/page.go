package runcommand

import (
	"context"
	"fmt"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

const (
	// pageSize is the largest number of rows that the service puts on a page (ECS
	// API reference, MaxResults).
	pageSize = 50
	// maxPages is the largest number of pages that are read of one listing. 10,000 pages
	// of 50 rows hold more records than the service ever kept: its older documents say
	// 100,000 records.
	maxPages = 10_000
	// maxPageToken is the longest page token that is accepted, in bytes. Tokens of the
	// service are much shorter.
	maxPageToken = 4 << 10
)

// pagingLimits end a listing that has no last page.
type pagingLimits struct {
	restarts int // how often the listing may begin again at the first page
	idle     int // a listing fails after this many pages in a row without a new row
}

var (
	// pollPaging is for one poll of a wait. A few pages are enough, because the next poll
	// reads the listing again from its first page.
	pollPaging = pagingLimits{restarts: 5, idle: 6}
	// invocationPaging is for the rows about one invocation or about named instances.
	invocationPaging = pagingLimits{restarts: 5, idle: 20}
	// listPaging is for lists with a filter, which may leave many pages empty. The
	// service keeps 10,000 records. They fill 200 pages.
	listPaging = pagingLimits{restarts: 5, idle: 200}
)

// errStopPaging is the error that a page function returns to end the listing without an
// error.
var errStopPaging = errors.New("no further page is needed")

// errEndlessListing is the error of a listing that exceeds its limits. eachPage returns
// it, or an error that wraps it. It wraps errors.ErrUnavailable.
var errEndlessListing error = kindError{
	"runcommand: the listing of the service does not end: its pages repeat or bring no new rows",
	errors.ErrUnavailable,
}

// eachPage reads a listing page by page. It calls the function page with the token of
// each page until there is no next token. The token of the first page is "". The function
// page returns the token of the next page, and whether its page had a row that no earlier
// page had.
//
// The listing begins again at the first page when the service rejects a token or returns
// a token for the second time. The service accepted the same filter with the first page,
// so an invalid argument of a later page can only be the token: the documents do not name
// the code of every operation. Rows may then come again, so the function page has to
// recognize them. A service may also return new tokens without end. For that case
// eachPage counts the pages without new rows. It does not count a page that it reads
// again after a restart.
func eachPage(ctx context.Context, limits pagingLimits, page func(ctx context.Context, token string) (next string, newRows bool, err error)) error {
	seen := make(map[string]bool)
	token, restarts, idle := "", 0, 0
	number := 1  // number of the page that is read, counted from the latest restart
	deepest := 0 // the highest number of a page that had new rows
	for range maxPages {
		next, newRows, err := page(ctx, token)
		switch {
		case newRows:
			idle, deepest = 0, max(deepest, number)
		case err == nil && number > deepest:
			idle++
		}
		restart := token != "" && errors.Is(err, errors.ErrInvalidArgument) || seen[next]
		switch {
		case errors.Is(err, errStopPaging):
			return nil
		case restart && restarts == limits.restarts && err != nil:
			return fmt.Errorf("%w: %w", errEndlessListing, err)
		case restart && restarts == limits.restarts:
			return errEndlessListing
		case restart:
			restarts++
			clear(seen)
			next, number = "", 0
		case err != nil:
			return err
		case next == "":
			return nil
		case idle >= limits.idle || len(next) > maxPageToken:
			return errEndlessListing
		default:
			seen[next] = true
		}
		token = next
		number++
	}
	return errEndlessListing
}
