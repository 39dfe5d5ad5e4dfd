package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

// The executor leaves with this code when it has already told the user what is wrong.
const toldTheUser = 32

// How long to wait for what a finished plugin's own children still hold open.
const outputDelay = 5 * time.Second

// What the engine calls a policy pack.
const analyzer = "analyzer"

// Run starts the program and waits for it.
func (h *host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	tc, err := resolve(req.GetInfo())
	if err != nil {
		return nil, err
	}
	if err := tc.ValidateVenv(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := h.untilCancelled(ctx)
	defer cancel()
	program, err := tc.Command(ctx, append([]string{"-u", h.executor}, h.arguments(req)...)...)
	if err != nil {
		return nil, err
	}
	if program.Env, err = configured(program.Environ(), req); err != nil {
		return nil, err
	}
	program.Stdout, program.Stderr = os.Stdout, os.Stderr
	return answer(ctx, program.Run()), nil
}

// untilCancelled ends with the call or with the host, whichever is first.
func (h *host) untilCancelled(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	release := context.AfterFunc(h.running, cancel)
	return ctx, func() { release(); cancel() }
}

func (h *host) arguments(req *pulumirpc.RunRequest) []string {
	program := req.GetInfo().GetEntryPoint()
	if program == "" {
		program = "."
	}
	args := []string{
		"--monitor", req.GetMonitorAddress(), "--engine", h.engineAddress,
		"--project", req.GetProject(), "--stack", req.GetStack(), "--organization", req.GetOrganization(),
		"--root-directory", req.GetInfo().GetRootDirectory(), "--pwd", req.GetPwd(),
		"--parallel", fmt.Sprint(req.GetParallel()),
	}
	if req.GetDryRun() {
		args = append(args, "--dry-run")
	}
	return append(append(args, "--", program), req.GetArgs()...)
}

// configured hands the configuration over in the variables that the SDK reads: arguments could be read by other users.
func configured(env []string, req *pulumirpc.RunRequest) ([]string, error) {
	values := req.GetConfig()
	if values == nil { // which would be `null`, and the SDK wants an object
		values = map[string]string{}
	}
	config, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(append([]string{}, req.GetConfigSecretKeys()...))
	if err != nil {
		return nil, err
	}
	return append(env, "PULUMI_CONFIG="+string(config), "PULUMI_CONFIG_SECRET_KEYS="+string(secretKeys)), nil
}

func answer(ctx context.Context, err error) *pulumirpc.RunResponse {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}
	case ctx.Err() != nil:
		return &pulumirpc.RunResponse{Error: "the program was cancelled"}
	case errors.As(err, &exit) && exit.ExitCode() == toldTheUser:
		return &pulumirpc.RunResponse{Bail: true}
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("Program exited with non-zero exit code: %d", exit.ExitCode())}
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program could not run to its end: %v", err)}
	}
}

// RunPlugin starts a policy pack or a provider written in Python and passes on what it prints.
func (h *host) RunPlugin(
	req *pulumirpc.RunPluginRequest, stream pulumirpc.LanguageRuntime_RunPluginServer,
) error {
	tc, err := resolve(req.GetInfo())
	if err != nil {
		return err
	}
	ctx := stream.Context()
	if req.GetKind() == analyzer {
		// Not a provider: the engine tells it of the cancellation itself, and it may have to finish what it began.
		var cancel context.CancelFunc
		ctx, cancel = h.untilCancelled(ctx)
		defer cancel()
	}
	plugin, err := tc.Command(ctx, pluginArguments(req)...)
	if err != nil {
		return err
	}
	if plugin.Env, err = activated(ctx, tc, req.GetEnv()); err != nil {
		return err
	}
	plugin.WaitDelay = outputDelay
	plugin.Dir = req.GetPwd()
	if req.GetKind() == analyzer {
		plugin.Dir = req.GetInfo().GetProgramDirectory()
	}
	var sending sync.Mutex // a gRPC stream takes one sender at a time
	plugin.Stdout = writer(func(text []byte) error {
		sending.Lock()
		defer sending.Unlock()
		return stream.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stdout{Stdout: text}})
	})
	plugin.Stderr = writer(func(text []byte) error {
		sending.Lock()
		defer sending.Unlock()
		return stream.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stderr{Stderr: text}})
	})
	var exit *exec.ExitError
	if err := plugin.Run(); err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
		return err
	}
	return stream.Send(&pulumirpc.RunPluginResponse{
		Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(plugin.ProcessState.ExitCode())},
	})
}

// activated is what the engine wants the plugin to see, in the virtual environment if there is one.
func activated(ctx context.Context, tc toolchain.Toolchain, env []string) ([]string, error) {
	venv, err := tc.VirtualEnvPath(ctx)
	if err != nil || venv == "" {
		return env, err
	}
	return toolchain.ActivateVirtualEnv(env, venv), nil
}

// pluginArguments: a policy pack is run by the policy SDK, anything else is a program of its own.
func pluginArguments(req *pulumirpc.RunPluginRequest) []string {
	directory := req.GetInfo().GetProgramDirectory()
	if req.GetKind() == analyzer {
		return append(append([]string{"-u", "-m", "pulumi.policy"}, req.GetArgs()...), directory)
	}
	return append([]string{"-u", directory}, req.GetArgs()...)
}
