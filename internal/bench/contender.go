package main

import (
	"context"
	"net/http"
)

// A contender is one way to make the calls, such as this module or the official SDK. The function
// prepare does the work that a program does only once. It returns a call, which does the rest of
// the work each time, from the values of the scenario to the decoded reply.
type contender struct {
	name    string
	prepare func(*scenario, target) (call, error)
}

// A call makes one call of the service. It returns the numbers that it found in the reply.
type call func(context.Context) (outcome, error)

// A target is the server that requests are sent to, over plain HTTP.
type target struct {
	host string // with the port, if any
	// inProcess answers without sockets. It is nil for a server on loopback. Then every
	// contender uses the connections that it has by default.
	inProcess http.RoundTripper
}

func (t target) url() string { return "http://" + t.host + "/" }

// client returns the net/http client for contenders without a client of their own.
func (t target) client() *http.Client {
	if t.inProcess != nil {
		return &http.Client{Transport: t.inProcess}
	}
	pool := http.DefaultTransport.(*http.Transport).Clone()
	pool.MaxIdleConnsPerHost = manyCallers
	return &http.Client{Transport: pool}
}

// The names of the contenders in the tables.
const (
	ours       = "runcommand-go"
	official   = "official SDK"
	darabonba  = "raw darabonba"
	handSigned = "hand-signed"
	plain      = "plain"
)

func contenders() []contender {
	return []contender{
		{ours, prepareOurs},
		{official, prepareOfficial},
		{darabonba, prepareDarabonba},
		{handSigned, prepareHandSigned},
		{plain, preparePlain},
	}
}
