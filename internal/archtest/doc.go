// Package archtest holds the rooms of this module to their import directions.
// It has nothing but tests: they read the import graph from go list and fail on
// any edge that the design does not draw.
package archtest
