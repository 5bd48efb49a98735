package runcommandtest

import (
	"container/heap"
	"time"
)

// An event is something that will happen at a known time, for example a run ends or a
// schedule fires. Each event is a field of the value that it concerns, such as a run or
// a row. An event can be set, moved and dropped as often as needed. The zero event is
// not set.
type event struct {
	at    time.Time
	fire  func(at time.Time)
	order uint64 // events of the same time happen in this order
	index int    // index in the heap plus one; 0 when the event is not set

	firing bool  // the event is a firing of a schedule: see wakeTimer
	after  *wait // the event happens after this wait; nil: it need not wait
}

// A timeline holds the future events, the earliest first. No goroutine waits for them.
// Every call first carries out the events that are due, in order, each at its own time:
// see catchUp.
type timeline struct {
	events  eventHeap // all but the firings
	firings eventHeap
	order   uint64
	until   time.Time // the events until this time are being carried out
	full    int       // firings of one schedule before and after a leap: see leap
}

// set makes the event e happen at the time at, by a call of fire. An event that is set
// already moves. fire may set e again.
func (t *timeline) set(e *event, at time.Time, fire func(at time.Time)) {
	t.place(e, at, fire, false)
}

// setFiring works like the method set, for an event that fires a schedule. Among events
// of the same time such an event comes last. Otherwise a run that ends at that time
// would still be running, and the firing would be skipped.
func (t *timeline) setFiring(e *event, at time.Time, fire func(at time.Time)) {
	t.place(e, at, fire, true)
}

// place does the work of set and setFiring.
func (t *timeline) place(e *event, at time.Time, fire func(at time.Time), firing bool) {
	if e.index > 0 && e.firing != firing {
		t.drop(e)
	}
	t.order++
	e.at, e.fire, e.order, e.firing = at, fire, t.order, firing
	if e.index == 0 {
		heap.Push(t.heapOf(e), e)
		return
	}
	heap.Fix(t.heapOf(e), e.index-1)
}

// heapOf returns the heap that e belongs to.
func (t *timeline) heapOf(e *event) *eventHeap {
	if e.firing {
		return &t.firings
	}
	return &t.events
}

// drop makes sure that e does not happen. It may be called for an event that is not set.
func (t *timeline) drop(e *event) {
	if e.index > 0 {
		heap.Remove(t.heapOf(e), e.index-1)
	}
	e.fire = nil
}

// first returns the earliest event, nil when there is none.
func (t *timeline) first() *event {
	switch {
	case len(t.firings) == 0 && len(t.events) == 0:
		return nil
	case len(t.firings) == 0:
		return t.events[0]
	case len(t.events) == 0 || t.firings[0].at.Before(t.events[0].at):
		return t.firings[0]
	}
	return t.events[0]
}

// due reports whether the earliest event is due at now.
func (t *timeline) due(now time.Time) bool {
	e := t.first()
	return e != nil && !e.at.After(now)
}

// next carries out the earliest event. The caller carries out all events until the time
// until.
func (t *timeline) next(until time.Time) {
	t.until = until
	e := t.first()
	heap.Pop(t.heapOf(e))
	e.fire(e.at)
}

// An eventHeap has events in the order of package container/heap: by time, then by order.
type eventHeap []*event

// Len returns the number of events.
func (h eventHeap) Len() int { return len(h) }

// Less reports whether event i comes before event j.
func (h eventHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].order < h[j].order
}

// Swap exchanges two events and keeps their indexes right.
func (h eventHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i+1, j+1
}

// Push appends an event. Only package container/heap calls it.
func (h *eventHeap) Push(x any) {
	e := x.(*event)
	*h = append(*h, e)
	e.index = len(*h)
}

// Pop removes the last event and returns it. Only package container/heap calls it.
func (h *eventHeap) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	e.index = 0
	return e
}
