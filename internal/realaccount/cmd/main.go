//go:build realaccount

// Command cmd asks a real account what the documents of the service leave open. It runs commands and may
// cost money: see internal/REALACCOUNT.md.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/ecs-runcommand/runcommand-go/internal/realaccount"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := realaccount.Program{
		Args: os.Args[1:], Getenv: os.Getenv, Stdout: os.Stdout, Stderr: os.Stderr, Credential: transport.DefaultCredential(),
	}
	code := p.Run(ctx)
	stop()
	os.Exit(code)
}
