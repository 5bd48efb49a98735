// Command bench measures what a call costs: with this module, with the official
// generated SDK, with the core library beneath that SDK, and with net/http
// alone. One run of the command measures all of them, so that a busy machine slows
// all of them down. The command is a module of its own, so that users of this SDK do
// not need the libraries that it compares.
//
//	make bench-sdk
//	go run . [-rounds 25] [-time 150ms] [-out RESULTS.md]
//
// It takes about three minutes, prints its results, and writes them to
// RESULTS.md.
//
// # What is compared
//
// There are four scenarios:
//
//   - a typical RunCommand: 8 parameters, two instances, a script of 1 KB; the form has
//     1.6 KB
//   - a full RunCommand: 156 parameters, 100 instances, 20 tags, a script of 18 KB; the
//     form has 30 KB
//   - a poll of an invocation on 100 instances (DescribeInvocations)
//   - a page of 50 results of 24 KB each (DescribeInvocationResults)
//
// The contenders are:
//
//	runcommand-go  this module: build, validate, encode, sign, send, decode
//	official SDK   ecs-20140526, the request struct filled and the call made
//	raw darabonba  the core library's DoRequest with a form, and encoding/json
//	hand-signed    net/http, a form, the signature by hand, and encoding/json
//	plain          net/http with a request encoded and signed once beforehand;
//	               the reply is read and not decoded
//
// Every call begins with the plain values, including the script as bytes, and ends
// with the decoded reply, including the output as bytes. When a library leaves Base64
// to its caller, the work of the caller is measured too. Before the measurement, each
// contender makes one call to a server that compares the parameters. The tests
// of this command check the signatures.
//
// "In process" means that an [http.RoundTripper] answers without sockets, so only
// the work of the client is measured. "Loopback" has a server in a second process,
// and every library uses the connections that it has by default. "64 callers" is
// like "loopback", but 64 goroutines share one client.
//
// # How to read it
//
// In each round, the contenders are measured one after the other. Time, bytes and
// allocations are medians over the rounds. Bytes and allocations are those of
// the measuring process. The spread is the distance between the quartiles,
// divided by the median. When the spread is above about 20 %, run the command again on
// a quieter machine. Times vary from one machine to the next, but ratios vary much
// less, so compare ratios. The exit status is 0 even when an aim is not met.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

func main() {
	if os.Getenv(serverVariable) != "" {
		exit(serve(os.Stdin, os.Stdout))
	}
	rounds := flag.Int("rounds", 25, "rounds, over which the medians are taken")
	length := flag.Duration("time", 150*time.Millisecond, "time for one contender in one round")
	out := flag.String("out", "RESULTS.md", "file for the results; empty writes none")
	flag.Parse()
	if *rounds < 1 || *length < 0 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	text, err := run(ctx, *rounds, *length, os.Stderr)
	if err != nil {
		exit(err)
	}
	fmt.Print(text)
	if *out != "" {
		exit(os.WriteFile(*out, []byte(text), 0o644))
	}
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run measures and returns the report. It writes its progress to the writer progress.
func run(ctx context.Context, rounds int, length time.Duration, progress io.Writer) (text string, err error) {
	withoutProxies()
	addresses, stop, err := startServer(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, stop()) }()
	cells, err := prepare(ctx, addresses)
	if err != nil {
		return "", err
	}
	for round := range rounds {
		fmt.Fprintf(progress, "\rround %d of %d", round+1, rounds)
		for _, c := range cells {
			if err := c.measure(ctx, length); err != nil {
				return "", err
			}
			if ctx.Err() != nil {
				return "", ctx.Err()
			}
		}
	}
	fmt.Fprintln(progress)
	return report(cells, rounds, length), nil
}

// withoutProxies unsets the variables that name proxies. The core library of the
// official SDK reads them at every call, and would send the calls to a proxy.
func withoutProxies() {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		_ = os.Unsetenv(name) // the error is ignored: Unsetenv cannot fail for these names
	}
}
