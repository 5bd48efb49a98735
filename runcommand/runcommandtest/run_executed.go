package runcommandtest

import "bytes"

// Executed returns what was executed on an instance, in the order in which the
// executions began: the scripts with their parameters filled in, and with which user,
// in which directory and by which launcher they ran. Executed shows every execution that
// [Server.Executions] counts: also one whose end a fault decided, one that is running,
// and those of an instance that was removed. The caller may change what it gets. The list
// is empty for an instance that is unknown. Scripts and the values in them are shown in
// full, also those that hold secrets.
//
// The server keeps the latest executions of all instances together while these need no
// more than 32 MiB: about 70,000 with short scripts, and about 1,300 whose scripts
// have 24 KB and are all different. Equal scripts that follow each other are kept once.
func (s *Server) Executed(instanceID string) []Exec {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUpUnawaited(s.life)
	var list []Exec
	for _, e := range s.executed.byInstance[instanceID] {
		x := e.Exec
		x.Script = bytes.Clone(x.Script)
		list = append(list, x)
	}
	return list
}

// An executedLog keeps the latest executions. The zero value is ready to use.
type executedLog struct {
	entries    []*executedEntry // the oldest first
	byInstance map[string][]*executedEntry
	bytes      int // estimated memory of the entries
}

// An executedEntry is an entry of an executedLog. Its script must not be changed, because
// the command and other entries may share it.
type executedEntry struct {
	Exec
	bytes int // estimated memory, included in executedLog.bytes
}

// Limits for the memory of an executedLog.
const (
	maxExecutedBytes = 32 << 20
	executedBytes    = 448 // estimated bytes of an entry without its texts
)

// add keeps x as the latest execution and drops the oldest ones until there is room for
// it.
func (l *executedLog) add(x Exec) {
	e := &executedEntry{Exec: x, bytes: executedBytes}
	for _, text := range []string{x.Username, x.WorkingDir, x.Launcher, x.ContainerID, x.ContainerName} {
		e.bytes += len(text)
	}
	if n := len(l.entries); n > 0 && bytes.Equal(l.entries[n-1].Script, x.Script) {
		e.Script = l.entries[n-1].Script
	} else {
		e.bytes += len(x.Script)
	}
	if l.byInstance == nil {
		l.byInstance = map[string][]*executedEntry{}
	}
	l.entries = append(l.entries, e)
	l.byInstance[x.InstanceID] = append(l.byInstance[x.InstanceID], e)
	l.bytes += e.bytes
	for l.bytes > maxExecutedBytes {
		l.dropOldest()
	}
}

// dropOldest drops the oldest entry. This entry is also the oldest one of its instance.
func (l *executedLog) dropOldest() {
	e := l.entries[0]
	l.bytes -= e.bytes
	l.entries[0] = nil
	l.entries = l.entries[1:]
	own := l.byInstance[e.InstanceID]
	if len(own) == 1 {
		delete(l.byInstance, e.InstanceID)
		return
	}
	own[0] = nil
	l.byInstance[e.InstanceID] = own[1:]
}
