package main

import (
	"context"
	"errors"
	"io"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea/dara"
)

// prepareDarabonba calls the core library of the official SDK without the generated code around
// it. It uses the library in the way that costs least: it passes the parameters as the bytes of a
// form, and gets the reply as bytes.
func prepareDarabonba(s *scenario, t target) (call, error) {
	client, err := openapi.NewClient(openAPIConfig(t))
	if err != nil {
		return nil, err
	}
	params := &openapi.Params{
		Action:      &s.action,
		Version:     new(apiVersion),
		Method:      new("POST"),
		Pathname:    new("/"),
		AuthType:    new("AK"),
		Style:       new("ROA"),
		ReqBodyType: new("byte"),
		BodyType:    new("binary"),
	}
	return func(ctx context.Context) (outcome, error) {
		res, err := client.DoRequestWithCtx(ctx, params, &openapi.OpenApiRequest{
			Headers: map[string]*string{"content-type": new(formType)},
			Body:    []byte(s.form()),
		}, &dara.RuntimeOptions{})
		if err != nil {
			return outcome{}, err
		}
		body, ok := res["body"].(io.ReadCloser)
		if !ok {
			return outcome{}, errors.New("no body in the reply")
		}
		defer func() { _ = body.Close() }()
		reply, err := io.ReadAll(body)
		if err != nil {
			return outcome{}, err
		}
		return decode(s.action, reply)
	}, nil
}
