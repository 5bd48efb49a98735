// Package sqljournal keeps the journals of fleets in a table of a SQL database: SQLite in a
// file, or PostgreSQL. One table holds the journals of any number of fleets.
//
//	fleet        n   entry
//	patch-2026   1   {"type":"plan", ...}
//	patch-2026   2   {"type":"wave", ...}
//
// The primary key is the pair of fleet and n. So of two writers that count on from the same
// entry only one can store the next entry. The other one gets fleet.ErrSuperseded and stops.
package sqljournal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// openTimeout is how long Open tries to make the tables. Another process can lock a SQLite
// file while it does the same.
const openTimeout = 30 * time.Second

// A dialect has what differs between the two databases: the types of columns.
type dialect struct{ bytes string }

var (
	sqlite     = dialect{bytes: "BLOB"}
	postgresql = dialect{bytes: "BYTEA"}
)

// A Database holds the journals of many fleets. It is safe for concurrent use.
type Database struct {
	pool    *sql.DB
	dialect dialect
	address string
}

// Open opens a database, and makes its two tables when they are missing. The address is a
// path of a SQLite file, which is made when it is missing, or the address of a PostgreSQL
// database that begins with "postgres://" or "postgresql://".
//
// The settings are those that a journal needs: a commit returns when it is on the disk. A
// SQLite file gets the mode 0600, because journals hold scripts. It must be on a local disk,
// and its directory too: SQLite is not safe on network file systems.
func Open(ctx context.Context, address string) (*Database, error) {
	db, err := connect(address)
	if err != nil {
		return nil, fmt.Errorf("sqljournal: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	if err := db.makeTables(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("sqljournal: the database %s: %w", db.address, err), db.Close())
	}
	return db, nil
}

func connect(address string) (*Database, error) {
	scheme, _, isURL := strings.Cut(address, "://")
	switch {
	case address == "":
		return nil, errors.New("the address of the database is empty: use a path of a SQLite file or postgres://user@host/name")
	case scheme == "postgres" || scheme == "postgresql":
		return connectPostgreSQL(address)
	case isURL:
		return nil, fmt.Errorf("the address of the database begins with %q: use a path of a SQLite file or postgres://user@host/name", scheme+"://")
	case strings.HasPrefix(address, ":memory:"):
		return nil, errors.New("a database in memory cannot keep a journal: use a path of a SQLite file")
	}
	return connectSQLite(address)
}

func connectPostgreSQL(address string) (*Database, error) {
	config, err := pgx.ParseConfig(address) // its errors do not show the password
	if err != nil {
		return nil, err
	}
	// The server, the database or the user can have "off" as the default, and then a commit
	// returns before it is on the disk.
	config.RuntimeParams["synchronous_commit"] = "on"
	name := fmt.Sprintf("%s on %s", config.Database, config.Host)
	return &Database{pool: stdlib.OpenDB(*config), dialect: postgresql, address: name}, nil
}

func connectSQLite(path string) (*Database, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(whole, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	// With the write-ahead log, FULL syncs the log in every commit. The timeout lets another
	// process finish its commit.
	settings := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "fullfsync(1)"}}
	source := url.URL{Scheme: "file", Path: filepath.ToSlash(whole), RawQuery: settings.Encode()}
	pool, err := sql.Open("sqlite", source.String())
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1) // SQLite has one writer at a time
	return &Database{pool: pool, dialect: sqlite, address: path}, nil
}

// makeTables makes the tables that are missing. It tries again when another process makes
// them at the same moment.
func (db *Database) makeTables(ctx context.Context) error {
	tables := []string{
		`CREATE TABLE IF NOT EXISTS fleet_journal (
			fleet TEXT   NOT NULL,
			n     BIGINT NOT NULL,
			entry ` + db.dialect.bytes + ` NOT NULL,
			PRIMARY KEY (fleet, n))`,
		`CREATE TABLE IF NOT EXISTS fleet_plan (
			fleet  TEXT NOT NULL PRIMARY KEY,
			digest TEXT NOT NULL)`,
	}
	const attempts = 5
	var err error
	for range attempts {
		err = nil
		for _, table := range tables {
			if _, err = db.pool.ExecContext(ctx, table); err != nil {
				break
			}
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
		}
	}
	return err
}

// Close closes the connections. Journals of the database give errors then.
func (db *Database) Close() error { return db.pool.Close() }
