// sdkgen writes the TypeScript SDK of a Pulumi package from its schema, as `pulumi package add` does where the vendor's
// language plugin for Node.js can be installed:
//
//	sdkgen SCHEMA.json FOLDER
//
// A schema that no SDK can be made of is refused with all that is wrong with it.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sdkgen SCHEMA.json FOLDER")
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "sdkgen:", err)
		os.Exit(1)
	}
}

func generate(source, folder string) error {
	pkg, err := load(source)
	if err != nil {
		return err
	}
	files, err := nodejs.GeneratePackage("sdkgen", pkg, nil, nil, true, nil)
	if err != nil {
		return err
	}
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

func load(source string) (*schema.Package, error) {
	text, err := os.ReadFile(source)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("%s is not a schema: %w", source, err)
	}
	pkg, diagnostics, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	for _, each := range diagnostics {
		fmt.Fprintf(os.Stderr, "%s: %s\n", source, each.Summary)
	}
	if len(diagnostics) > 0 {
		return nil, fmt.Errorf("%s: no SDK is made of it", source)
	}
	return pkg, nil
}
