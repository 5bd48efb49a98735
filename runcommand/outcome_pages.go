package runcommand

import (
	"context"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// eachOutcome reads the outputs of the invocation page by page, with calls of the function
// page. It calls the function row with each row that is about this invocation and about an
// instance of the set, and with the spelling of the set for the id of that instance. The
// function row returns whether the row is new, and whether to read more rows.
func (i *Invocation) eachOutcome(
	ctx context.Context, limits pagingLimits, instances instanceSet,
	page func(ctx context.Context, token string) (*wire.DescribeInvocationResultsReply, error),
	row func(instanceID string, row *wire.Outcome) (isNew, more bool),
) error {
	return eachPage(ctx, limits, func(ctx context.Context, token string) (next string, newRows bool, err error) {
		answer, err := page(ctx, token)
		if err != nil {
			return "", false, err
		}
		rows := answer.Rows()
		for k := range rows {
			id, ok := instances.spelling(rows[k].InstanceID)
			if !ok || !i.isAbout(&rows[k]) {
				continue
			}
			isNew, more := row(id, &rows[k])
			newRows = newRows || isNew
			if !more {
				return "", newRows, errStopPaging
			}
		}
		return answer.NextToken(), newRows, nil
	})
}

// isAbout reports whether a row is about this invocation. It returns true for a row
// without an invocation id, because the request asked only for this invocation.
func (i *Invocation) isAbout(row *wire.Outcome) bool {
	return row.InvokeID == "" || row.InvokeID == i.ID
}

// fewerCallsByInstance reports whether one call for each of n instances takes fewer calls
// than reading the outputs of all instances.
func fewerCallsByInstance(n, all int) bool { return n < (all+pageSize-1)/pageSize }
