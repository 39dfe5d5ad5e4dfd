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
	for key, value := range options {
		text, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("runtime option %q of Pulumi.yaml must be a string, got %v", key, value)
		}
		switch key {
		case "virtualenv":
			resolved.Virtualenv = text
		case "toolchain":
			switch text {
			case "pip":
				resolved.Toolchain = toolchain.Pip
			case "poetry":
				resolved.Toolchain = toolchain.Poetry
			case "uv":
				resolved.Toolchain = toolchain.Uv
			default:
				return nil, fmt.Errorf("runtime option \"toolchain\" of Pulumi.yaml must be pip, poetry or uv, got %q", text)
			}
		default:
			return nil, fmt.Errorf("runtime option %q of Pulumi.yaml is not known to this language host, "+
				"which knows \"virtualenv\" and \"toolchain\"", key)
		}
	}
	return toolchain.ResolveToolchain(resolved)
}
