package fleet_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"log"
	"slices"
	"sync"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// memory is a journal for tests: it does not survive the process.
type memory struct {
	mu      sync.Mutex
	entries [][]byte
}

func (m *memory) Append(_ context.Context, n int64, entry []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n != int64(len(m.entries))+1 {
		return fleet.ErrSuperseded // another writer has continued the journal
	}
	m.entries = append(m.entries, bytes.Clone(entry))
	return nil
}

func (m *memory) Entries(context.Context) iter.Seq2[[]byte, error] {
	m.mu.Lock()
	entries := slices.Clone(m.entries)
	m.mu.Unlock()
	return func(yield func([]byte, error) bool) {
		for _, entry := range entries {
			if !yield(bytes.Clone(entry), nil) {
				return
			}
		}
	}
}

// How to keep the journal elsewhere, for example in a table of a database.
func ExampleJournal() {
	s := runcommandtest.NewServer() // in place of Alibaba Cloud
	defer s.Close()
	s.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})

	journal := &memory{} // see examples/temporal/sqljournal for one that is durable
	f, err := fleet.New(s.Client(), fleet.Plan{
		Command: runcommand.Shell("yum -y update"), Instances: []string{"i-1", "i-2"},
	}, fleet.WithJournal(journal))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := f.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	for _, entry := range journal.entries {
		kind, _, _ := bytes.Cut(bytes.TrimPrefix(entry, []byte(`{"type":"`)), []byte(`"`))
		fmt.Println(string(kind))
	}
	// Output:
	// plan
	// wave
	// send
	// accepted
	// ended
	// end
}
