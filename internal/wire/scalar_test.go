package wire_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

func TestScalarsTakeWhatComes(t *testing.T) {
	t.Parallel()
	type row struct {
		N wire.Int
		B wire.Bool
	}
	for body, want := range map[string]row{
		`{}`:                             {},
		`{"N":null,"B":null}`:            {},
		`{"N":7,"B":true}`:               {N: 7, B: true},
		`{"N":"7","B":"true"}`:           {N: 7, B: true},
		`{"N":" -7 ","B":"TRUE"}`:        {N: -7, B: true},
		`{"N":"\u0037","B":" \u0031\t"}`: {N: 7, B: true},
		`{"N":7.0,"B":1}`:                {N: 7, B: true},
		`{"N":"1e3","B":"1"}`:            {N: 1000, B: true},
		`{"N":7.5,"B":"yes"}`:            {},
		`{"N":1e300,"B":"false"}`:        {},
		`{"N":"","B":""}`:                {},
		`{"N":"NaN","B":{}}`:             {},
		`{"N":[1],"B":[true]}`:           {},
		`{"N":9223372036854775807}`:      {N: 9223372036854775807},
		`{"N":9223372036854775808}`:      {},
		`{"N":7,"N":"x","B":1,"B":"0"}`:  {},
	} {
		var got row
		require.NoError(t, json.Unmarshal([]byte(body), &got), body)
		assert.Equal(t, want, got, body)
	}
}
