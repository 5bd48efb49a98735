package validate

import (
	"bytes"
	"maps"
	"slices"
	"strings"
)

// Script returns Content with its parameters filled in as the service does it: {{name}} becomes
// the value of the parameter; the case of the name does not matter. It becomes an empty text when
// Parameters has no such name. A value is not searched for placeholders again. These stay as they
// are: built-in parameters such as {{ACS::InstanceId}} and entries of Parameter Store, which only
// the service or the instance knows; names that [Limits.Check] refuses; and every placeholder
// while EnableParameter is false. The result shares no memory with Content. It is nil for a nil
// c.
//
//	Content      mkdir -p {{ Dir }}; echo {{ACS::InstanceId}} {{note}}.
//	Parameters   dir: /srv/app
//	Script       mkdir -p /srv/app; echo {{ACS::InstanceId}} .
//
// Show the result before a command is sent, or compare it with what an instance has run. It holds
// the values, so treat it like them. The rules are those of the Cloud Assistant guide to custom
// parameters.
func (c *Command) Script() []byte {
	if c == nil {
		return nil
	}
	if !c.EnableParameter {
		return bytes.Clone(c.Content)
	}
	values := c.values()
	var script []byte
	copied := 0
	for p := range placeholdersIn(c.Content) {
		if classOf(p.name) != customName || p.name == "" || !validName(p.name) {
			continue
		}
		script = append(script, c.Content[copied:p.begin]...)
		script = append(script, values[strings.ToLower(p.name)]...)
		copied = p.end
	}
	return append(script, c.Content[copied:]...)
}

// values returns Parameters by the names in lower case. The service refuses names that differ only
// by case; of these, the first in byte order counts here.
func (c *Command) values() map[string]string {
	values := make(map[string]string, len(c.Parameters))
	for _, key := range slices.Sorted(maps.Keys(c.Parameters)) {
		if name := strings.ToLower(key); !hasKey(values, name) {
			values[name] = c.Parameters[key]
		}
	}
	return values
}

// hasKey reports whether a map has a key.
func hasKey[V any](m map[string]V, key string) bool {
	_, found := m[key]
	return found
}
