// Package transport carries one request to the service and brings back one
// answer: it looks up the credential, signs (ACS3-HMAC-SHA256), sends, reads
// and sorts what came back into a reply or one of three errors. It makes
// exactly one attempt; whether to try again is the caller's decision.
// [Client.Do] is that attempt from top to bottom.
//
// No other package calls github.com/alibabacloud-go/darabonba-openapi and the
// libraries beneath it, but for the adapters WithOpenAPIConfig and WithCredentialsGo
// of package runcommand. Package utils of that library makes the signature
// and nothing else. The library's own request path is not used, for reasons found
// by reading and measuring it:
//
//   - With DEBUG=dara it prints addresses, headers, scripts and keys.
//   - Its retry loop sleeps without regard to the context, and a context that
//     ended comes back only after the sleep.
//   - Its RPC style writes to headers that all calls of a client share, which the
//     race detector reports.
//   - The status of a reply that is not JSON is lost, and one that is JSON but no
//     answer is no error.
//   - It sends the password of a proxy in the environment on to the service.
//   - Handing a call in and catching it again on its way out took 29 of the 50 µs
//     of a typical RunCommand without sockets, and 160 of its 300 allocations
//     (BenchmarkDo, before and after).
//
// The look-ups of credentials-go print their own request headers, a metadata token
// among them, under DEBUG=credential; the switch is read when the program
// starts and cannot be undone from here.
package transport
