//go:build race

package fleet_test

// usualCrashes is how many processes a usual test run kills. Under the race detector a
// process takes several times longer.
const usualCrashes = 3
