package transport_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// fullCommand returns a request of the largest allowed size: 100 instances, 20 tags and a
// script of 18 KB.
func fullCommand() wire.Params {
	w := wire.NewWriter(wire.ActionRunCommand)
	w.Text("RegionId", "cn-beijing")
	w.Text("Type", "RunShellScript")
	w.Script("CommandContent", []byte(strings.Repeat("echo 0123456789\n", 18*64)))
	w.Text("ContentEncoding", "Base64")
	w.Text("Name", strings.Repeat("n", 128))
	w.Text("Description", strings.Repeat("d", 512))
	w.Flag("EnableParameter", true)
	parameters, ids, tags := map[string]string{}, make([]string, 100), make([]struct{ Key, Value string }, 20)
	for i := range 10 {
		parameters["name"+strconv.Itoa(i)] = "value"
	}
	for i := range ids {
		ids[i] = "i-bp185dy2o3o6neg" + strconv.Itoa(i)
	}
	for i := range tags {
		tags[i].Key, tags[i].Value = "key"+strconv.Itoa(i), "value"
	}
	w.Object("Parameters", parameters)
	w.List("InstanceId", ids)
	wire.Tags(w, "Tag", tags)
	w.Secret("ClientToken", strings.Repeat("t", 64))
	return w.Params()
}

// sendByHand signs a request and sends it, with net/http only and in as few steps as possible.
func sendByHand(ctx context.Context, client *http.Client, p wire.Params) error {
	body := p.Form()
	sum := sha256.Sum256(body)
	var nonce [16]byte
	_, _ = rand.Read(nonce[:])
	headers := [][2]string{
		{"content-type", "application/x-www-form-urlencoded"}, {"host", "ecs.cn-beijing.aliyuncs.com"}, {"x-acs-action", "RunCommand"},
		{"x-acs-content-sha256", hex.EncodeToString(sum[:])}, {"x-acs-date", time.Now().UTC().Format(time.RFC3339)},
		{"x-acs-signature-nonce", hex.EncodeToString(nonce[:])}, {"x-acs-version", wire.Version},
	}
	var canonical, names strings.Builder
	canonical.WriteString("POST\n/\n\n")
	for i, h := range headers {
		canonical.WriteString(h[0] + ":" + h[1] + "\n")
		if i > 0 {
			names.WriteByte(';')
		}
		names.WriteString(h[0])
	}
	canonical.WriteString("\n" + names.String() + "\n" + headers[3][1])
	mac := hmac.New(sha256.New, []byte("testSK"))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hexSHA256(canonical.String())))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://ecs.cn-beijing.aliyuncs.com/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	for _, h := range slices.Concat(headers[:1], headers[2:]) {
		req.Header.Set(h[0], h[1])
	}
	req.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential=testAK,SignedHeaders="+names.String()+",Signature="+hex.EncodeToString(mac.Sum(nil)))
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	reply, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	return wire.Decode(reply, &wire.RunCommandReply{})
}

// BenchmarkDo compares an attempt with sendByHand. The metric times-by-hand is the time of an
// attempt divided by the time of sendByHand.
func BenchmarkDo(b *testing.B) {
	stub := roundTripper(func(req *http.Request) (*http.Response, error) {
		_, _ = io.Copy(io.Discard, req.Body)
		return response(200, accepted), nil
	})
	for _, size := range []struct {
		name   string
		params wire.Params
	}{{"typical", command()}, {"full", fullCommand()}} {
		var hand float64
		b.Run(size.name+"/by hand", func(b *testing.B) {
			client := &http.Client{Transport: stub}
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, sendByHand(b.Context(), client, size.params))
			}
			hand = float64(b.Elapsed()) / float64(b.N)
		})
		b.Run(size.name+"/transport", func(b *testing.B) {
			c := setup(b, stub)
			b.ReportAllocs()
			for b.Loop() {
				_, err := c.Do(b.Context(), transport.Call{Params: size.params}, &wire.RunCommandReply{})
				require.NoError(b, err)
			}
			if hand > 0 {
				b.ReportMetric(float64(b.Elapsed())/float64(b.N)/hand, "times-by-hand")
			}
		})
	}
}

// The benchmarks compare attempts with sendByHand. This is fair only if the service would accept
// the request of sendByHand.
func TestTheBenchmarksBaselineIsSignedCorrectly(t *testing.T) {
	t.Parallel()
	client := &http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		body, _ := io.ReadAll(req.Body)
		_, _, err := verify(req, string(body), "testSK")
		return response(200, accepted), err
	})}
	require.NoError(t, sendByHand(t.Context(), client, fullCommand()))
}
