// Package python finds the Python that a project's runtime options name. What the options mean is decided by the
// vendor's own package for it, so that a Pulumi.yaml means the same here and under the vendor's host.
package python

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

// Toolchain resolves `runtime.options` of Pulumi.yaml.
func Toolchain(root, programDirectory string, options map[string]any) (toolchain.Toolchain, error) {
	resolved := toolchain.PythonOptions{Root: root, ProgramDir: programDirectory}
	virtualenv, _ := options["virtualenv"].(string)
	resolved.Virtualenv = virtualenv
	switch name := options["toolchain"]; name {
	case nil, "":
	case "pip":
		resolved.Toolchain = toolchain.Pip
	case "poetry":
		resolved.Toolchain = toolchain.Poetry
	case "uv":
		resolved.Toolchain = toolchain.Uv
	default:
		return nil, fmt.Errorf("runtime option \"toolchain\" of Pulumi.yaml must be pip, poetry or uv, got %v", name)
	}
	if checker, asked := options["typechecker"]; asked {
		return nil, fmt.Errorf("runtime option \"typechecker\" of Pulumi.yaml is %v: this language host checks no types; "+
			"leave the option out and run the checker yourself", checker)
	}
	return toolchain.ResolveToolchain(resolved)
}
