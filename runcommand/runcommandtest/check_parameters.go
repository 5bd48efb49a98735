package runcommandtest

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// braces matches {{, }} and the text between them. A third brace before it stays
// outside, as in placeholder.
var braces = regexp.MustCompile(`(?s)\{\{(?:[^{].*?)??\}\}`)

// blanks do not count just inside the braces.
const blanks = " \t\r\n\v\f"

// customName matches the names that the service allows for custom parameters.
var customName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// reserved matches the names of built-in parameters, in lower case. The service itself
// gives these parameters their values.
var reserved = regexp.MustCompile(`^(?:acs[\s\v]*::|oos(?:-secret)?[\s\v]*:)[^{}]*$`)

// checkPlaceholders checks the {{names}} in the content. Without EnableParameter it
// checks nothing, because the service then replaces no names.
func checkPlaceholders(p parameters, cmd *command, l Limits) *refusal {
	enabled, refused := p.flag("EnableParameter")
	if refused != nil || !enabled {
		return refused
	}
	cmd.enableParameter = true
	names := map[string]bool{}
	for _, m := range braces.FindAllSubmatch(cmd.content, -1) {
		name := strings.Trim(string(m[0][2:len(m[0])-2]), blanks)
		lower := strings.ToLower(name)
		switch {
		case name == "":
			return refuse(errors.CmdParamEmptyKey, "a parameter in the content has no name")
		case reserved.MatchString(lower):
			continue
		case !customName.MatchString(name):
			return refuse(errors.CmdParamInvalidParamName, "a parameter name in the content has characters other than A-Z, a-z, 0-9, - and _")
		case len(name) > l.ParameterName:
			return refuse(errors.CmdParamNameExceedLimit, "a parameter name in the content has more than %s", count(l.ParameterName, "byte", "bytes"))
		}
		names[lower] = true
	}
	if len(names) > l.ParameterNames {
		return refuse(errors.CmdParamCountExceedLimit, "the content has %s, more than %d", count(len(names), "parameter", "parameters"), l.ParameterNames)
	}
	return checkPassed(p, cmd, names, l)
}

// checkParameters refuses Parameters without EnableParameter.
func checkParameters(p parameters, cmd *command, _ Limits) *refusal {
	if cmd.enableParameter || p["Parameters"] == "" {
		return nil
	}
	pairs, refused := readPairs(p["Parameters"])
	if refused == nil && len(pairs) > 0 {
		refused = refuse(errors.ParameterDisabled, "Parameters is given but EnableParameter is not true")
	}
	return refused
}

// checkPassed checks Parameters against the names that the content uses.
func checkPassed(p parameters, cmd *command, used map[string]bool, l Limits) *refusal {
	cmd.parameters = map[string]string{}
	if p["Parameters"] == "" {
		return nil
	}
	pairs, refused := readPairs(p["Parameters"])
	if refused != nil {
		return refused
	}
	if len(pairs) > l.Parameters {
		return refuse(errors.ParameterCountExceedLimit, "Parameters has %s, more than %d", count(len(pairs), "pair", "pairs"), l.Parameters)
	}
	seen := map[string]bool{}
	for _, pair := range pairs {
		lower := strings.ToLower(pair.name)
		switch {
		case pair.name == "":
			return refuse(errors.CmdParamEmptyKey, "Parameters has an empty name")
		case utf8.RuneCountInString(pair.name) > l.ParameterName:
			return refuse(errors.ParameterKeyExceedLimit, "Parameters has a name of more than %s", count(l.ParameterName, "character", "characters"))
		case seen[lower]:
			return refuse(errors.ParameterKeyDuplicate, "Parameters has a name twice")
		case pair.other:
			return refuse(errors.ParameterTypeNotSupported, "Parameters has a value that is not a string")
		case !used[lower]:
			return refuse(errors.ParameterNotMatched, "Parameters has a name that the content does not use")
		}
		seen[lower] = true
		cmd.parameters[pair.name] = pair.value
	}
	return nil
}

// A pair is one name and its value in Parameters. The pairs are not in a map, because
// the JSON may contain a name twice.
type pair struct {
	name, value string
	other       bool // the value is not a string
}

// readPairs reads the value of the parameter Parameters. The value must be a JSON
// object.
func readPairs(text string) ([]pair, *refusal) {
	malformed := refuse(errors.InvalidParameterFormat, "Parameters is not a JSON object")
	charset := refuse(errors.InvalidParameterCharsetParameters, "Parameters has characters that are not allowed")
	if !utf8.ValidString(text) {
		return nil, charset
	}
	if !json.Valid([]byte(text)) {
		return nil, malformed
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return nil, malformed
	}
	var pairs []pair
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, malformed
		}
		var value any
		if err := decoder.Decode(&value); err != nil {
			return nil, malformed
		}
		key, _ := name.(string)
		text, isText := value.(string)
		if strings.ContainsRune(key+text, 0) {
			return nil, charset
		}
		pairs = append(pairs, pair{key, text, !isText})
	}
	return pairs, nil
}
