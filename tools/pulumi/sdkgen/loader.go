package main

import (
	"context"
	"fmt"

	"github.com/blang/semver"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func loaderAt(address []string) (schema.ReferenceLoader, error) {
	if len(address) == 0 {
		return noOthers{}, nil
	}
	client, err := schema.NewLoaderClient(address[0])
	if err != nil {
		return nil, err
	}
	return schema.NewCachedLoader(client), nil
}

// noOthers loads nothing: a schema by itself refers to no other package.
type noOthers struct{}

func unknown(name string) error {
	return fmt.Errorf("the schema refers to the package %s, and no ADDRESS was given to load it from", name)
}

func (noOthers) LoadPackage(name string, _ *semver.Version) (*schema.Package, error) {
	return nil, unknown(name)
}

func (noOthers) LoadPackageV2(_ context.Context, pkg *schema.PackageDescriptor) (*schema.Package, error) {
	return nil, unknown(pkg.Name)
}

func (noOthers) LoadPackageReference(name string, _ *semver.Version) (schema.PackageReference, error) {
	return nil, unknown(name)
}

func (noOthers) LoadPackageReferenceV2(
	_ context.Context, pkg *schema.PackageDescriptor,
) (schema.PackageReference, error) {
	return nil, unknown(pkg.Name)
}
