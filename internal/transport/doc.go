// Package transport makes one attempt at a call of the service. It looks up the credential, signs
// the request (ACS3-HMAC-SHA256), sends it, reads the reply, and returns the reply or one of three
// errors. It does not retry: the caller decides that. To read the code of an attempt, begin with
// [Client.Do].
//
// No other package uses github.com/alibabacloud-go/darabonba-openapi and its dependencies, except
// for the adapters WithOpenAPIConfig and WithCredentialsGo of package runcommand. This package uses
// only the function of that library that makes the signature. It does not use the library to send
// requests. The reasons were found by reading the code of the library and by measuring it:
//
//   - With DEBUG=dara it prints addresses, headers, scripts and keys.
//   - Its retry loop sleeps without the context: when a context ends, the call returns only
//     after the sleep.
//   - Its RPC style writes to headers that all calls of a client share. The race
//     detector reports this.
//   - It loses the status of a reply that is not JSON. It returns no error for JSON that is not
//     an answer.
//   - It sends the password of a proxy in the environment to the service.
//   - It converts each call to its own types and the reply back. For a typical RunCommand call
//     without a network, this took 29 of 50 µs and 160 of 300 allocations. BenchmarkDo measured
//     this with the library and without it.
//
// With DEBUG=credential, credentials-go prints the headers of its own requests, which hold a
// metadata token. It reads the variable when the program starts, so this package cannot prevent
// that.
package transport
