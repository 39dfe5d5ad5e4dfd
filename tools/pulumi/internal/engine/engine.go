// Package engine ties the life of a plugin to that of the engine which started it.
package engine

import (
	"io"
	"os"
	"os/signal"
	"syscall"
)

// DieTogether ends this process and everything it started as soon as the engine is gone, however it went.
//
// The engine holds the other end of our standard input and never writes to it, so its end is the engine's end,
// also after a SIGKILL. The engine starts every plugin as the leader of a process group of its own; that group is
// what is killed. Where somebody else started us (standard input is no pipe), nothing is watched.
func DieTogether() {
	stdin, err := os.Stdin.Stat()
	if err != nil || stdin.Mode()&os.ModeNamedPipe == 0 {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		if syscall.Getpgrp() == os.Getpid() {
			_ = syscall.Kill(0, syscall.SIGKILL)
		}
		os.Exit(1)
	}()
}

// Interrupted returns a channel that is closed at SIGINT or SIGTERM, which is how the engine ends a plugin.
func Interrupted() <-chan struct{} {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	interrupted := make(chan struct{})
	go func() {
		<-signals
		close(interrupted)
	}()
	return interrupted
}
