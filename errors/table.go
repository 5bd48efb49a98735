package errors

import "sync"

// A row is what the documentation says about one code.
type row struct {
	code    Code
	status  int // documented HTTP status; 0 where none applies
	kind    Kind
	retry   retry
	field   string // wire name of the field it is mostly about
	meaning string
}

// retry is what may become of the same request when it is sent again.
type retry uint8

const (
	retryNo   retry = iota // it fails again
	retryWait              // it passes once some condition has changed by itself
	retryYes               // it passes after a short back-off
)

// table indexes the rows of all families by code.
var table = sync.OnceValue(func() map[Code]row {
	index := make(map[Code]row)
	for _, family := range [][]row{runCommandCodes, operationCodes, gatewayCodes, instanceCodes} {
		for _, r := range family {
			index[r.code] = r
		}
	}
	return index
})
