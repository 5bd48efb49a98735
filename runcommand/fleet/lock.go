package fleet

import "sync"

// A lock is a mutex for state that stays locked while a function of the program runs, such
// as [Journal.Append]. Inside testing/synctest a goroutine that waits for a sync.Mutex stops
// the virtual time, and an Append that waits for that time would never end. A goroutine that
// waits for a lock does not stop the virtual time, since a wait for a sync.Cond blocks
// durably. A wait for a channel does, too. But a channel that was made in a bubble must not
// be used outside of the bubble.
//
// Goroutines get the lock in the order in which they asked for it: a run that takes it again and
// again does not keep Report waiting.
type lock struct {
	mu     sync.Mutex
	turned *sync.Cond
	asked  uint64 // number of calls of Lock
	given  uint64 // number of calls of Unlock
}

// newLock returns a lock that no goroutine has.
func newLock() *lock {
	l := &lock{}
	l.turned = sync.NewCond(&l.mu)
	return l
}

// Lock waits until no other goroutine has the lock, and takes it.
func (l *lock) Lock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	turn := l.asked
	l.asked++
	for l.given != turn {
		l.turned.Wait()
	}
}

// Unlock gives the lock back.
func (l *lock) Unlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.given++
	l.turned.Broadcast()
}
