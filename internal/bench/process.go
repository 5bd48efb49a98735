package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
)

// serverVariable is the environment variable that makes the program run the server and not the
// measurement.
const serverVariable = "RUNCOMMAND_BENCH_SERVER"

// An address has the two addresses at which the second process serves a scenario. At the address
// Checked the server checks each request. At the address Timed it does not, since calls to this
// address are measured.
type address struct{ Checked, Timed string }

// serve runs the second process. It listens on loopback and writes the addresses of all scenarios
// to stdout. It returns when stdin ends. This also happens when the process that started it ends.
func serve(stdin io.Reader, stdout io.Writer) error {
	canned := replies()
	listen := func(s *scenario, check bool) (string, error) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		go func() { _ = http.Serve(l, &server{scenario: s, replies: canned, check: check}) }() // the goroutine ends when the process ends
		return l.Addr().String(), nil
	}
	var addresses []address
	for _, s := range scenarios() {
		checked, err1 := listen(s, true)
		timed, err2 := listen(s, false)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		addresses = append(addresses, address{checked, timed})
	}
	if err := json.NewEncoder(stdout).Encode(addresses); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, stdin)
	return err
}

// startServer runs this program once more as the second process. It returns the
// addresses in the order of the scenarios, and a function that stops the process. The
// process also stops when ctx ends.
func startServer(ctx context.Context) (addresses []address, stop func() error, err error) {
	program, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(os.Environ(), serverVariable+"=1")
	cmd.Stderr = os.Stderr
	stdin, err1 := cmd.StdinPipe()
	stdout, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2); err != nil {
		return nil, nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	stop = func() error { return errors.Join(stdin.Close(), cmd.Wait()) }
	if err := json.NewDecoder(stdout).Decode(&addresses); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("the second process gave no addresses: %w", err), stop())
	}
	return addresses, stop, nil
}
