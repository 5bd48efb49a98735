package validate

import (
	"slices"
	"strconv"
)

// warnPlaceholders warns of placeholders without a value, and of placeholders that stay in the
// script because EnableParameter is off. The parameter limit is the largest length of a name in
// bytes.
func (c *Command) warnPlaceholders(limit int, warn warner) {
	const field = "CommandContent"
	if !c.EnableParameter {
		if p, ok := c.forgottenPlaceholder(); ok {
			warn(field, "contains %s in line %d while parameters are disabled, so the script runs with the braces in it; switch EnableParameter on, unless the braces are meant",
				inBraces(p, ""), lineOf(c.Content, p.begin))
		}
		return
	}
	values := c.values()
	var missing []placeholder
	for name, p := range usageOf(c.Content, limit).names {
		if !hasKey(values, name) && validName(name) && len(name) <= limit {
			missing = append(missing, p)
		}
	}
	if len(missing) == 0 {
		return
	}
	names := namesInOrder(missing)
	example := "Parameter(" + strconv.Quote(shortened(names[0], 24)) + ", ...)"
	warn(field, "uses %s that Parameters does not give: %s, the first in line %d; the service puts an empty text there; give %s, with \"\" if it is to be empty",
		count(len(names), "parameter", "parameters"), nameList(names), lineOf(c.Content, missing[0].begin), example)
}

// forgottenPlaceholder returns a placeholder that was probably meant to be replaced. In a script
// with braces that cannot be placeholders, such as {{.Names}} or {{range .Items}}, custom names
// belong to a template of the script.
func (c *Command) forgottenPlaceholder() (found placeholder, ok bool) {
	list := slices.Collect(placeholdersIn(c.Content))
	template := slices.ContainsFunc(list, func(p placeholder) bool {
		return classOf(p.name) == customName && !validName(p.name)
	})
	for _, p := range list {
		if class := classOf(p.name); class != customName || p.name != "" && !template {
			return p, true
		}
	}
	return placeholder{}, false
}
