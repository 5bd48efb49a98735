package realaccount

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// A sanitizer removes from exchanges what belongs to an account. It replaces ids and tokens by
// placeholders: the same id by the same placeholder, numbered in the order in which they are first
// seen. What is not on a list of allowed names is removed. A sanitizer that sees placeholders in the
// same order changes nothing.
type sanitizer struct {
	placeholders map[string]string // by kind and value
	counts       map[string]int    // by kind
	instances    []string          // the ids of instances that were seen, with their placeholders, for texts
	begun        map[string]bool   // the ids of the commands that the program has begun
	others       bool              // the row that is being cleaned is of a command of somebody else
}

func newSanitizer(cfg Config) *sanitizer {
	s := &sanitizer{placeholders: map[string]string{}, counts: map[string]int{}, begun: map[string]bool{}}
	for _, id := range append(slices.Clone(cfg.Instances), cfg.Stopped, cfg.Grouped) {
		s.placeholder(kindInstance, id)
	}
	s.placeholder(kindGroup, cfg.Group)
	return s
}

// The kinds of values that are replaced by placeholders. A kind is the format of its placeholders.
const (
	kindInstance   = "i-demo%016d"
	kindInvocation = "t-demo%016d"
	kindCommand    = "c-demo%016d"
	kindGroup      = "rg-demo%012d"
	kindRequest    = "00000000-0000-4000-8000-%012d"
	kindToken      = "token-%d"
	kindPage       = "page-%d"
	kindName       = "name-%d"
)

// kinds has the kinds of fields and parameters whose value is replaced.
var kinds = map[string]string{
	"InstanceId": kindInstance, "InvokeId": kindInvocation, "CommandId": kindCommand, "RequestId": kindRequest,
	"ResourceGroupId": kindGroup, "ClientToken": kindToken, "NextToken": kindPage, "InstanceName": kindName,
}

// allowedFields are the fields of replies that stay as they are, objects and lists among them.
var allowedFields = strings.Fields(`
	Code TotalCount PageNumber PageSize AccessDeniedDetail AuthAction NoPermissionType PolicyType
	Invocations Invocation InvocationResults InvocationResult InvokeInstances InvokeInstance Instances Instance
	InstanceCloudAssistantStatusSet InstanceCloudAssistantStatus
	InvocationStatus InvokeStatus InstanceInvokeStatus InvokeRecordStatus ErrorCode ExitCode Repeats Dropped Output
	CommandType CommandContent CommandName Frequency RepeatMode Timed Timeout TerminationMode Username
	CreationTime UpdateTime StartTime FinishTime FinishedTime StopTime
	Status OSType CloudAssistantStatus CloudAssistantVersion ActiveTaskCount`)

// The headers that stay, of requests and of replies.
var (
	requestHeaders = []string{"Accept", "Content-Type", "X-Acs-Action", "X-Acs-Version"}
	replyHeaders   = []string{"Content-Type", "X-Ratelimit-User", "X-Ratelimit-User-Api"}
)

// removed stands for a text that was removed.
const removed = "removed"

// placeholder returns the placeholder for a value. An empty value stays empty.
func (s *sanitizer) placeholder(kind, value string) string {
	if value == "" {
		return ""
	}
	key := kind + "\n" + value
	if known, ok := s.placeholders[key]; ok {
		return known
	}
	s.counts[kind]++
	p := fmt.Sprintf(kind, s.counts[kind])
	s.placeholders[key] = p
	if kind == kindInstance {
		s.instances = append(s.instances, value, p)
	}
	return p
}

// parameter returns a parameter without what belongs to an account. The programs of this package
// write all parameters themselves, so only ids and tokens have to be replaced.
func (s *sanitizer) parameter(name, value string) string {
	base, _, _ := strings.Cut(name, ".")
	if base == "InstanceIds" {
		return s.idList(value)
	}
	if kind, ok := kinds[base]; ok {
		return s.placeholder(kind, value)
	}
	if plainFields[base] {
		return value
	}
	return s.text(value)
}

// idList returns a list of ids in JSON. A text that is no list counts as one id.
func (s *sanitizer) idList(value string) string {
	var ids []string
	if json.Unmarshal([]byte(value), &ids) != nil {
		return s.placeholder(kindInstance, value)
	}
	for i, id := range ids {
		ids[i] = s.placeholder(kindInstance, id)
	}
	list, _ := json.Marshal(ids) // the error is always nil: these are strings
	return string(list)
}

// text returns a text with the ids of known instances, addresses and host names replaced.
func (s *sanitizer) text(value string) string {
	value = strings.NewReplacer(s.instances...).Replace(value)
	for _, pattern := range traces {
		value = pattern.ReplaceAllStringFunc(value, func(found string) string {
			if strings.Contains(found, "-demo0") { // a placeholder
				return found
			}
			return removed
		})
	}
	return value
}

// traces match what a text may tell about an account: addresses, hosts of the service, access keys,
// account ids, and ids of other resources.
var traces = []*regexp.Regexp{
	regexp.MustCompile(`\b\d{1,3}(\.\d{1,3}){3}\b`),
	regexp.MustCompile(`(?i)\b[\w.-]+\.(aliyuncs|alibabacloud|aliyun)\.com\b`),
	regexp.MustCompile(`\b(LTAI|STS\.|TMP\.)\w+`),
	regexp.MustCompile(`\b\d{15,17}\b`),
	regexp.MustCompile(`\b(i|mi|t|c|vpc|vsw|sg|rg|eip|eni|d)-[a-z0-9]*\d[a-z0-9]{9,}\b`),
}

// reply returns the body of a reply. A body that is not JSON is removed as a whole: it comes from a proxy.
func (s *sanitizer) reply(body []byte) json.RawMessage {
	var value any
	if json.Unmarshal(body, &value) != nil {
		value = removed
	}
	if answer, ok := value.(map[string]any); ok { // only the answer of RunCommand has an InvokeId at the top
		if id, ok := answer["InvokeId"].(string); ok {
			s.begun[id] = true
		}
	}
	clean, _ := json.MarshalIndent(s.value("", value), "  ", "  ") // the error is always nil: the value was JSON
	return clean
}

// value returns a value of a reply. The name is that of the field that holds it; the elements of a
// list have the name of the list.
func (s *sanitizer) value(name string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		if id, ok := v["InvokeId"].(string); ok && !s.others && !s.begun[id] && v["CommandName"] != commandName {
			s.others = true
			defer func() { s.others = false }()
		}
		for _, field := range sortedFields(v) {
			v[field] = s.field(field, v[field])
		}
		return v
	case []any:
		for i := range v {
			v[i] = s.field(name, v[i])
		}
		return v
	}
	return value
}

func (s *sanitizer) field(name string, value any) any {
	text, isText := value.(string)
	kind, replaced := kinds[name]
	switch {
	case isText && replaced:
		return s.placeholder(kind, text)
	case name != "" && !slices.Contains(allowedFields, name):
		return removed
	case s.others && otherFields[name]:
		return removed
	case isText && plainFields[name]:
		return text
	case isText:
		return s.text(text)
	}
	return s.value(name, value)
}

// plainFields hold scripts of this package, what these scripts print, and numbers of seconds. They tell
// nothing about the account, and a pattern may match such a text by chance.
var plainFields = map[string]bool{"Output": true, "CommandContent": true, "Parameters": true, "Timeout": true}

// otherFields tell about the account in a row of a command that another program has begun: a list without
// a filter has such rows.
var otherFields = map[string]bool{"Output": true, "CommandContent": true, "CommandName": true}

// sortedFields returns the names of the fields in a fixed order, so that placeholders are numbered in the
// same order in every run.
func sortedFields(object map[string]any) []string {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// headers returns the headers with the given names.
func headers(h http.Header, names []string) map[string]string {
	kept := map[string]string{}
	for _, name := range names {
		if value := h.Get(name); value != "" {
			kept[name] = value
		}
	}
	return kept
}
