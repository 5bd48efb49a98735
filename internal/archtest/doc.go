// Package archtest checks which rooms (packages) of this module import which others.
// It has only tests. They read the import graph from go list and fail for every import
// that the design does not allow.
package archtest
