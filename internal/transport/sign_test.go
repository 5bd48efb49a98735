package transport_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// verify checks the signature of a request by the steps of the document "V3 signature". It shares no code
// with the code that signs. It returns the hash of the canonical request and the computed signature.
func verify(req *http.Request, body, secret string) (hash, signature string, err error) {
	algorithm, rest, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	fields := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(part, "=")
		fields[name] = value
	}
	if sum := hexSHA256(body); req.Header.Get("X-Acs-Content-Sha256") != sum {
		return "", "", errors.New("body hash")
	}
	query, err := url.ParseQuery(req.URL.RawQuery)
	if err != nil {
		return "", "", err
	}
	var pairs, names []string
	for name := range query {
		pairs = append(pairs, rfc3986(name)+"="+rfc3986(query.Get(name)))
	}
	slices.Sort(pairs)
	headers := map[string]string{"host": req.Host}
	for name, values := range req.Header {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-acs-") || name == "content-type" {
			headers[name] = strings.TrimSpace(values[0])
		}
	}
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	lines := []string{req.Method, req.URL.Path, strings.Join(pairs, "&")}
	for _, name := range names {
		lines = append(lines, name+":"+headers[name])
	}
	canonical := strings.Join(append(lines, "", strings.Join(names, ";"), hexSHA256(body)), "\n")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hexSHA256(canonical)))
	hash, signature = hexSHA256(canonical), hex.EncodeToString(mac.Sum(nil))
	switch {
	case algorithm != "ACS3-HMAC-SHA256":
		err = fmt.Errorf("algorithm %q", algorithm)
	case fields["SignedHeaders"] != strings.Join(names, ";"):
		err = fmt.Errorf("signed headers %q", fields["SignedHeaders"])
	case fields["Signature"] != signature:
		err = errors.New("signature")
	}
	return hash, signature, err
}

func hexSHA256(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func rfc3986(s string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
}

// This test checks the function verify with the documented example and with two other examples.
func TestTheVerifierReproducesTheVectors(t *testing.T) {
	t.Parallel()
	const queryA = `CommandContent=echo%20%7B%7Bname%7D%7D%20%2A~%20%2B%E4%B8%AD&EnableParameter=true&InstanceId.1=i-1&InstanceId.2=i-2&KeepCommand=false&Name=&Parameters=%7B%22b%22%3A%221%22%2C%22name%22%3A%22a%5Cu003cb%5Cu003e%5Cu0026%5C%22c%22%2C%22z%22%3A%22%22%7D&RegionId=cn-hangzhou&Tag.1.Key=k&Tag.1.Value=v&Tag.2.Key=k2&Tag.2.Value=&Timeout=60&Type=RunShellScript`
	headersA := []string{"x-acs-action", "RunCommand", "x-acs-version", "2014-05-26", "x-acs-date", "2026-01-02T03:04:05Z", "x-acs-signature-nonce", "0123456789abcdef0123456789abcdef"}
	for name, v := range map[string]struct {
		host, query, secret string
		headers             []string
		hash, signature     string
	}{
		"a long-term key": {
			"ecs.cn-beijing.aliyuncs.com", queryA, "testSK", headersA,
			"d4b210d612ed8499d953e9f3a5f75e3af0975ba8cfba3f95a098f252aa587c9a", "dd4aa9b00e3bf0128dc7ffe93f2bae2b2190512d20998b7733583c7571e2936e",
		},
		"a temporary key": {
			"ecs.cn-beijing.aliyuncs.com", queryA, "testSK", append(headersA, "x-acs-accesskey-id", "testAK", "x-acs-security-token", "testTOKEN"),
			"a05bfc3c08e453ed6f06ff89c004a7a2c1e75a68ec68d7304aa01872c5a4750d", "0a4af14f0697133af1f02d1c86a6083f5970a6247e2b0f507ea14ae7a3519a61",
		},
		"the documentation's own": {
			"ecs.cn-shanghai.aliyuncs.com", "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai", "YourAccessKeySecret",
			[]string{"x-acs-action", "RunInstances", "x-acs-version", "2014-05-26", "x-acs-date", "2023-10-26T10:22:32Z", "x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"},
			"7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259", "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+v.host+"/?"+v.query, nil)
			require.NoError(t, err)
			for i := 0; i < len(v.headers); i += 2 {
				req.Header.Set(v.headers[i], v.headers[i+1])
			}
			req.Header.Set("x-acs-content-sha256", hexSHA256(""))
			hash, signature, _ := verify(req, "", v.secret)
			assert.Equal(t, v.hash, hash)
			assert.Equal(t, v.signature, signature)
		})
	}
}

func TestEveryAttemptIsSignedAnew(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*transport.Config){
		"in a form body":       func(*transport.Config) {},
		"in the query":         func(cfg *transport.Config) { cfg.Query = true },
		"with a port":          func(cfg *transport.Config) { cfg.Endpoint = "http://127.0.0.1:8080/" },
		"with a temporary key": func(cfg *transport.Config) { cfg.Credential = static(temporary) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nonces, bodies := map[string]bool{}, map[string]bool{}
			c := setup(t, roundTripper(func(req *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(req.Body)
				require.NoError(t, err)
				_, _, err = verify(req, string(body), "testSK")
				assert.NoError(t, err)
				at, err := time.Parse("2006-01-02T15:04:05Z", req.Header.Get("X-Acs-Date"))
				require.NoError(t, err)
				assert.WithinDuration(t, time.Now(), at, time.Minute)
				nonces[req.Header.Get("X-Acs-Signature-Nonce")] = true
				bodies[req.URL.RawQuery+string(body)] = true
				return response(200, accepted), nil
			}), change)
			for range 5 {
				_, _, err := run(t.Context(), c)
				require.NoError(t, err)
			}
			assert.Len(t, nonces, 5, "a nonce is used once")
			assert.Len(t, bodies, 1, "the parameters never change")
		})
	}
}

var temporary = transport.Credential{AccessKeyID: "testAK", AccessKeySecret: "testSK", SecurityToken: "testTOKEN"}

func TestTheKindOfCredentialDecidesTheHeaders(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		credential transport.Credential
		want       map[string]string
		signed     bool
	}{
		"long-term": {longTerm, map[string]string{}, true},
		"temporary": {temporary, map[string]string{"X-Acs-Accesskey-Id": "testAK", "X-Acs-Security-Token": "testTOKEN"}, true},
		"bearer": {
			transport.Credential{BearerToken: "bear"},
			map[string]string{"X-Acs-Bearer-Token": "bear", "X-Acs-Signature-Type": "BEARERTOKEN"}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := setup(t, roundTripper(func(req *http.Request) (*http.Response, error) {
				got := map[string]string{}
				for _, name := range []string{"X-Acs-Accesskey-Id", "X-Acs-Security-Token", "X-Acs-Bearer-Token", "X-Acs-Signature-Type"} {
					if v := req.Header.Get(name); v != "" {
						got[name] = v
					}
				}
				assert.Equal(t, tc.want, got)
				assert.Equal(t, tc.signed, strings.HasPrefix(req.Header.Get("Authorization"), "ACS3-HMAC-SHA256 Credential=testAK,SignedHeaders="))
				return response(200, accepted), nil
			}), func(cfg *transport.Config) { cfg.Credential = static(tc.credential) })
			_, _, err := run(t.Context(), c)
			require.NoError(t, err)
		})
	}
}

func TestASharedClientSignsCorrectlyUnderLoad(t *testing.T) {
	t.Parallel()
	nonces := sync.Map{}
	c := setup(t, roundTripper(func(req *http.Request) (*http.Response, error) {
		body, _ := io.ReadAll(req.Body)
		if _, _, err := verify(req, string(body), "testSK"); err != nil {
			return nil, err
		}
		if _, used := nonces.LoadOrStore(req.Header.Get("X-Acs-Signature-Nonce"), true); used {
			return nil, errors.New("nonce used twice")
		}
		return response(200, accepted), nil
	}))
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 25 {
				reply, _, err := run(t.Context(), c)
				assert.NoError(t, err)
				assert.Equal(t, "t-1", reply.InvokeID)
			}
		})
	}
	wg.Wait()
}
