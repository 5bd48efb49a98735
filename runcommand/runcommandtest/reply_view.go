package runcommandtest

import (
	"encoding/base64"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A view has the fields that a reply shows for a row of an invocation, or for one run
// of that row. Faults can change them: see applyViewFaults.
type view struct {
	row        *row
	status     Status
	legacy     Status
	created    string
	updated    string
	started    string
	finished   string
	stopped    string
	exit       int64
	repeats    int
	printed    []byte // the output of the run
	output     string // the content of the field printed, encoded as the call asks
	dropped    int
	code       errors.Code
	info       string
	ossStatus  string
	ossURI     string
	encodeText func([]byte) string
}

// encoder returns the function that encodes content and output: Base64, or plain text
// when the call asks for it.
func encoder(p parameters) func([]byte) string {
	if strings.EqualFold(p["ContentEncoding"], "PlainText") {
		return func(b []byte) string { return strings.ToValidUTF8(string(b), "\uFFFD") }
	}
	return base64.StdEncoding.EncodeToString
}

// newView returns the view of a row, with its latest run.
func newView(r *row, encode func([]byte) string) *view {
	v := &view{
		row: r, status: r.status, legacy: r.legacy(), encodeText: encode,
		created: stamp(r.inv.created), updated: stamp(r.updated), stopped: stamp(r.stopped),
		repeats: r.repeats, code: r.code, info: r.info, finished: stamp(r.finished),
	}
	if r.last != nil {
		v.show(r.last)
		if r.code != "" { // the row ended with an error code after its last run
			v.code, v.info, v.finished = r.code, r.info, stamp(r.finished)
		}
	}
	return v
}

// newRunView returns the view of one run of a row.
func newRunView(r *row, run *run, encode func([]byte) string) *view {
	v := &view{
		row: r, status: run.status, legacy: statusClasses[run.status].legacy, encodeText: encode,
		created: stamp(r.inv.created), updated: stamp(r.updated), stopped: stamp(run.stopped), repeats: run.number,
	}
	v.show(run)
	return v
}

// show fills in what a run says: times, output, exit code, error code and the delivery to
// OSS, which is only imitated.
func (v *view) show(run *run) {
	v.started, v.finished = stamp(run.started), stamp(run.finished)
	v.printed, v.dropped = run.outputSoFar()
	v.exit, v.output = int64(run.exit), v.encodeText(v.printed)
	v.code, v.info = run.code, run.info
	cmd := v.row.inv.cmd
	if cmd.ossDelivery == "" {
		return
	}
	v.ossStatus = "InProgress"
	if run.done() {
		v.ossStatus = "Finished"
		v.ossURI = strings.TrimRight(cmd.ossDelivery, "/") + "/" + v.row.inv.id + "/" + v.row.machine.ID
	}
}

// A tagList is the field Tags of a reply.
type tagList struct{ Tag []tagView }

// A tagView is a tag in a reply. In requests the two fields are named Key and Value.
type tagView struct{ TagKey, TagValue string }

// tagViews returns tags as a reply shows them.
func tagViews(tags []tag) tagList {
	list := tagList{Tag: make([]tagView, len(tags))}
	for i, t := range tags {
		list.Tag[i] = tagView{t.key, t.value}
	}
	return list
}
