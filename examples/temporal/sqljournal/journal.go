package sqljournal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

const (
	// callTimeout is how long one statement may take. Without it a connection that is dead
	// would hold a fleet that does not end by itself.
	callTimeout = 30 * time.Second
	// pageSize is how many entries one statement reads. An entry has up to about 25 KB, and
	// the first one, with the plan, 25 bytes for each instance.
	pageSize = 100
)

// A Journal is the [fleet.Journal] of one fleet.
type Journal struct {
	db  *Database
	key string
}

var _ fleet.Journal = (*Journal)(nil)

// Journal returns the journal with a key. The key is any text, such as the id of a workflow.
// It reads and writes nothing.
func (db *Database) Journal(key string) *Journal { return &Journal{db: db, key: key} }

// Append stores an entry, in one statement: it inserts entry n only when entry n-1 exists and
// entry n does not. It returns after the commit is on the disk. The error is
// [fleet.ErrSuperseded] when n is not the next number. After any other error the entry is
// stored or not.
func (j *Journal) Append(ctx context.Context, n int64, entry []byte) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	result, err := j.db.pool.ExecContext(ctx, `
		INSERT INTO fleet_journal (fleet, n, entry)
		SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS `+j.db.dialect.bytes+`)
		WHERE CAST($2 AS BIGINT) = 1 OR EXISTS
			(SELECT 1 FROM fleet_journal WHERE fleet = CAST($1 AS TEXT) AND n = CAST($2 AS BIGINT) - 1)
		ON CONFLICT (fleet, n) DO NOTHING`, j.key, n, entry)
	if err != nil {
		return fmt.Errorf("entry %d could not be stored: %w", n, err)
	}
	rows, err := result.RowsAffected()
	switch {
	case err != nil:
		return fmt.Errorf("entry %d: %w", n, err)
	case rows == 0:
		return fmt.Errorf("entry %d of %q: %w", n, j.key, fleet.ErrSuperseded)
	}
	return nil
}

// Entries yields all entries in order, with their exact bytes. It reads them in pages, so it
// needs no connection while the loop body runs. A missing entry is an error.
func (j *Journal) Entries(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for last := int64(0); ; {
			entries, err := j.page(ctx, last)
			if err != nil {
				yield(nil, fmt.Errorf("the entries after entry %d could not be read: %w", last, err))
				return
			}
			for _, entry := range entries {
				last++
				if !yield(entry, nil) {
					return
				}
			}
			if len(entries) < pageSize {
				return
			}
		}
	}
}

// page reads the next entries after the entry with the number last.
func (j *Journal) page(ctx context.Context, last int64) (entries [][]byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	rows, err := j.db.pool.QueryContext(ctx,
		`SELECT n, entry FROM fleet_journal WHERE fleet = $1 AND n > $2 ORDER BY n LIMIT $3`, j.key, last, pageSize)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var n int64
		var entry []byte // Scan copies the bytes
		if err := rows.Scan(&n, &entry); err != nil {
			return nil, err
		}
		if last++; n != last {
			return nil, fmt.Errorf("entry %d is missing: the next one has the number %d", last, n)
		}
		entries = append(entries, entry)
	}
	return entries, rows.Err()
}

// Empty reports whether the journal has no entries.
func (j *Journal) Empty(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var found int
	err := j.db.pool.QueryRowContext(ctx, `SELECT 1 FROM fleet_journal WHERE fleet = $1 LIMIT 1`, j.key).Scan(&found)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("sqljournal: the journal %q: %w", j.key, err)
	}
	return false, nil
}

// ErrOtherPlan is the error of [Journal.Claim] when the journal belongs to another plan.
var ErrOtherPlan = errors.New("the journal belongs to another plan")

// Claim connects the journal with a digest of its plan. The first call stores the digest.
// Later calls with another digest fail with [ErrOtherPlan]: so a second plan with the same
// key by mistake does not go on with the first one.
func (j *Journal) Claim(ctx context.Context, digest string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if _, err := j.db.pool.ExecContext(ctx,
		`INSERT INTO fleet_plan (fleet, digest) VALUES ($1, $2) ON CONFLICT (fleet) DO NOTHING`, j.key, digest); err != nil {
		return fmt.Errorf("sqljournal: the journal %q: %w", j.key, err)
	}
	var first string
	if err := j.db.pool.QueryRowContext(ctx, `SELECT digest FROM fleet_plan WHERE fleet = $1`, j.key).Scan(&first); err != nil {
		return fmt.Errorf("sqljournal: the journal %q: %w", j.key, err)
	}
	if first != digest {
		return fmt.Errorf("sqljournal: the journal %q: %w", j.key, ErrOtherPlan)
	}
	return nil
}
