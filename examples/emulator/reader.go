package main

import (
	"net/http"
	"sync"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// stalledTime is the time limit for sending a reply of the page. It frees the memory of a reply whose reader
// does not read.
const stalledTime = 15 * time.Second

// A document identifies what is rendered: a path of the page and a filter.
type document struct {
	path   string
	filter filter
}

// A rendering is one document at one moment.
type rendering struct {
	done chan struct{} // closed when body and err are set
	body []byte
	err  error
}

// readers makes one rendering at a time, and shares it: all readers who ask for a document while another
// rendering is made get the next one. So a reader sees everything that happened before it asked, and a
// thousand readers at once cost two renderings.
type readers struct {
	turn chan struct{} // has room for one: the rendering that is made

	mu      sync.Mutex              // guards waiting
	waiting map[document]*rendering // renderings that have not begun
}

func newReaders() *readers {
	return &readers{turn: make(chan struct{}, 1), waiting: map[document]*rendering{}}
}

var errNotRendered = errors.New("the page could not be rendered")

// read returns the document as the function render makes it.
func (rs *readers) read(d document, render func(document) ([]byte, error)) ([]byte, error) {
	rs.mu.Lock()
	next, shared := rs.waiting[d]
	if !shared {
		next = &rendering{done: make(chan struct{}), err: errNotRendered} // the error stays when render panics
		rs.waiting[d] = next
	}
	rs.mu.Unlock()
	if shared {
		<-next.done
		return next.body, next.err
	}
	rs.turn <- struct{}{}
	defer func() { <-rs.turn }()
	defer close(next.done)
	rs.mu.Lock()
	delete(rs.waiting, d)
	rs.mu.Unlock()
	next.body, next.err = render(d)
	return next.body, next.err
}

// send writes the body of a reply. When the reader does not read it in time, the connection is closed.
func send(w http.ResponseWriter, body []byte) {
	deadline := time.Now().Add(stalledTime)
	_ = http.NewResponseController(w).SetWriteDeadline(deadline) // the error is ignored: a recorder of a test has no deadline
	_, _ = w.Write(body)                                         // the error is ignored: the reader has gone
}
