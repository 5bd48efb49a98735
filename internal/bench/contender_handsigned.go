package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	apiVersion = "2014-05-26"
	formType   = "application/x-www-form-urlencoded"
	algorithm  = "ACS3-HMAC-SHA256"
)

// prepareHandSigned makes the call with the standard library only. It writes a form body, makes
// the ACS3-HMAC-SHA256 signature of the V3 signature guide, and decodes with encoding/json. It
// copies little, so it is hard for a library to be as fast.
func prepareHandSigned(s *scenario, t target) (call, error) {
	client := t.client()
	return func(ctx context.Context) (outcome, error) {
		body := s.form()
		reply, err := send(ctx, client, t, body, signedHeader(t.host, s.action, body))
		if err != nil {
			return outcome{}, err
		}
		return decode(s.action, reply)
	}, nil
}

// send sends a form and reads the whole reply.
func send(ctx context.Context, client *http.Client, t target, body []byte, header http.Header) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.url(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = header
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	reply, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", res.StatusCode, reply)
	}
	return reply, err
}

// signedHeader returns the headers of a request with this form, including the signature.
func signedHeader(host, action string, body []byte) http.Header {
	const names = "content-type;host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
	digest := hash(body)
	date := time.Now().UTC().Format(time.RFC3339)
	nonce := rand.Text()
	canonical := "POST\n/\n\n" +
		"content-type:" + formType +
		"\nhost:" + host +
		"\nx-acs-action:" + action +
		"\nx-acs-content-sha256:" + digest +
		"\nx-acs-date:" + date +
		"\nx-acs-signature-nonce:" + nonce +
		"\nx-acs-version:" + apiVersion +
		"\n\n" + names + "\n" + digest
	mac := hmac.New(sha256.New, []byte(accessKeySecret))
	mac.Write([]byte(algorithm + "\n" + hash([]byte(canonical))))
	return http.Header{
		"Accept":                {"application/json"},
		"Content-Type":          {formType},
		"X-Acs-Action":          {action},
		"X-Acs-Content-Sha256":  {digest},
		"X-Acs-Date":            {date},
		"X-Acs-Signature-Nonce": {nonce},
		"X-Acs-Version":         {apiVersion},
		"Authorization": {algorithm + " Credential=" + accessKeyID + ",SignedHeaders=" + names +
			",Signature=" + hex.EncodeToString(mac.Sum(nil))},
	}
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
