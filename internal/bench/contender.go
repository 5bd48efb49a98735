package main

import (
	"context"
	"net/http"
)

// A contender is one way to make the calls. The function prepare does the work
// that a program does once. The call that it returns does the rest of the work
// each time, from the values of the scenario to the decoded reply.
type contender struct {
	name    string
	prepare func(*scenario, target) (call, error)
}

// A call makes one call of the service, and returns what it found in the reply.
type call func(context.Context) (outcome, error)

// A target is where requests go, over plain HTTP.
type target struct {
	host string // with the port, if any
	// inProcess answers without sockets; nil over loopback, where every
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

// The contenders, by the names in the tables.
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
