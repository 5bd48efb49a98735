//go:build !race

package fleet_test

// usualCrashes is how many processes a usual test run kills.
const usualCrashes = 10
