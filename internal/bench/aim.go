package main

// An aim is a ratio that this module promises: the figure of one contender
// divided by the figure of the contender that it is compared with.
type aim struct {
	place, scenario string
	contender, with string
	figure          figure
	limit           float64
	atLeast         bool // true: the ratio must be at least limit; false: at most limit
}

// aims lists the aims of the issue that asked for this measurement. Throughput is the inverse of
// time. So the time of the other contender is divided by our time to compare throughput.
var aims = []aim{
	{inProcess, "typical", ours, official, byTime, 0.35, false},
	{inProcess, "typical", ours, official, byBytes, 0.36, false},
	{inProcess, "typical", ours, official, byAllocs, 0.40, false},
	{inProcess, "full", ours, official, byTime, 0.06, false},
	{inProcess, "full", ours, official, byBytes, 0.04, false},
	{inProcess, "full", ours, official, byAllocs, 0.17, false},
	{inProcess, "poll of 100 instances", ours, official, byTime, 0.3, false},
	{inProcess, "poll of 100 instances", ours, official, byAllocs, 0.3, false},
	{inProcess, "page of 50 results", ours, official, byTime, 0.3, false},
	{inProcess, "page of 50 results", ours, official, byAllocs, 0.3, false},
	{loopback, "typical", ours, handSigned, byTime, 1.5, false},
	{loopback, "full", ours, handSigned, byTime, 1.25, false},
	{concurrent, "typical", handSigned, ours, byTime, 0.65, true},
	{concurrent, "full", handSigned, ours, byTime, 0.8, true},
}

// met reports whether the measured ratio reaches the aim.
func (a aim) met(r ratio) bool {
	if a.atLeast {
		return r.medians >= a.limit
	}
	return r.medians <= a.limit
}
