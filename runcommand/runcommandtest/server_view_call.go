package runcommandtest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A CallView is an entry of the list of calls in a [View]: one call, or several polling
// calls. Polling calls are those of the Describe operations. Between two other calls,
// the polling calls of one action that got the same reply code are one entry. The entry
// then describes the latest of them.
type CallView struct {
	Number     int // of the first call of the entry, counted from 1 since the server began
	Count      int // calls in the entry
	Action     string
	Since      time.Time // time of arrival of the first call
	At         time.Time // time of arrival of the latest call
	Status     int       // HTTP status of the reply; 0 when no reply was sent
	Code       errors.Code
	RequestID  string
	Parameters []ParameterView // in the order of their names, lists in the order of their numbers
	Others     int             // parameters that are not in the field Parameters: unknown ones, and those beyond the limit
}

// A ParameterView is a parameter of a call in a [View]. The value of a parameter that
// can hold a secret is masked: scripts, values for scripts, users, passwords, tokens,
// signatures and free texts.
type ParameterView struct {
	Name   string
	Value  string // at most 256 bytes; empty when Masked
	Bytes  int    // size of the whole value
	Masked bool
}

// maxShownValue is the largest number of bytes of a value in a ParameterView.
const maxShownValue = 256

// These constants say what a View does with the value of a parameter.
const (
	shown  = true
	masked = false
)

// viewedParameters are the parameters that a View names. A name that it does not have is
// not shown, since a caller may have put anything there, also a secret.
var viewedParameters = map[string]bool{
	"Action":              shown,
	"CommandId":           shown,
	"CommandName":         shown,
	"CommandType":         shown,
	"ContainerId":         shown,
	"ContainerName":       shown,
	"ContentEncoding":     shown,
	"DryRun":              shown,
	"EnableParameter":     shown,
	"Format":              shown,
	"Frequency":           shown,
	"IncludeHistory":      shown,
	"IncludeOutput":       shown,
	"InstanceId":          shown,
	"InstanceId.N":        shown,
	"InstanceIds":         shown,
	"InstanceName":        shown,
	"InvokeId":            shown,
	"InvokeRecordStatus":  shown,
	"InvokeStatus":        shown,
	"KeepCommand":         shown,
	"MaxResults":          shown,
	"Name":                shown,
	"OSType":              shown,
	"PageNumber":          shown,
	"PageSize":            shown,
	"RegionId":            shown,
	"RepeatMode":          shown,
	"ResourceGroupId":     shown,
	"ResourceTag.N.Key":   shown,
	"SignatureMethod":     shown,
	"SignatureType":       shown,
	"SignatureVersion":    shown,
	"Status":              shown,
	"Tag.N.Key":           shown,
	"TerminationMode":     shown,
	"Timed":               shown,
	"Timeout":             shown,
	"Timestamp":           shown,
	"Type":                shown,
	"Version":             shown,
	"WorkingDir":          shown,
	"ZoneId":              shown,
	"AccessKeyId":         masked,
	"ClientToken":         masked,
	"CommandContent":      masked,
	"Description":         masked,
	"Launcher":            masked,
	"NextToken":           masked,
	"OssOutputDelivery":   masked,
	"Parameters":          masked,
	"ResourceTag.N.Value": masked,
	"SecurityToken":       masked,
	"Signature":           masked,
	"SignatureNonce":      masked,
	"Tag.N.Value":         masked,
	"Username":            masked,
	"WindowsPasswordName": masked,
}

// view returns the latest entries of the log, at most as many as the parameter entries
// says. Each entry has at most the given number of parameters.
func (l *callLog) view(entries, parameters int) []CallView {
	var list []CallView
	open := map[pollKey]int{} // the entries to which older polling calls still belong
	for n := len(l.calls) - 1; n >= 0 && (len(list) < entries || len(open) > 0); n-- {
		c, number := &l.calls[n], l.total-len(l.calls)+n+1
		key := pollKey{c.Action, c.Status, c.Code}
		if !c.polls() {
			clear(open)
		} else if at, known := open[key]; known {
			list[at].Number, list[at].Since = number, c.At
			list[at].Count++
			continue
		}
		if len(list) >= entries {
			continue
		}
		if c.polls() {
			open[key] = len(list)
		}
		list = append(list, c.view(number, parameters))
	}
	return list
}

// A pollKey has what polling calls of one entry share.
type pollKey struct {
	action string
	status int
	code   errors.Code
}

// polls reports whether c is a polling call.
func (c *Call) polls() bool { return strings.HasPrefix(c.Action, "Describe") }

// view returns an entry for c alone, with at most limit parameters.
func (c *Call) view(number, limit int) CallView {
	names := firstNames(c.Parameters, limit)
	v := CallView{
		Number: number, Count: 1, Action: c.Action, Since: c.At, At: c.At, Status: c.Status, Code: c.Code,
		RequestID: c.RequestID, Others: len(c.Parameters) - len(names),
	}
	for _, name := range names {
		value := c.Parameters[name]
		show, _ := viewed(name)
		p := ParameterView{Name: name, Bytes: len(value), Masked: !show}
		if show {
			p.Value = clip(value, maxShownValue)
		}
		v.Parameters = append(v.Parameters, p)
	}
	return v
}

// firstNames returns the first names of p that a View shows, in their order, at most
// limit of them. A call may have many thousands of names, so they are not all sorted.
func firstNames(p map[string]string, limit int) []string {
	var first []string
	for name := range p {
		if _, known := viewed(name); !known || limit <= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(first, name, compareNames)
		if at == limit {
			continue
		}
		if len(first) == limit {
			first = first[:limit-1]
		}
		first = slices.Insert(first, at, name)
	}
	return first
}

// viewed reports whether a View knows the name of a parameter, and whether it shows the
// value. The numbers of lists are compared as N: Tag.12.Key is Tag.N.Key. It allocates
// nothing, because a call may have many thousands of names.
func viewed(name string) (show, known bool) {
	head, rest, numbered := strings.Cut(name, ".")
	if !numbered {
		show, known = viewedParameters[name]
		return show, known
	}
	number, field, hasField := strings.Cut(rest, ".")
	if number == "" || len(number) > maxNumber || strings.Trim(number, "0123456789") != "" || len(name) > maxViewedName {
		return masked, false
	}
	var b [maxViewedName + 2]byte
	pattern := append(append(b[:0], head...), ".N"...)
	if hasField {
		pattern = append(append(pattern, '.'), field...)
	}
	show, known = viewedParameters[string(pattern)]
	return show, known
}

// The lengths of the longest number and of the longest name with a number that a View
// shows.
const (
	maxNumber     = 6
	maxViewedName = 40
)

// compareNames orders names of parameters by their first part and then by their number:
// InstanceId.2 comes before InstanceId.10.
func compareNames(a, b string) int {
	headA, restA, _ := strings.Cut(a, ".")
	headB, restB, _ := strings.Cut(b, ".")
	numberA, fieldA, _ := strings.Cut(restA, ".")
	numberB, fieldB, _ := strings.Cut(restB, ".")
	return cmp.Or(
		strings.Compare(headA, headB), cmp.Compare(len(numberA), len(numberB)),
		strings.Compare(numberA, numberB), strings.Compare(fieldA, fieldB),
	)
}
