package errors

import "sync"

// A row holds the documented properties of one code.
type row struct {
	code    Code
	status  int // documented HTTP status; 0 when the code has none
	kind    Kind
	retry   retry
	field   string // wire name of the field that the code concerns most
	meaning string
}

// retry says whether the same request can succeed when it is sent again.
type retry uint8

const (
	retryNo   retry = iota // no: it fails again
	retryWait              // later: it can succeed after some condition has changed
	retryYes               // soon: it can succeed after a short back-off
)

// table maps each documented code to its row.
var table = sync.OnceValue(func() map[Code]row {
	index := make(map[Code]row)
	for _, family := range [][]row{runCommandCodes, operationCodes, gatewayCodes, instanceCodes} {
		for _, r := range family {
			index[r.code] = r
		}
	}
	return index
})
