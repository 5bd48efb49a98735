package runcommandtest

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// placeholder finds every {{…}} that can be a parameter. Blanks and line breaks just
// inside the braces are ignored. Other text, such as the {{ .Field }} of a Go template,
// stays as it is. A match has groups of two forms: a prefix, the colons after it and
// the rest; or the name of a custom parameter.
//
// The code that uses the match ignores the case of the prefix. The expression does not,
// because (?i) would also accept the Kelvin sign and the long s as ASCII letters.
var placeholder = regexp.MustCompile(`\{\{[\s\v]*(?:([A-Za-z-]+)[\s\v]*(::?)[\s\v]*([^{}]*?)|([A-Za-z0-9_-]+))[\s\v]*\}\}`)

// substitute returns script with its placeholders replaced, as a command with
// EnableParameter is prepared for one instance (ECS API reference, RunCommand,
// custom and built-in parameters):
//
//   - {{name}} becomes the value of the custom parameter name, compared without regard
//     to case, or nothing when params has no such name. When two keys differ only in
//     case, the first in byte order is used.
//   - {{ACS::name}}, with blanks allowed around ACS, the colons and the name,
//     becomes the value that builtin returns for name. A name that builtin does
//     not know is the error [errors.InvalidSystemBuiltInParameter].
//   - {{oos:…}} and {{oos-secret:…}} name entries of a parameter store. The local
//     service has none: they are the error [errors.QueryParameterStoreFailed].
//
// Values are inserted unchanged and not searched for placeholders again, so a value
// cannot insert another one. With an error the result is nil; script is not changed.
func substitute(script []byte, params map[string]string, builtin func(name string) (string, bool)) ([]byte, error) {
	values := foldNames(params)
	var out bytes.Buffer
	rest := 0
	for _, m := range placeholder.FindAllSubmatchIndex(script, -1) {
		out.Write(script[rest:m[0]])
		rest = m[1]
		group := func(n int) string { return string(script[max(0, m[2*n]):max(0, m[2*n+1])]) }
		switch prefix := strings.ToLower(group(1)); {
		case prefix == "":
			out.WriteString(values[strings.ToLower(group(4))])
		case prefix == "acs" && group(2) == "::":
			value, known := builtin(group(3))
			if !known {
				return nil, fmt.Errorf("built-in parameter ACS::%.64q: %w", group(3), errors.InvalidSystemBuiltInParameter)
			}
			out.WriteString(value)
		case prefix == "oos", prefix == "oos-secret":
			return nil, fmt.Errorf("parameter store entry %.64q: %w", group(1)+group(2)+group(3), errors.QueryParameterStoreFailed)
		default:
			out.WriteString(group(0))
		}
	}
	out.Write(script[rest:])
	return out.Bytes(), nil
}

// foldNames returns params with lower-case names.
func foldNames(params map[string]string) map[string]string {
	folded := make(map[string]string, len(params))
	for _, name := range slices.Sorted(maps.Keys(params)) {
		lower := strings.ToLower(name)
		if _, answers := folded[lower]; !answers {
			folded[lower] = params[name]
		}
	}
	return folded
}
