package frequency

import "strings"

// place returns the city, island or state after which a zone is named: "New York" for
// America/New_York. The result is empty for a name with more than two parts. It is also empty for a
// name whose last part could be misunderstood, such as Etc/GMT+8, US/Eastern or Australia/West.
func (z *zone) place() string {
	area, place, _ := strings.Cut(z.name, "/")
	switch area {
	case "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific":
	default:
		return ""
	}
	switch place {
	case "ACT", "LHI", "NSW", "North", "South", "West": // these parts of Australia could be misunderstood
		return ""
	}
	if strings.Contains(place, "/") {
		return ""
	}
	return strings.ReplaceAll(place, "_", " ")
}
