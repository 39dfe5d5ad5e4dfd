// pulumi-language-python is the language host for Python programs: the engine starts it and asks it, over gRPC, to run
// the program. The vendor's host is published as a binary only; this one serves where that binary cannot be fetched.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"google.golang.org/grpc"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"tools/pulumi/internal/engine"
)

func main() {
	// The engine passes this to every plugin; its other flags are the logging package's own.
	flag.String("tracing", "", "accepted and not used")
	// Older engines, and language hosts built with one (pulumi-language-yaml), pass the runtime options of a plugin's
	// folder when they load its schema. Each call brings them again, and those count.
	for _, option := range []string{"root", "virtualenv", "toolchain", "typechecker"} {
		flag.String(option, "", "accepted and not used")
	}
	flag.Parse()
	if err := serve(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-python:", err)
		os.Exit(1)
	}
}

func serve(engineAddress string) error {
	engine.DieTogether()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	host := newHost(engineAddress, filepath.Join(filepath.Dir(self), "pulumi-language-python-exec"))
	server, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Init: func(srv *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(srv, host)
			return nil
		},
		Options: rpcutil.TracingServerInterceptorOptions(nil),
	})
	if err != nil {
		return err
	}
	fmt.Println(server.Port)
	select {
	case err = <-server.Done:
	case <-engine.Interrupted():
		host.stop()
	}
	return err
}
