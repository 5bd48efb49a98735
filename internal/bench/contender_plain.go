package main

import (
	"context"
	"errors"
)

// preparePlain sends a request that was encoded and signed beforehand, and
// reads the reply without decoding it. It measures the cost of net/http alone.
func preparePlain(s *scenario, t target) (call, error) {
	client := t.client()
	body := s.form()
	header := signedHeader(t.host, s.action, body)
	return func(ctx context.Context) (outcome, error) {
		reply, err := send(ctx, client, t, body, header)
		if err == nil && len(reply) == 0 {
			err = errors.New("the reply is empty")
		}
		return s.want, err
	}, nil
}
