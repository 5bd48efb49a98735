package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"

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
}

func newPage(service *runcommandtest.Server, endpoint string, shell bool) (*page, error) {
	layout, err := template.New("page").Parse(pageHTML)
	return &page{service, endpoint, shell, layout}, err
}

// views are the documents of the status page, by path.
var views = map[string]struct {
	contentType string
	render      func(*page) ([]byte, error)
}{
	"/":         {"text/html; charset=utf-8", (*page).html},
	"/state":    {"application/json", (*page).json},
	"/page.css": {"text/css; charset=utf-8", func(*page) ([]byte, error) { return pageCSS, nil }},
	"/page.js":  {"text/javascript; charset=utf-8", func(*page) ([]byte, error) { return pageJS, nil }},
}

func (p *page) html() ([]byte, error) {
	var b bytes.Buffer
	err := p.layout.Execute(&b, p.state())
	return b.Bytes(), err
}

func (p *page) json() ([]byte, error) { return json.Marshal(p.state()) }

func (p *page) state() state {
	s := newState(p.service)
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
	body, err := view.render(p)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", view.contentType)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // the error is ignored: it only means that the browser has closed the connection
}
