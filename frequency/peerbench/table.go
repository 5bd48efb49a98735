package main

// row is one comparison. Each library gets the expression in its own spelling, with the same
// meaning. A library that has no such spelling is left out. In cronexpr, six fields begin with
// minutes and seven fields begin with seconds. All libraries count Saturday as 6.
type row struct {
	name    string
	expr    string            // the expression for frequency, and for every library that the field spelled does not name
	spelled map[string]string // from the name of a library to its expression; "" leaves the library out
	steps   int               // number of firings to find; 0 means 1
	zone    string            // the zone of the moment at which the search begins; "" means UTC
}

var noYears = map[string]string{"robfig": ""}

var parseRows = []row{
	{name: "daily", expr: "0 15 10 * * ?", spelled: map[string]string{"cronexpr": "0 15 10 * * ? *"}},
	{name: "lists and years", expr: "0 0,10,20,30,40,50 9-17 1,15 1-6 ? 2026,2028,2030-2040", spelled: noYears},
	{name: "IANA zone", expr: "0 15 10 * * ? America/New_York", spelled: map[string]string{
		"robfig":   "CRON_TZ=America/New_York 0 15 10 * * ?",
		"go-cron":  "CRON_TZ=America/New_York 0 15 10 * * ?",
		"cronexpr": "", "gronx": "",
	}},
}

var nextRows = []row{
	{name: "every 10 s", expr: "0/10 * * * * ?", spelled: map[string]string{"cronexpr": "0/10 * * * * ? *"}},
	{name: "daily", expr: "0 15 10 * * ?", spelled: map[string]string{"cronexpr": "0 15 10 * * ? *"}},
	{name: "last day", expr: "0 15 10 L * ?", spelled: map[string]string{"robfig": "", "cronexpr": "0 15 10 L * ? *"}},
	{name: "nearest weekday", expr: "0 15 10 15W * ?", spelled: map[string]string{"robfig": "", "cronexpr": "0 15 10 15W * ? *"}},
	{name: "third Saturday", expr: "0 15 10 ? * 6#3", spelled: map[string]string{"robfig": "", "cronexpr": "0 15 10 ? * 6#3 *"}},
	{name: "Feb 29, 2096", expr: "0 0 0 29 2 ? 2096", spelled: noYears},
	{name: "never", expr: "0 0 0 31 2 ?", spelled: map[string]string{"cronexpr": "0 0 0 31 2 ? *"}},
	{name: "1000 days, New York", expr: "0 15 10 * * ? America/New_York", steps: 1000, zone: "America/New_York", spelled: map[string]string{
		"cronexpr": "0 15 10 * * ? *", "robfig": "0 15 10 * * ?", "gronx": "0 15 10 * * ?", "go-cron": "0 15 10 * * ?",
	}},
}

// text returns the expression of a row for a library, or "" when the row leaves the
// library out.
func (r row) text(l library) string {
	if text, ok := r.spelled[l.name]; ok {
		return text
	}
	return r.expr
}
