// Package fleet runs a command on any number of instances, in waves, with limits on failures and with a journal from which
// another process can go on.
package fleet
