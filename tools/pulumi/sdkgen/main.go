// sdkgen writes the SDK of a Pulumi package from its schema, by the vendor's own generators, which are Go libraries:
//
//	sdkgen nodejs|python SCHEMA.json FOLDER [ADDRESS]
//
// ADDRESS is of a server that knows the schemas of other packages (the engine's). A schema that no SDK can be made of is
// refused with all that is wrong with it. It is a program of its own because the generators take 70 ms to start, which
// every command of the CLI would wait for if the language host contained them.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const usage = "usage: sdkgen nodejs|python SCHEMA.json FOLDER [ADDRESS]"

func main() {
	if len(os.Args) < 4 || len(os.Args) > 5 {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Args[2], os.Args[3], os.Args[4:]); err != nil {
		fmt.Fprintln(os.Stderr, "sdkgen:", err)
		os.Exit(1)
	}
}

func generate(language, source, folder string, address []string) error {
	loader, err := loaderAt(address)
	if err != nil {
		return err
	}
	pkg, err := load(source, loader)
	if err != nil {
		return err
	}
	var files map[string][]byte
	switch language {
	case "nodejs":
		files, err = nodejs.GeneratePackage("sdkgen", pkg, nil, nil, true, loader)
	case "python":
		files, err = python.GeneratePackage("sdkgen", pkg, nil, loader)
	default:
		return fmt.Errorf("there is no generator for %q: %s", language, usage)
	}
	if err != nil {
		return err
	}
	return write(files, folder)
}

func load(source string, loader schema.ReferenceLoader) (*schema.Package, error) {
	text, err := os.ReadFile(source)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("%s is not a schema: %w", source, err)
	}
	pkg, diagnostics, err := schema.BindSpec(spec, loader, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	for _, each := range diagnostics {
		fmt.Fprintf(os.Stderr, "%s: %s\n", source, each.Summary)
	}
	if diagnostics.HasErrors() {
		return nil, fmt.Errorf("%s: no SDK is made of it", source)
	}
	return pkg, nil
}

func write(files map[string][]byte, folder string) error {
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
