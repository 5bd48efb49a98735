// Package transport carries one request to the service and brings back one
// answer: it looks up the credential, signs (ACS3-HMAC-SHA256), sends, reads
// and sorts what came back into a reply or one of three errors. It makes
// exactly one attempt; whether to try again is the caller's decision.
//
// It is the only package that imports github.com/alibabacloud-go/darabonba-openapi
// and the libraries beneath it. That library prepares the request and computes
// the signature; this package keeps everything else away from it, for reasons
// found by reading and measuring it:
//
//   - It sends nothing itself: the [http.Client] is ours, so pool, timeouts,
//     redirects and the bound on replies are too.
//   - It never sees the parameters, the credential or the reply. With
//     DEBUG=dara it prints the address and the headers of what it is given; so
//     the credential and the signature are added, and the body or the query
//     attached, only after it has handed the request over.
//   - It does not read the proxy variables of the environment: it would send
//     the proxy's password on to the service. The pool honours them instead.
//   - Its retry loop stays off, since it sleeps without regard to the context.
//
// What remains visible under DEBUG=dara is host, action, date and nonce. The
// look-ups of credentials-go print their own request headers, a metadata token
// among them, under DEBUG=credential; the switch is read when the program
// starts and cannot be undone from here.
package transport
