package runcommandtest

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A planned is an event in a sorted list. The test compares the timeline with that
// list.
type planned struct {
	id     int
	at     time.Time
	firing bool
	order  int
}

func TestATimelineBehavesLikeASortedList(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	for range 200 {
		var line timeline
		events := make([]event, 20)
		var naive []planned
		var happened, want []int
		order := 0
		drop := func(id int) {
			naive = slices.DeleteFunc(naive, func(p planned) bool { return p.id == id })
		}
		for range 100 {
			id := random.IntN(len(events))
			at := start.Add(time.Duration(random.IntN(8)) * time.Second)
			fire := func(when time.Time) {
				assert.Equal(t, naive[0].at, when, "an event happens at its own time")
				happened = append(happened, id)
			}
			order++
			switch random.IntN(4) {
			case 0:
				line.set(&events[id], at, fire)
				drop(id)
				naive = append(naive, planned{id, at, false, order})
			case 1:
				line.setFiring(&events[id], at, fire)
				drop(id)
				naive = append(naive, planned{id, at, true, order})
			case 2:
				line.drop(&events[id])
				drop(id)
			default:
				slices.SortFunc(naive, func(a, b planned) int {
					switch {
					case !a.at.Equal(b.at):
						return a.at.Compare(b.at)
					case a.firing != b.firing && b.firing:
						return -1
					case a.firing != b.firing:
						return 1
					}
					return a.order - b.order
				})
				due := len(naive) > 0 && !naive[0].at.After(at)
				assert.Equal(t, due, line.due(at))
				if due {
					want = append(want, naive[0].id)
					line.next(at)
					naive = naive[1:]
				}
			}
		}
		assert.Equal(t, want, happened)
		assert.Len(t, naive, len(line.events)+len(line.firings))
	}
}
