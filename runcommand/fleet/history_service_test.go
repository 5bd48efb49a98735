package fleet_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// A mood is what the service does during one life of a process. The zero mood is a calm one.
type mood struct {
	lost, unanswered, throttled int // calls in a hundred
	refused                     map[string]errors.Code
	largest                     int // largest number of instances in a chunk; 0: no limit
	quota                       int // calls before the quota is used up; 0: no quota
	withoutTags, withoutRows    bool
}

// decide is what the service does with a call of RunCommand before anything else.
func (h *history) decide(c runcommandtest.Call) runcommandtest.Verdict {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := &h.mood
	number := 0
	var refusal errors.Code
	for k := 1; c.Parameters[fmt.Sprintf("InstanceId.%d", k)] != ""; k++ {
		number++
		if code := m.refused[c.Parameters[fmt.Sprintf("InstanceId.%d", k)]]; code != "" {
			refusal = code
		}
	}
	switch {
	case h.rng.IntN(100) < m.throttled:
		return runcommandtest.Refuse(errors.ThrottlingUser)
	case refusal != "":
		return runcommandtest.Refuse(refusal)
	case m.largest > 0 && number > m.largest:
		return runcommandtest.Refuse(errors.InstanceIdsExceedLimit)
	case m.quota == 1:
		return runcommandtest.Refuse(errors.InvocationExceedQuota)
	case m.quota > 1:
		m.quota--
	}
	return runcommandtest.Pass()
}

// drawMood draws what the service does during the next life.
func (h *history) drawMood() (m mood) {
	pick := func(share int) bool { return h.rng.IntN(share) == 0 }
	m.refused = map[string]errors.Code{}
	codes := []errors.Code{errors.InvalidInstanceNotFound, errors.ForbiddenRAM, errors.InvalidInstanceNotMatch}
	for range h.rng.IntN(6) {
		id := h.plan.Instances[h.rng.IntN(len(h.plan.Instances))]
		m.refused[id] = codes[h.rng.IntN(len(codes))]
		h.ever[id] = true
	}
	if pick(12) { // no right at all
		for _, id := range h.plan.Instances {
			m.refused[id] = errors.ForbiddenRAM
			h.ever[id] = true
		}
	}
	if pick(2) {
		m.lost, m.unanswered, m.throttled = h.rng.IntN(40), h.rng.IntN(40), h.rng.IntN(40)
	}
	if pick(12) {
		m.lost = 100
	}
	if pick(6) {
		m.largest = 1 + h.rng.IntN(2)
	}
	if pick(6) {
		m.quota = 1 + h.rng.IntN(60)
	}
	m.withoutTags, m.withoutRows = pick(12), pick(12)
	return m
}

// A disturbed transport loses calls and spoils listings, as the mood of the history says.
type disturbed struct {
	h    *history
	next http.RoundTripper
}

var rowsOfReply = regexp.MustCompile(`"InvokeInstance":\[\{[^{}]*\},?`)

func (d disturbed) RoundTrip(r *http.Request) (*http.Response, error) {
	d.h.mu.Lock()
	m, draw := d.h.mood, d.h.rng.IntN(100)
	d.h.mu.Unlock()
	if draw < m.lost {
		return nil, io.ErrUnexpectedEOF
	}
	reply, err := d.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if r.Header.Get("x-acs-action") == "RunCommand" && draw >= 100-m.unanswered {
		_ = reply.Body.Close()
		return nil, io.ErrUnexpectedEOF
	}
	if r.Header.Get("x-acs-action") != "DescribeInvocations" || !m.withoutTags && !m.withoutRows {
		return reply, nil
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		return nil, err
	}
	if m.withoutTags {
		body = tagsOfReply.ReplaceAll(body, []byte(`"Tags":{"Tag":[]}`))
	}
	if m.withoutRows {
		body = rowsOfReply.ReplaceAll(body, []byte(`"InvokeInstance":[`))
	}
	reply.Body, reply.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	reply.Header.Del("Content-Length")
	return reply, nil
}
