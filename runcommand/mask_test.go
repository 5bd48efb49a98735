package runcommand_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestARequestMasksItsScriptAndParametersInAText(t *testing.T) {
	t.Parallel()
	const script, password = "mysql --batch < {{pw}}\nexit 7\n", "correct horse & battery"
	req, err := runcommand.Shell(script).Parameter("pw", password).WindowsPasswordName("stored-name").ClientToken("token-of-mine").Instances("i-bp1234567890abcdefg").Build()
	require.NoError(t, err)
	quoted, err := json.Marshal(script + password)
	require.NoError(t, err)
	for name, c := range map[string]struct{ text, want string }{
		"a text without secrets":       {"disk full on node 3", "disk full on node 3"},
		"an empty text":                {"", ""},
		"the parameter":                {"value '" + password + "' is too long", "value '***' is too long"},
		"the first bytes of it":        {"cannot store correct hor...", "cannot store ***..."},
		"the middle of it":             {"near 'horse & batt' in line 1", "near '***' in line 1"},
		"the parameter in an address":  {"POST /?p=" + url.QueryEscape(password), "POST /?p=***"},
		"the parameter in hexadecimal": {"0x" + hex.EncodeToString([]byte(password)) + ": no", "0x***: no"},
		"the script in Base64":         {"content " + base64.StdEncoding.EncodeToString([]byte(script)), "content ***"},
		"the script and more in JSON":  {"entry " + strings.Trim(string(quoted), `"`) + " was refused", "entry *** was refused"},
		"the client token":             {"key (token-of-mine) exists", "key (***) exists"},
		"the name of the password":     {"no secret stored-name", "no secret ***"},
		"four bytes of it by chance":   {"a horse", "a horse"},
		"a short line by chance":       {"mysql said no", "mysql said no"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, req.Mask(c.text))
		})
	}
	assert.Equal(t, password, (*runcommand.Request)(nil).Mask(password))
}
