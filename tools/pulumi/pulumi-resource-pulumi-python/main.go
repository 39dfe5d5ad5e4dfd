// pulumi-resource-pulumi-python runs the SDK's provider of dynamic resources in the project's Python.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"tools/pulumi/internal/engine"
	"tools/pulumi/internal/python"
)

// The engine hands the project's runtime options over as variables.
var runtimeOptions = map[string]string{
	"PULUMI_RUNTIME_VIRTUALENV": "virtualenv",
	"PULUMI_RUNTIME_TOOLCHAIN":  "toolchain",
}

func main() {
	engine.DieTogether()
	if err := serve(); err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			os.Exit(max(exit.ExitCode(), 1))
		}
		fmt.Fprintln(os.Stderr, "pulumi-resource-pulumi-python:", err)
		os.Exit(1)
	}
}

func serve() error {
	// The engine sends SIGINT to the whole process group: the child leaves by itself, and we wait for it.
	engine.Interrupted()
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	options := map[string]any{}
	for variable, key := range runtimeOptions {
		if value := os.Getenv(variable); value != "" {
			options[key] = value
		}
	}
	toolchain, err := python.Toolchain(projectRoot(root), root, options)
	if err != nil {
		return err
	}
	if err := toolchain.ValidateVenv(context.Background()); err != nil {
		return err
	}
	provider, err := toolchain.Command(context.Background(), append([]string{"-u", "-m", "pulumi.dynamic"}, os.Args[1:]...)...)
	if err != nil {
		return err
	}
	provider.Stdout, provider.Stderr = os.Stdout, os.Stderr
	return provider.Run()
}

// projectRoot is the nearest folder above the program that holds Pulumi.yaml: virtualenv is relative to it.
func projectRoot(directory string) string {
	for candidate := directory; ; candidate = filepath.Dir(candidate) {
		if _, err := os.Stat(filepath.Join(candidate, "Pulumi.yaml")); err == nil {
			return candidate
		}
		if candidate == filepath.Dir(candidate) {
			return directory
		}
	}
}
