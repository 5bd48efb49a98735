package fleet

// A lock is a mutex for state that stays locked while a function of the program runs, such as
// [Journal.Append]. Inside testing/synctest a goroutine that waits for a sync.Mutex stops the
// virtual time, and an Append that waits for that time would never end. A lock does not stop it.
type lock chan struct{}

// newLock returns a lock that no goroutine has. A nil lock would block for ever.
func newLock() lock { return make(lock, 1) }

// Lock waits until no other goroutine has the lock, and takes it.
func (l lock) Lock() { l <- struct{}{} }

// Unlock gives the lock back.
func (l lock) Unlock() { <-l }
