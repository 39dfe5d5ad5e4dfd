package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"

	"google.golang.org/protobuf/types/known/emptypb"

	sdk "github.com/pulumi/pulumi/sdk/v3"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"

	"tools/pulumi/internal/python"
)

// host serves pulumirpc.LanguageRuntime. `pulumi convert` is left unimplemented, which the engine reports as such.
type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	engineAddress string
	executor      string
	running       context.Context
	stop          context.CancelFunc
}

func newHost(engineAddress, executor string) *host {
	running, stop := context.WithCancel(context.Background())
	return &host{engineAddress: engineAddress, executor: executor, running: running, stop: stop}
}

func resolve(info *pulumirpc.ProgramInfo) (toolchain.Toolchain, error) {
	return python.Toolchain(info.GetRootDirectory(), info.GetProgramDirectory(), info.GetOptions().AsMap())
}

func (h *host) Handshake(
	_ context.Context, req *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	h.engineAddress = req.GetEngineAddress()
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: sdk.Version.String()}, nil
}

// GetRequiredPackages names nothing beforehand: the engine fetches a provider when the first resource asks for it,
// and not at all when one is attached.
func (h *host) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

func (h *host) GetRequiredPlugins(
	context.Context, *pulumirpc.GetRequiredPluginsRequest,
) (*pulumirpc.GetRequiredPluginsResponse, error) {
	return &pulumirpc.GetRequiredPluginsResponse{}, nil
}

func (h *host) About(ctx context.Context, req *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	tc, err := resolve(req.GetInfo())
	if err != nil {
		return nil, err
	}
	about, err := tc.About(ctx)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.AboutResponse{
		Executable: about.PythonExecutable,
		Version:    about.PythonVersion.String(),
	}, nil
}

// installed lists distributions as JSON. Not `pip list`: environments made by uv hold no pip.
const installed = `
import importlib.metadata as m, json, re, sys
name = lambda text: re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", text)[0]).lower()
found = {name(d.metadata["Name"]): d for d in m.distributions()}
wanted = {name(r) for d in found.values() for r in d.requires or ()} if sys.argv[1] == "direct" else set()
print(json.dumps([{"name": k, "version": d.version} for k, d in sorted(found.items()) if k not in wanted]))`

func (h *host) GetProgramDependencies(
	ctx context.Context, req *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	tc, err := resolve(req.GetInfo())
	if err != nil {
		return nil, err
	}
	which := "direct"
	if req.GetTransitiveDependencies() {
		which = "all"
	}
	list, err := tc.Command(ctx, "-c", installed, which)
	if err != nil {
		return nil, err
	}
	output, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("listing the packages of %s: %w", list.Path, err)
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	return response, json.Unmarshal(output, &response.Dependencies)
}

func (h *host) InstallDependencies(
	req *pulumirpc.InstallDependenciesRequest, stream pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	tc, err := resolve(req.GetInfo())
	if err != nil {
		return err
	}
	stdout := writer(func(text []byte) error {
		return stream.Send(&pulumirpc.InstallDependenciesResponse{Stdout: text})
	})
	stderr := writer(func(text []byte) error {
		return stream.Send(&pulumirpc.InstallDependenciesResponse{Stderr: text})
	})
	if managedElsewhere(stream.Context(), tc) {
		_, err := fmt.Fprintln(stdout, "The virtual environment holds no pip, so another tool looks after it; it stays as it is.")
		return err
	}
	return tc.InstallDependencies(stream.Context(), req.GetInfo().GetProgramDirectory(),
		req.GetUseLanguageVersionTools(), true, stdout, stderr)
}

// managedElsewhere tells an environment that uv made: `python -m venv` and pip would put another one over it.
func managedElsewhere(ctx context.Context, tc toolchain.Toolchain) bool {
	venv, err := tc.VirtualEnvPath(ctx)
	if err != nil || venv == "" || !toolchain.IsVirtualEnv(venv) {
		return false
	}
	find, err := tc.Command(ctx, "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('pip') is None)")
	var exit *exec.ExitError
	return err == nil && errors.As(find.Run(), &exit) && exit.ExitCode() == 1
}

// Cancel stops what runs. The engine then ends the host itself by SIGINT.
func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.stop()
	return &emptypb.Empty{}, nil
}

// writer turns a sender of one stream into an io.Writer.
type writer func([]byte) error

var _ io.Writer = writer(nil)

func (send writer) Write(text []byte) (int, error) {
	if err := send(text); err != nil {
		return 0, err
	}
	return len(text), nil
}
