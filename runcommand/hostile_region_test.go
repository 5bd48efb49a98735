package runcommand_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestTheErrorForABadRegionSuggestsTheRightOne(t *testing.T) {
	t.Parallel()
	for region, says := range map[string]string{
		"cn-hangzhou-b":                "a zone of the region cn-hangzhou; give cn-hangzhou",
		"cn-beijing-l":                 "a zone of the region cn-beijing;",
		"us-west-1a":                   "a zone of the region us-west-1;",
		"us-west-1-a":                  "a zone of the region us-west-1;",
		"cn-shanghai-finance-1k":       "a zone of the region cn-shanghai-finance-1;",
		"cn-hangzhou-finance-b":        "a zone of the region cn-hangzhou-finance;",
		"CN-HANGZHOU-B":                "a zone of the region cn-hangzhou;",
		"CN-HANGZHOU":                  "only small letters make a region id; give cn-hangzhou",
		"Cn-Marker":                    "only small letters make a region id; give a region id, such as cn-hangzhou",
		" cn-hangzhou":                 "holds a blank or a line break; give cn-hangzhou",
		"cn-hangzhou\n":                "holds a blank or a line break; give cn-hangzhou",
		"cn hangzhou":                  "holds a blank or a line break; give a region id",
		"cn_hangzhou":                  "only a-z, 0-9 and - make a region id; give cn-hangzhou",
		"https://ecs.aliyuncs.com":     "this is an address; give a region id, such as cn-hangzhou, and the address to WithEndpoint",
		"ecs.cn-hangzhou.aliyuncs.com": "this is a host name",
		"":                             "it is empty",
	} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			_, err := runcommand.NewClient(region)
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			assert.ErrorContains(t, err, says)
			assert.NotContains(t, err.Error(), "arker")
		})
	}
}

func TestRegionsThatLookLikeZonesOrAreNewAreAccepted(t *testing.T) {
	t.Parallel()
	for _, region := range []string{
		"cn-hangzhou", "cn-hangzhou-finance", "cn-north-2-gov-1", "cn-wulanchabu-gic-1", "cn-zhengzhou-jva", "cn-wuhan-lr",
		"cn-heyuan-acdr-1", "us-west-1", "ap-southeast-9", "mars-1", "cn-new-b", "cn-hangzhoub", "a", "-",
	} {
		_, err := runcommand.NewClient(region)
		assert.NoError(t, err, region)
	}
}

func TestAKeyWithSomethingAroundItIsRefusedByTheClient(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ id, secret, token, says string }{
		"quotes around the id":          {`"` + marker + `"`, "secret", "", "the access key id begins or ends with a quote"},
		"a blank before the id":         {" " + marker, "secret", "", "the access key id begins or ends with a blank"},
		"a line break after the secret": {"id", marker + "\r\n", "", "the access key secret holds a control character, perhaps a line break"},
		"a quote after the secret":      {"id", marker + "'", "", "the access key secret begins or ends with a quote"},
		"blanks for a secret":           {"id", "   ", "", "the access key secret consists of blanks"},
		"a blank after the token":       {"id", "secret", marker + " ", "the security token begins or ends with a blank"},
		"typographic quotes":            {"“" + marker + "”", "secret", "", "not ASCII"},
		"a mark of byte order":          {"\ufeff" + marker, "secret", "", "not ASCII"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := runcommand.NewClient("cn-hangzhou", runcommand.WithStaticCredential(c.id, c.secret, c.token))
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			assert.ErrorContains(t, err, c.says)
			assert.NotContains(t, err.Error(), marker)
		})
	}
}
