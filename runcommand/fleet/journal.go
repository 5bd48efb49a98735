package fleet

import (
	"context"
	"iter"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Journal keeps what a Fleet needs to go on after the death of its process: the plan, the
// announcement of each chunk before it is sent, and what became of it. [OpenJournal] keeps it
// in a file. An implementation of your own can keep it elsewhere, for example in a database
// table whose primary key is the pair of the fleet and n. A Fleet runs nothing twice only when
// the implementation guarantees this:
//
//   - Entries are numbered 1, 2, 3 and so on. Append stores an entry only when n is the
//     number after that of the last entry. It checks n and stores the entry in one step, so
//     that no other writer can come between. A primary key on n is enough for that, since
//     each writer continues the numbers of the entries that it has read. For any other n
//     Append stores nothing and returns an error in which errors.Is finds [ErrSuperseded].
//     This stops a writer that was replaced by another one, for example after a long pause
//     of its machine.
//   - When Append returns nil, the entry is durable: it survives the death of the process and
//     of the machine. Buffers, caches and replicas that answer before the entry is on a disk
//     are not enough.
//   - When Append returns an error, the entry may be stored or not. For example, a
//     connection can be lost while the database commits. The Fleet stops and does not repeat
//     the Append. A later Resume reads what is stored.
//   - No entry is ever changed or removed.
//   - Entries yields all entries in the order of their numbers, beginning with number 1, with
//     exactly the bytes that were given to Append. (A database type for JSON can change them. A
//     type for text or bytes does not.) It yields at least the entries whose Append returned
//     nil before the loop began. Each slice is a new one: the receiver may keep and change it.
//   - On an error, Entries yields the error once and ends. It never ends without an error
//     before the last entry: otherwise a Resume would run the commands again whose entries
//     it has not read.
//   - Append does not use the slice entry after it has returned.
//   - Both methods end when ctx ends. They may be called concurrently. They call no method
//     of the Fleet: Report and Decide wait while Append runs, so such a call would wait for
//     itself.
//
// The context of Append ends 5 seconds after that of Run, Results or DecideContext: the entry
// may say what became of a command that was sent. The fleet makes one call of Append at a time.
// It writes about 3 entries for each chunk and 1 for each wave. A panic in Append or Entries is
// an error of the journal.
//
// Two fleets cannot share a journal: a table for many fleets has one journal for each. When two
// processes resume the same fleet, the one that appends the next entry first goes on. The other
// one gets ErrSuperseded for its next entry, so it announces and sends no further chunk.
//
// An entry is one JSON value without line breaks. Entries hold the script of the plan and its
// parameters, but no outputs: whoever can read the journal can read the script. An entry may
// have several megabytes: the first one lists all instances.
type Journal interface {
	// Append stores an entry, durably. It fails with [ErrSuperseded] unless n is the next
	// number. The first entry has number 1. After any error the fleet appends nothing more.
	Append(ctx context.Context, n int64, entry []byte) error
	// Entries yields all entries in order. New calls it to see that the journal is empty, and
	// Resume to read the fleet. For an empty journal it yields nothing.
	Entries(ctx context.Context) iter.Seq2[[]byte, error]
}

// ErrSuperseded is found with errors.Is in the error of a [Journal.Append] whose number is
// not the next one: another writer has continued the journal. A fleet that gets it halts at
// once with a [*HaltError] that wraps it. It no longer waits for the commands that run: the
// fleet of the other writer does.
var ErrSuperseded = errors.New("another writer has continued this journal")
