package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS []byte
	//go:embed page.js
	pageJS []byte
)

// policy is a Content-Security-Policy. It lets the page load only its own style, script and state. So
// the output of a script cannot run as code in the browser, even if the page does not escape it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// A page is the HTTP handler of the program. It passes calls of the service to the local service, and
// answers all other requests with the status page.
type page struct {
	service  *runcommandtest.Server
	endpoint string
	shell    bool
	layout   *template.Template
	readers  *readers
	length   atomic.Int64   // of the latest HTML document, and some more
	zone     *time.Location // of the times on the page
}

func newPage(service *runcommandtest.Server, endpoint string, shell bool) (*page, error) {
	layout, err := template.New("page").Funcs(template.FuncMap{"stamp": stamp, "size": size}).Parse(pageHTML)
	return &page{service: service, endpoint: endpoint, shell: shell, layout: layout, readers: newReaders(), zone: time.Local}, err
}

// views are the documents of the status page, by path. Those without a content have one rendering for each filter.
var views = map[string]struct {
	contentType string
	content     []byte
	render      func(*page, filter) ([]byte, error)
}{
	"/":         {"text/html; charset=utf-8", nil, (*page).html},
	"/state":    {"application/json", nil, (*page).json},
	"/page.css": {"text/css; charset=utf-8", pageCSS, nil},
	"/page.js":  {"text/javascript; charset=utf-8", pageJS, nil},
}

func (p *page) html(f filter) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(p.length.Load())) // most renderings are about as long as the one before, and need no larger buffer
	err := p.layout.Execute(&b, p.state(f))
	p.length.Store(int64(b.Len() + b.Len()/16))
	return b.Bytes(), err
}

func (p *page) json(f filter) ([]byte, error) { return json.Marshal(p.state(f)) }

func (p *page) state(f filter) state {
	s := newState(p.service, f, p.zone)
	s.Endpoint, s.Shell = p.endpoint, p.shell
	return s
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isCall(r) {
		p.service.ServeHTTP(w, r)
		return
	}
	view, known := views[r.URL.Path]
	if !known {
		http.NotFound(w, r)
		return
	}
	body := view.content
	if view.render != nil {
		f, err := parseFilter(r.URL.RawQuery)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body, err = p.readers.read(document{r.URL.Path, f}, func(d document) ([]byte, error) { return view.render(p, d.filter) })
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	h := w.Header()
	h.Set("Content-Type", view.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	send(w, body)
}
