package main

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// A filter selects the commands that the page shows. An empty field selects all.
type filter struct {
	Instance string `json:"instance"`
	Status   status `json:"status"`
}

// statuses are the statuses that the page filters by.
var statuses = []status{
	"Pending", "Scheduled", "Running", "Stopping", "Success", "PartialFailed", "Failed", "Error", "Timeout", "Invalid",
	"Aborted", "Stopped", "Cancelled", "Terminated",
}

// The limits of a query in bytes: of the whole query, and of an instance id in it.
const (
	maxQuery    = 4096
	maxInstance = 512
)

// parseFilter reads the query of an address of the page, such as "instance=i-local-1&status=Failed". Each
// parameter may be given once. An empty parameter selects all. The case of a status does not matter.
func parseFilter(query string) (filter, error) {
	if len(query) > maxQuery {
		return filter{}, fmt.Errorf("the query has %d bytes; it may have at most %d", len(query), maxQuery)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return filter{}, errors.New("the query is not well encoded")
	}
	var f filter
	for _, name := range slices.Sorted(maps.Keys(values)) { // sorted, so that the same query always gets the same answer
		switch given := values[name]; {
		case name != "instance" && name != "status":
			return filter{}, fmt.Errorf("the page has no parameter %.64q; it has instance and status", name)
		case len(given) > 1:
			return filter{}, fmt.Errorf("the parameter %s is given %d times; it may be given once", name, len(given))
		}
	}
	f.Instance = values.Get("instance")
	if len(f.Instance) > maxInstance || !utf8.ValidString(f.Instance) || strings.ContainsFunc(f.Instance, unicode.IsControl) {
		return filter{}, fmt.Errorf("the parameter instance may have at most %d bytes of UTF-8 without control characters", maxInstance)
	}
	if wanted := values.Get("status"); wanted != "" {
		i := slices.IndexFunc(statuses, func(s status) bool { return strings.EqualFold(string(s), wanted) })
		if i < 0 {
			return filter{}, fmt.Errorf("the status %.64q does not exist; the statuses are %v", wanted, statuses)
		}
		f.Status = statuses[i]
	}
	return f, nil
}

// Active reports whether the filter leaves anything out.
func (f filter) Active() bool { return f != filter{} }

// Address returns the address of the page with the filter.
func (f filter) Address() string {
	values := url.Values{}
	if f.Instance != "" {
		values.Set("instance", f.Instance)
	}
	if f.Status != "" {
		values.Set("status", string(f.Status))
	}
	if len(values) == 0 {
		return "/"
	}
	return "/?" + values.Encode()
}

// At returns the filter with another instance.
func (f filter) At(instance string) filter { return filter{instance, f.Status} }

// With returns the filter with another status.
func (f filter) With(s status) filter { return filter{f.Instance, s} }

// Statuses returns the statuses that the page filters by.
func (filter) Statuses() []status { return statuses }

// query returns the query to the local service for the filter.
func (f filter) query() runcommandtest.ViewQuery {
	return runcommandtest.ViewQuery{
		InstanceID: f.Instance, Status: runcommandtest.Status(f.Status),
		Instances: shownInstances, Invocations: shownCommands, Rows: shownTargets,
		Calls: shownCalls, Parameters: shownParameters, Bytes: shownOutput,
	}
}
