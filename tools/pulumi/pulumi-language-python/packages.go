package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// GeneratePackage writes the Python SDK of a package; `pulumi package add` and `pulumi package gen-sdk` ask for it.
func (h *host) GeneratePackage(
	ctx context.Context, req *pulumirpc.GeneratePackageRequest,
) (*pulumirpc.GeneratePackageResponse, error) {
	source, err := os.CreateTemp("", "schema-*.json")
	if err != nil {
		return nil, err
	}
	defer os.Remove(source.Name())
	if _, err := source.WriteString(req.GetSchema()); err != nil {
		return nil, err
	}
	if err := source.Close(); err != nil {
		return nil, err
	}
	arguments := []string{"python", source.Name(), req.GetDirectory()}
	if address := req.GetLoaderTarget(); address != "" {
		arguments = append(arguments, address)
	}
	generator := exec.CommandContext(ctx, filepath.Join(filepath.Dir(h.executor), "sdkgen"), arguments...)
	if output, err := generator.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, output)
	}
	return &pulumirpc.GeneratePackageResponse{}, copyExtra(req.GetExtraFiles(), req.GetDirectory())
}

func copyExtra(files map[string][]byte, folder string) error {
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

// Link adds generated SDKs to what the program requires (requirements.txt or pyproject.toml); `pulumi package add` asks
// for it.
func (h *host) Link(ctx context.Context, req *pulumirpc.LinkRequest) (*pulumirpc.LinkResponse, error) {
	tc, err := resolve(req.GetInfo())
	if err != nil {
		return nil, err
	}
	paths, hint := map[string]string{}, "Once it is installed, import it:\n"
	for _, each := range req.GetPackages() {
		name, err := importName(filepath.Join(req.GetInfo().GetRootDirectory(), each.GetPath()))
		if err != nil {
			return nil, err
		}
		paths[name] = each.GetPath()
		hint += fmt.Sprintf("\n  import %s", name)
	}
	return &pulumirpc.LinkResponse{ImportInstructions: hint + "\n"}, tc.LinkPackages(ctx, paths)
}

// importName finds the package in a generated SDK: the folder with the file that tells the engine of its plug-in.
func importName(folder string) (string, error) {
	found, err := filepath.Glob(filepath.Join(folder, "*", "pulumi-plugin.json"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("%s is no generated SDK: it must have one folder with pulumi-plugin.json, got %d", folder, len(found))
	}
	return filepath.Base(filepath.Dir(found[0])), nil
}
