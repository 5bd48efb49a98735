// Package archtest checks which packages of this module import which other packages. It calls
// the packages rooms. It has only tests. They read the imports with go list and fail for every
// import that the design does not allow.
package archtest
