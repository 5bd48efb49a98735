package sqljournal

import "database/sql"

// Pool gives tests the connections.
func (db *Database) Pool() *sql.DB { return db.pool }
